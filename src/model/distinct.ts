import { separateSharedIds } from './sharedIds.ts';
import type { SpanHead } from './spanHead.ts';

/** The spans of a trace, each id once. */
export interface DistinctSpans {
  spans: SpanHead[];
  /** Which of the heads given each span is. */
  from: Uint32Array;
  /** Position in `spans` by span id. */
  byId: Map<string, number>;
  /** 1 where the span was sent more than once with different content. */
  updated: Uint8Array;
  /** The id that was sent, by the id that is shown, of spans that shared theirs with their caller. */
  shared: ReadonlyMap<string, string>;
}

/**
 * Keeps one head per span: the one with the latest end, because a span in progress is sent again when it has ended; of
 * equal ends the later one in `heads`. Spans that share an id are told apart first ({@link separateSharedIds}).
 */
export function distinctSpans(heads: readonly SpanHead[]): DistinctSpans {
  const byId = new Map(heads.map((head, at) => [head.spanId, at]));
  if (byId.size === heads.length) {
    const from = new Uint32Array(heads.length).map((_, at) => at);
    return { spans: [...heads], from, byId, updated: new Uint8Array(heads.length), shared: new Map() };
  }
  return latest(separateSharedIds(heads));
}

function latest({ heads, shared }: ReturnType<typeof separateSharedIds>): DistinctSpans {
  const spans: SpanHead[] = [];
  const from: number[] = [];
  const byId = new Map<string, number>();
  const updated: number[] = [];
  for (const [position, head] of heads.entries()) {
    const at = byId.get(head.spanId);
    if (at === undefined) {
      byId.set(head.spanId, spans.length);
      spans.push(head);
      from.push(position);
      updated.push(0);
      continue;
    }
    const kept = spans[at]!;
    if (!sameContent(kept, head)) updated[at] = 1;
    if (head.endTimeUnixNano < kept.endTimeUnixNano) continue;
    spans[at] = head;
    from[at] = position;
  }
  return { spans, from: Uint32Array.from(from), byId, updated: Uint8Array.from(updated), shared };
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
