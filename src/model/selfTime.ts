import { RowFlag } from './columns.ts';

/** Rows with their times, in any one unit; see TraceColumns for the order. */
export interface TimedRows {
  parent: Int32Array;
  start: Float64Array;
  end: Float64Array;
  /** Bits of {@link RowFlag}. */
  flags: Uint16Array;
}

/**
 * The time of each row in which none of its children ran: its duration less the union of its children's times, each
 * clipped to the row. Relies on siblings standing in the order of their starts, so that one pass over the rows merges
 * every row's children at once. A missing parent has none: what it did between its children is unknown.
 */
export function selfTimes({ parent, start, end, flags }: TimedRows): Float64Array {
  const self = new Float64Array(parent.length);
  /** Up to where the children seen so far cover their parent. */
  const reach = Float64Array.from(start);
  for (let row = 0; row < parent.length; row++) {
    self[row]! += end[row]! - start[row]!;
    const above = parent[row]!;
    if (above < 0) continue;
    const from = Math.max(start[row]!, reach[above]!);
    const to = Math.min(end[row]!, end[above]!);
    if (to <= from) continue;
    self[above]! -= to - from;
    reach[above] = to;
  }
  for (let row = 0; row < self.length; row++) if ((flags[row]! & RowFlag.missing) !== 0) self[row] = 0;
  return self;
}
