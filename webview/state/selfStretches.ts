import type { TraceColumns } from '../../src/model/columns.ts';
import type { Stretch } from './traceView.ts';

/** More stretches than this cannot be told apart on a bar; the shortest gaps between children are left out. */
const MOST_STRETCHES = 48;

/**
 * The stretches of a row in which none of its children ran, in milliseconds since the origin.
 *
 *     row    |=====================|
 *     child    |====|    |====|
 *     child       |====|
 *     self   |-|       |-|    |----|
 */
export function selfStretches(columns: TraceColumns, row: number): Stretch[] {
  const { start, duration, subtree } = columns;
  const end = start[row]! + duration[row]!;
  const stretches: Stretch[] = [];
  let free = start[row]!;
  // Siblings come by start, so one pass that remembers the latest end is enough.
  for (let child = row + 1; child < row + subtree[row]!; child += subtree[child]!) {
    const childStart = Math.min(start[child]!, end);
    if (childStart > free) stretches.push({ start: free, end: childStart });
    free = Math.max(free, start[child]! + duration[child]!);
  }
  if (free < end) stretches.push({ start: free, end });
  if (stretches.length <= MOST_STRETCHES) return stretches;
  return stretches
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, MOST_STRETCHES)
    .sort((a, b) => a.start - b.start);
}
