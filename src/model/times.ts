import type { SpanHead } from './spanHead.ts';

/** Where spans stand on the trace's axis; nanoseconds since the origin as doubles, exact for traces under 104 days. */
export interface SpanTimes {
  originUnixNano: bigint;
  start: Float64Array;
  end: Float64Array;
}

/**
 * Places spans on one axis. The origin is the earliest start. A start of zero means unknown and does not pull the
 * origin to 1970: such a span is a point at its end, or at the origin where that is unknown too. No span ends before
 * it starts: a span without an end, or with one before its start, is a point at its start.
 */
export function spanTimes(spans: readonly SpanHead[]): SpanTimes {
  const originUnixNano = earliest(spans, s => s.startTimeUnixNano) ?? earliest(spans, s => s.endTimeUnixNano) ?? 0n;
  const start = new Float64Array(spans.length);
  const end = new Float64Array(spans.length);
  for (let i = 0; i < spans.length; i++) {
    const { startTimeUnixNano, endTimeUnixNano } = spans[i]!;
    const from = startTimeUnixNano === 0n ? endTimeUnixNano : startTimeUnixNano;
    start[i] = from > originUnixNano ? Number(from - originUnixNano) : 0;
    end[i] = endTimeUnixNano > from ? start[i]! + Number(endTimeUnixNano - from) : start[i]!;
  }
  return { originUnixNano, start, end };
}

function earliest(spans: readonly SpanHead[], time: (span: SpanHead) => bigint): bigint | undefined {
  let least: bigint | undefined;
  for (const span of spans) {
    const t = time(span);
    if (t !== 0n && (least === undefined || t < least)) least = t;
  }
  return least;
}
