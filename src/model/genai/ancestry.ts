import type { SpanId } from '../ids.ts';
import type { Span } from '../span.ts';

/** For each span the nearest span above it that is one of `marked`. Cycles end where they close; linear in the spans. */
export function nearestAbove(spans: readonly Span[], marked: ReadonlySet<SpanId>): Map<SpanId, SpanId> {
  const parents = new Map(spans.map(span => [span.spanId, span.parentSpanId as SpanId]));
  /** The nearest at or above a span; '' for none, also while it is being looked for. */
  const atOrAbove = new Map<SpanId, SpanId | ''>();
  const nearest = new Map<SpanId, SpanId>();
  for (const { spanId } of spans) {
    const path: SpanId[] = [];
    let at: SpanId | undefined = parents.get(spanId);
    while (at !== undefined && parents.has(at) && !atOrAbove.has(at)) {
      atOrAbove.set(at, marked.has(at) ? at : '');
      path.push(at);
      if (marked.has(at)) break;
      at = parents.get(at);
    }
    const end = (at !== undefined && atOrAbove.get(at)) || '';
    for (const each of path) if (!marked.has(each)) atOrAbove.set(each, end);
    const parent = parents.get(spanId)!;
    const found = atOrAbove.get(parent);
    if (found) nearest.set(spanId, found);
  }
  return nearest;
}
