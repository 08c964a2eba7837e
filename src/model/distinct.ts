import type { SpanHead } from './spanHead.ts';

/** The spans of a trace, each id once. */
export interface DistinctSpans {
  spans: SpanHead[];
  /** Position in `spans` by span id. */
  byId: Map<string, number>;
  /** 1 where the span was sent more than once with different content. */
  updated: Uint8Array;
}

/**
 * Keeps one head per span id: the one with the latest end, because a span in progress is sent again when it has
 * ended; of equal ends the later one in `heads`.
 */
export function distinctSpans(heads: readonly SpanHead[]): DistinctSpans {
  const spans: SpanHead[] = [];
  const byId = new Map<string, number>();
  const updated = new Uint8Array(heads.length);
  for (const head of heads) {
    const at = byId.get(head.spanId);
    if (at === undefined) {
      byId.set(head.spanId, spans.length);
      spans.push(head);
      continue;
    }
    const kept = spans[at]!;
    if (!sameContent(kept, head)) updated[at] = 1;
    if (head.endTimeUnixNano >= kept.endTimeUnixNano) spans[at] = head;
  }
  return { spans, byId, updated };
}

function sameContent(a: SpanHead, b: SpanHead): boolean {
  return (
    a.startTimeUnixNano === b.startTimeUnixNano &&
    a.endTimeUnixNano === b.endTimeUnixNano &&
    a.name === b.name &&
    a.parentSpanId === b.parentSpanId &&
    a.error === b.error
  );
}
