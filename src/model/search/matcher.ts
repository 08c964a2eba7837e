import { compile, type SpanTest } from './compile.ts';
import type { SearchQuery, SpanSet } from './query.ts';

/**
 * What a search asks of a single span, to mark spans within one trace: of a simple search its words, of which those with a
 * minus are asked of the span itself here; in braces what is in one pair. `undefined` where a search is about several spans.
 * Times are not looked at.
 */
export function spanMatcher({ spans }: SearchQuery): SpanTest | undefined {
  const parts = spans.type === 'and' ? spans.parts : [spans];
  const tests = parts.map(singleTest);
  // Two pairs of braces may hold of two spans.
  if (parts.filter(part => part.type !== 'without').length > 1 || tests.includes(undefined)) return undefined;
  return (span, trace) => tests.every(test => test!(span, trace));
}

function singleTest(set: SpanSet): SpanTest | undefined {
  switch (set.type) {
    case 'all':
      return () => true;
    case 'spans':
      return compile(set.condition);
    case 'without': {
      const test = singleTest(set.part);
      return test && ((span, trace) => !test(span, trace));
    }
    default:
      return undefined;
  }
}
