import assert from 'node:assert/strict';
import type { SpanId, TraceId } from '../../../src/model/ids.ts';
import { evaluate } from '../../../src/model/search/evaluate.ts';
import { parseSearch } from '../../../src/model/search/parse.ts';
import type { SearchableSpan, SearchableTrace } from '../../../src/model/search/searchable.ts';
import type { AnyValue } from '../../../src/model/value.ts';
import { spanId, TRACE } from '../../harness/requests.ts';

const MANY = 50_000;
/** Quadratic work takes minutes. */
const MOST_MS = 3_000;

/** Spans named after their number; `parentOf` is that of another, -1 of none. */
function traceOf(count: number, parentOf: (n: number) => number, more: Partial<SearchableSpan> = {}): SearchableTrace {
  const spans = Array.from({ length: count }, (_, n): SearchableSpan => {
    const parent = parentOf(n);
    return {
      spanId: spanId(n + 1) as SpanId,
      parentSpanId: parent < 0 ? '' : spanId(parent + 1),
      name: `span ${n}`,
      service: 'shop',
      scopeName: '',
      kind: 1,
      status: 0,
      statusMessage: '',
      duration: 5n,
      values: () => [],
      eventNames: () => [],
      texts: () => [`span ${n}`],
      ...more,
    };
  });
  const traceId = TRACE as TraceId;
  return { traceId, rootName: '', rootService: '', start: 1n, duration: 5n, spanCount: count, spans };
}

const lone = (value: AnyValue) => traceOf(1, () => -1, { values: scope => (scope === 'span' ? [value] : []) });
const nested = (depth: number): AnyValue =>
  depth === 0 ? { type: 'string', value: 'core' } : { type: 'array', values: [nested(depth - 1)] };

const LONG = `${'a'.repeat(10_000_000)} needle`;
const text = (value: string) =>
  traceOf(1, () => -1, { texts: () => [value], values: () => [{ type: 'string', value }] });

describe('searching hostile traces', () => {
  const chain = traceOf(MANY, n => n - 1);
  const ring = traceOf(MANY, n => (n + MANY - 1) % MANY);
  const star = traceOf(MANY, n => (n === 0 ? -1 : 0));
  const orphans = traceOf(MANY, () => MANY + 7);
  const selves = traceOf(MANY, n => n);
  const twins = traceOf(MANY, n => n - 1, { spanId: spanId(1) as SpanId });

  const cases: [title: string, trace: SearchableTrace, query: string, found: number][] = [
    ['the deepest span below the first', chain, `{ name = "span 0" } >> { name = "span ${MANY - 1}" }`, 1],
    ['every span below another', chain, '{ } >> { }', MANY - 1],
    ['every span directly below another', chain, '{ } > { }', MANY - 1],
    ['what is below what is below', chain, '{ } >> { } >> { } > { }', MANY - 3],
    ['nothing above the first', chain, '{ } >> { name = "span 0" }', 0],
    ['spans of which each is below all', ring, '{ name = "span 9" } >> { }', MANY],
    ['spans that are each other’s parents in turn', ring, '{ } > { }', MANY],
    ['spans that all have one parent', star, '{ name = "span 0" } > { }', MANY - 1],
    ['no span below a parent that never came', orphans, '{ } >> { }', 0],
    ['no parent that never came', orphans, '{ } > { }', 0],
    ['spans that are their own parents', selves, '{ name = "span 3" } > { }', 1],
    ['spans that all have one id', twins, '{ name = "span 3" } || { name = "span 4" }', 2],
    ['none of many', chain, 'name:nowhere -span', 0],
    ['a value in lists in lists', lone(nested(1_000)), 'key:core', 1],
    ['a word at the end of ten million letters', text(LONG), 'needle', 1],
    ['no pattern in more than it looks at', text(LONG), 'key:/(a+)+ needle/', 0],
    ['no way through ten million letters', text(LONG), '{ .key =~ "(.*a){9}.*b" }', 0],
    ['ten million letters between stars', text(LONG), 'key:a*a*a*a*a*needle', 1],
  ];
  for (const [title, trace, query, found] of cases) {
    it(`finds ${title}`, () => {
      const began = performance.now();
      assert.equal(evaluate(parseSearch(query), trace).length, found);
      assert.ok(performance.now() - began < MOST_MS);
    });
  }

  it('ends where spans of one id are each other’s parents', () => {
    const began = performance.now();
    const found = evaluate(parseSearch('{ } >> { name = "span 7" }'), twins);
    assert.ok(found.length <= 1);
    assert.ok(performance.now() - began < MOST_MS);
  });
});
