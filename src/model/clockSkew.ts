import { RowFlag, type TraceColumns } from './columns.ts';
import { formatCount, formatDuration } from './format.ts';
import { layOut } from './layout.ts';
import { SpanKind } from './span.ts';
import { nanoseconds, timingOf } from './timing.ts';

/** Clocks of machines that keep time at all are not further apart; what is, runs late or has another reason. */
export const MAX_SHIFT_MS = 3_600_000;

/** A trace with the times its spans would have if all clocks agreed. */
export interface AdjustedTrace {
  columns: TraceColumns;
  /** Milliseconds by which each row of `columns` was moved. */
  shiftMs: Float64Array;
}

/** The part of the columns that says how clocks differ. */
type Clocked = Pick<
  TraceColumns,
  'rows' | 'parent' | 'start' | 'duration' | 'host' | 'service' | 'strings' | 'flags' | 'kind'
>;

/**
 * How far each row's clock seems to be off, in nanoseconds: what to add to its times. A child on another host than its
 * parent that does not lie within the parent is put in its middle, as if the way there had taken as long as the way
 * back; one that lasts longer, has not ended or only takes a message up is moved just so far that it does not start
 * before the parent. What is below it on the same host moves along. A shift of more than `maxMs` is not made.
 *
 * Spans of one service that name no host count as of one host. A parent that has not arrived moves nothing.
 */
export function clockShifts(columns: Clocked, maxMs: number = MAX_SHIFT_MS): { nanos: Float64Array; tooFar: number } {
  const { rows, parent, flags } = columns;
  const nanos = new Float64Array(rows);
  let tooFar = 0;
  for (let row = 0; row < rows; row++) {
    const above = parent[row]!;
    if (above < 0 || (flags[above]! & RowFlag.missing) !== 0) continue;
    if (isSameClock(columns, row, above)) {
      nanos[row] = nanos[above]!;
      continue;
    }
    const shift = shiftInto(columns, row, above, nanos[above]!);
    if (Math.abs(shift) <= nanoseconds(maxMs)) nanos[row] = shift;
    else tooFar++;
  }
  return { nanos, tooFar };
}

/**
 * The trace with its clocks adjusted, siblings in the order of their new starts; `undefined` where no span would move.
 * Only for looking at: what is stored stays as it was sent. O(n log n), no recursion.
 */
export function adjustClocks(columns: TraceColumns, maxMs: number = MAX_SHIFT_MS): AdjustedTrace | undefined {
  const { nanos, tooFar } = clockShifts(columns, maxMs);
  const moved = nanos.reduce((count, shift) => (shift === 0 ? count : count + 1), 0);
  if (moved === 0) return undefined;
  const { rows, parent } = columns;
  const start = Float64Array.from(nanos, (shift, row) => nanoseconds(columns.start[row]!) + shift);
  const end = start.map((from, row) => from + nanoseconds(columns.duration[row]!));
  spanMissing(columns, start, end);
  const origin = start.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);

  const sorted = new Uint32Array(rows).map((_, row) => row);
  sorted.sort((a, b) => start[a]! - start[b]! || end[a]! - end[b]! || a - b);
  const layout = layOut(parent, sorted);
  const from = layout.node;
  const spanIds = new Uint8Array(rows * 8);
  const [newStart, newEnd, shiftMs] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  const flags = columns.flags.slice();
  for (let row = 0; row < rows; row++) {
    const old = from[row]!;
    spanIds.set(columns.spanIds.subarray(old * 8, old * 8 + 8), row * 8);
    newStart[row] = start[old]! - origin;
    newEnd[row] = end[old]! - origin;
    shiftMs[row] = nanos[old]! / 1e6;
    flags[row] = columns.flags[old]! | (nanos[old] === 0 ? 0 : RowFlag.moved);
  }
  const furthest = shiftMs.reduce((most, ms) => Math.max(most, Math.abs(ms)), 0);
  return {
    columns: {
      ...columns,
      ...timingOf({ parent: layout.parent, start: newStart, end: newEnd, flags }),
      originUnixNano: (BigInt(columns.originUnixNano) + BigInt(origin)).toString(),
      spanIds,
      parent: layout.parent,
      depth: layout.depth,
      subtree: layout.subtree,
      name: columns.name.map((_, row) => columns.name[from[row]!]!),
      service: columns.service.map((_, row) => columns.service[from[row]!]!),
      host: columns.host.map((_, row) => columns.host[from[row]!]!),
      kind: columns.kind.map((_, row) => columns.kind[from[row]!]!),
      category: columns.category.map((_, row) => columns.category[from[row]!]!),
      flags,
      warnings: [...columns.warnings, ...sentences(moved, furthest, tooFar)],
    },
    shiftMs,
  };
}

function isSameClock({ host, service, strings }: Clocked, row: number, above: number): boolean {
  if (host[row] !== host[above]) return false;
  return strings[host[row]!] !== '' || service[row] === service[above];
}

/** What brings a row into its parent, which is itself moved by `moved`. */
function shiftInto({ start, duration, flags, kind }: Clocked, row: number, above: number, moved: number): number {
  const from = nanoseconds(start[row]!);
  const takes = nanoseconds(duration[row]!);
  const parentFrom = nanoseconds(start[above]!) + moved;
  const parentTakes = nanoseconds(duration[above]!);
  const isLoose = takes > parentTakes || kind[row] === SpanKind.consumer || (flags[row]! & RowFlag.open) !== 0;
  if (isLoose) return Math.max(0, parentFrom - from);
  if (from >= parentFrom && from + takes <= parentFrom + parentTakes) return 0;
  return parentFrom + Math.floor((parentTakes - takes) / 2) - from;
}

/** A parent that has not arrived reaches over its children, wherever they are now. */
function spanMissing({ rows, parent, flags }: Clocked, start: Float64Array, end: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    if ((flags[row]! & RowFlag.missing) === 0) continue;
    start[row] = Number.POSITIVE_INFINITY;
    end[row] = Number.NEGATIVE_INFINITY;
  }
  for (let row = 0; row < rows; row++) {
    const above = parent[row]!;
    if (above < 0 || (flags[above]! & RowFlag.missing) === 0) continue;
    start[above] = Math.min(start[above]!, start[row]!);
    end[above] = Math.max(end[above]!, end[row]!);
  }
}

function sentences(moved: number, furthest: number, tooFar: number): string[] {
  const spans = (count: number) => (count === 1 ? '1 span is' : `${formatCount(count)} spans are`);
  const said = [`Clocks are adjusted: ${spans(moved)} moved by up to ${formatDuration(furthest)}.`];
  if (tooFar > 0) said.push(`${spans(tooFar)} too far from the parent for a clock that is off, and not moved.`);
  return said;
}
