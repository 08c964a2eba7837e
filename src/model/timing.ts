import type { TraceColumns } from './columns.ts';
import { criticalPath } from './criticalPath.ts';
import { selfTimes, type TimedRows } from './selfTime.ts';

const NANOS_PER_MS = 1e6;

type Timing = Pick<
  TraceColumns,
  'durationMs' | 'start' | 'duration' | 'self' | 'criticalRow' | 'criticalStart' | 'criticalEnd'
>;

/** The columns that follow from the times of rows, which are given in whole nanoseconds since the origin. */
export function timingOf(rows: TimedRows): Timing {
  const { start, end } = rows;
  const path = criticalPath(rows);
  return {
    durationMs: end.reduce((latest, time) => Math.max(latest, time), 0) / NANOS_PER_MS,
    start: milliseconds(start),
    duration: milliseconds(end.map((to, row) => to - start[row]!)),
    self: milliseconds(selfTimes(rows)),
    criticalRow: Uint32Array.from(path.row),
    criticalStart: milliseconds(Float64Array.from(path.start)),
    criticalEnd: milliseconds(Float64Array.from(path.end)),
  };
}

/** Whole nanoseconds are exact to add and to compare, milliseconds are for drawing: so this comes last. */
function milliseconds(nanos: Float64Array): Float64Array<ArrayBuffer> {
  return nanos.map(value => value / NANOS_PER_MS);
}

/** Back to whole nanoseconds; exact for traces under 104 days. */
export function nanoseconds(ms: number): number {
  return Math.round(ms * NANOS_PER_MS);
}
