import type { TraceId } from '../model/ids.ts';
import type { TraceSummary } from '../model/summary.ts';
import type { ListPosition } from '../store/reader.ts';
import { factsOf, type Stored, type TraceFacts } from '../store/search/loadTrace.ts';
import type { SearchStore } from '../store/search/searchStore.ts';
import type { TraceRow } from '../store/search/traceRows.ts';
import { mergeSummaries } from './mergeSummaries.ts';

/**
 * Where a trace comes in what a search finds: newest start first, then by store, then the higher row. A trace that lies in
 * several stores comes at the last of its rows that have a start.
 */
export interface SearchPosition extends ListPosition {
  /** Index of the store. */
  store: number;
}

/** Below zero where `a` comes first. */
export function comparePositions(a: SearchPosition, b: SearchPosition): number {
  if (a.start !== b.start) return a.start > b.start ? -1 : 1;
  if (a.store !== b.store) return a.store - b.store;
  return a.id === b.id ? 0 : a.id > b.id ? -1 : 1;
}

const END = 0x7fff_ffff_ffff_ffffn;

/** After which row of a store what comes after a position begins. */
export function rowsAfter(position: SearchPosition | undefined, store: number): ListPosition {
  if (!position) return { start: END, id: END };
  const { start, id } = position;
  if (store === position.store) return { start, id };
  return { start, id: store > position.store ? END : -1n };
}

export function writePosition({ start, store, id }: SearchPosition): string {
  return [start, store, id].join(' ');
}

/** What {@link writePosition} wrote; the beginning where it is something else. */
export function readPosition(text: string | undefined): SearchPosition | undefined {
  const [, start, store, id] = /^(-?\d+) (\d+) (\d+)$/.exec(text ?? '') ?? [];
  if (start === undefined || store === undefined || id === undefined) return undefined;
  return { start: BigInt(start), store: Number(store), id: BigInt(id) };
}

/** A trace with all its rows. */
export interface FoundRows {
  traceId: TraceId;
  stored: Stored[];
  position: SearchPosition;
  /** Where it lies in several stores. */
  merged?: TraceSummary;
}

/**
 * The rows of a trace in all stores; `undefined` where none has spans of it, or it went meanwhile.
 * @param known its row in one of them
 */
export function rowsOfTrace(
  stores: readonly SearchStore[],
  traceId: TraceId,
  known?: { store: number; row: TraceRow },
): FoundRows | undefined {
  const stored: Stored[] = [];
  let position: SearchPosition | undefined;
  for (const [i, store] of stores.entries()) {
    const row = i === known?.store ? known.row : store.row(traceId);
    if (!row) continue;
    stored.push({ store, row });
    if (row.spans === 0) continue;
    const at = { start: row.start, store: i, id: row.id };
    if (!position || isLast(at, position)) position = at;
  }
  if (!position) return undefined;
  if (stored.length < 2) return { traceId, stored, position };
  const summaries = stored.flatMap(one => one.store.reader.summaryAt(one.row.id) ?? []);
  if (summaries.length === 0) return undefined;
  return { traceId, stored, position, merged: summaries.reduce(mergeSummaries) };
}

/** Whether a row counts rather than another; of one whose start was never set only where no row has one, as in summaries. */
function isLast(row: SearchPosition, other: SearchPosition): boolean {
  if ((row.start === 0n) !== (other.start === 0n)) return other.start === 0n;
  return comparePositions(other, row) < 0;
}

/** As the list shows it; `undefined` where it was removed meanwhile. */
export function summaryOf({ stored, merged }: FoundRows): TraceSummary | undefined {
  const [only] = stored;
  return merged ?? only?.store.reader.summaryAt(only.row.id);
}

export function factsOfRows({ stored, merged }: FoundRows): TraceFacts {
  if (!merged) return factsOf(stored[0]!.row);
  const { traceId, name, service, startTimeUnixNano, endTimeUnixNano } = merged;
  return { traceId, rootName: name, rootService: service, start: startTimeUnixNano, end: endTimeUnixNano };
}
