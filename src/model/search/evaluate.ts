import { compile, type SpanTest } from './compile.ts';
import type { Condition, SearchQuery, SpanSet } from './query.ts';
import type { SearchableSpan, SearchableTrace } from './searchable.ts';

export { compile, type SpanTest };

/** Indices of the spans of a trace that match, ascending; none where the trace does not match. */
export type TraceTest = (trace: SearchableTrace) => number[];

/** Makes a test of a query once, to ask it of many traces. Linear in the spans of a trace for each part of the query. */
export function prepare(query: SearchQuery): TraceTest {
  const { since, until } = query;
  const marks = prepareSet(query.spans);
  return trace => {
    if ((since !== undefined && trace.start < since) || (until !== undefined && trace.start > until)) return [];
    const found: number[] = [];
    for (const [index, mark] of marks(trace).entries()) if (mark) found.push(index);
    return found;
  };
}

/** As {@link prepare}, for one trace. */
export function evaluate(query: SearchQuery, trace: SearchableTrace): number[] {
  return prepare(query)(trace);
}

/** Whether a condition holds of one span; {@link compile} it to ask of many. */
export function holds(condition: Condition, span: SearchableSpan, trace: SearchableTrace): boolean {
  return compile(condition)(span, trace);
}

/** For each span of a trace 1 where it is in the set. */
type Marks = (trace: SearchableTrace) => Uint8Array;

function prepareSet(set: SpanSet): Marks {
  switch (set.type) {
    case 'all':
      return trace => new Uint8Array(trace.spans.length).fill(1);
    case 'spans': {
      const test = compile(set.condition);
      return trace => Uint8Array.from(trace.spans, span => (test(span, trace) ? 1 : 0));
    }
    case 'or': {
      const parts = set.parts.map(prepareSet);
      return trace => union(parts, trace, false);
    }
    case 'and': {
      const parts = set.parts.map(prepareSet);
      return trace => union(parts, trace, true);
    }
    case 'without': {
      const part = prepareSet(set.part);
      return trace => new Uint8Array(trace.spans.length).fill(part(trace).includes(1) ? 0 : 1);
    }
    case 'descendant':
    case 'child': {
      const upper = prepareSet(set.upper);
      const lower = prepareSet(set.lower);
      const isDeep = set.type === 'descendant';
      return trace => {
        const above = upper(trace);
        if (!above.includes(1)) return above;
        const found = lower(trace);
        if (!found.includes(1)) return found;
        const below = spansBelow(above, trace.spans, isDeep);
        return found.map((mark, index) => mark & below[index]!);
      };
    }
  }
}

function union(parts: readonly Marks[], trace: SearchableTrace, isEachNeeded: boolean): Uint8Array {
  const all = new Uint8Array(trace.spans.length);
  for (const part of parts) {
    const marks = part(trace);
    if (isEachNeeded && !marks.includes(1)) return new Uint8Array(trace.spans.length);
    for (const [index, mark] of marks.entries()) all[index]! |= mark;
  }
  return all;
}

/** Which spans have a marked one as their parent or, where `isDeep`, above them. Ids may repeat and parents go in circles. */
function spansBelow(marks: Uint8Array, spans: readonly SearchableSpan[], isDeep: boolean): Uint8Array {
  const children = new Map<string, number[]>();
  for (const [index, { parentSpanId }] of spans.entries()) {
    const siblings = children.get(parentSpanId);
    if (siblings) siblings.push(index);
    else if (parentSpanId !== '') children.set(parentSpanId, [index]);
  }
  const below = new Uint8Array(spans.length);
  const seen = new Set<string>();
  for (const [index, mark] of marks.entries()) if (mark) seen.add(spans[index]!.spanId);
  // A set gives what is added to it on the way too.
  for (const id of seen) {
    for (const index of children.get(id) ?? []) {
      below[index] = 1;
      if (isDeep) seen.add(spans[index]!.spanId);
    }
  }
  return below;
}
