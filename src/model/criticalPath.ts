import { RowFlag } from './columns.ts';
import type { TimedRows } from './selfTime.ts';

/** Stretches in time order; none overlaps another. */
export interface CriticalPath {
  row: number[];
  start: number[];
  end: number[];
}

/**
 * The stretches that made the trace take as long as it did. From the end of the top row that takes the longest it walks
 * back: through the last child that ends at or before the point reached, to that child's start, and so on; what no child
 * takes is the row's own. Children that run beside one on the path are not on it.
 *
 * Times are clipped to the parent's first, so work that goes on after its parent has ended does not count. A row that is
 * still open lasts as long as the latest row below it. What lies between the children of a missing parent is unknown and
 * is no stretch.
 */
export function criticalPath(rows: TimedRows): CriticalPath {
  const { parent, flags } = rows;
  const { start, end } = clipped(rows);
  const root = longestTop(parent, start, end);
  const path: CriticalPath = { row: [], start: [], end: [] };
  if (root === undefined) return path;

  const children = childrenByEnd(parent, start, end);
  let row = root;
  let reached = end[root]!;
  const take = (to: number) => {
    if (reached > to && (flags[row]! & RowFlag.missing) === 0) {
      path.row.push(row);
      path.start.push(to);
      path.end.push(reached);
    }
    reached = to;
  };
  for (;;) {
    const child = nextChild(children, row, end, reached);
    if (child !== undefined) {
      take(end[child]!);
      row = child;
      continue;
    }
    take(start[row]!);
    if (row === root) break;
    row = parent[row]!;
  }
  path.row.reverse();
  path.start.reverse();
  path.end.reverse();
  return path;
}

/** Times with open rows drawn out over what is below them, then cut to those of the rows above. */
function clipped({ parent, start, end, flags }: TimedRows): {
  start: Float64Array;
  end: Float64Array;
} {
  const from = Float64Array.from(start);
  const to = Float64Array.from(end);
  for (let row = parent.length - 1; row >= 0; row--) {
    const above = parent[row]!;
    if (above >= 0 && (flags[above]! & RowFlag.open) !== 0) to[above] = Math.max(to[above]!, to[row]!);
  }
  for (let row = 0; row < parent.length; row++) {
    const above = parent[row]!;
    if (above < 0) continue;
    from[row] = Math.max(from[row]!, from[above]!);
    to[row] = Math.min(to[row]!, to[above]!);
  }
  return { start: from, end: to };
}

function longestTop(parent: Int32Array, start: Float64Array, end: Float64Array): number | undefined {
  let longest: number | undefined;
  for (let row = 0; row < parent.length; row++) {
    if (parent[row]! >= 0) continue;
    if (longest === undefined || end[row]! - start[row]! > end[longest]! - start[longest]!) longest = row;
  }
  return longest;
}

/** Every row's children that take any time, latest end first; `next` is consumed by the walk. */
interface ChildLists {
  list: Uint32Array;
  next: Uint32Array;
  stop: Uint32Array;
}

function childrenByEnd(parent: Int32Array, start: Float64Array, end: Float64Array): ChildLists {
  const rows = parent.length;
  const counts = new Uint32Array(rows);
  const counted = (row: number) => parent[row]! >= 0 && end[row]! > start[row]!;
  for (let row = 0; row < rows; row++) if (counted(row)) counts[parent[row]!]!++;
  const next = new Uint32Array(rows);
  const stop = new Uint32Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    next[row] = stop[row] = at;
    at += counts[row]!;
  }
  const list = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) if (counted(row)) list[stop[parent[row]!]!++] = row;
  for (let row = 0; row < rows; row++) {
    if (stop[row]! - next[row]! > 1) list.subarray(next[row], stop[row]).sort((a, b) => end[b]! - end[a]! || a - b);
  }
  return { list, next, stop };
}

/** The last finishing child of `row` that ends by `reached`; children that end later are passed over for good. */
function nextChild({ list, next, stop }: ChildLists, row: number, end: Float64Array, reached: number) {
  while (next[row]! < stop[row]!) {
    const child = list[next[row]!++]!;
    if (end[child]! <= reached) return child;
  }
  return undefined;
}
