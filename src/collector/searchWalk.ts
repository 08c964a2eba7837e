import { prepare, type TraceTest } from '../model/search/evaluate.ts';
import type { SearchQuery } from '../model/search/query.ts';
import type { TraceSummary } from '../model/summary.ts';
import { MalformedError } from '../otlp/malformed.ts';
import type { ListPosition } from '../store/reader.ts';
import { loadTrace } from '../store/search/loadTrace.ts';
import type { SearchStore } from '../store/search/searchStore.ts';
import type { TraceRow } from '../store/search/traceRows.ts';
import {
  type FoundRows,
  factsOfRows,
  rowsAfter,
  rowsOfTrace,
  type SearchPosition,
  summaryOf,
} from './searchPosition.ts';

/** What is looked for, made ready to be asked of many traces. */
export interface PreparedSearch {
  query: SearchQuery;
  matches: TraceTest;
  service?: string;
  since: bigint;
  until: bigint;
}

export interface FoundTrace {
  summary: TraceSummary;
  position: SearchPosition;
}

/** A trace that was tried. */
export interface TriedTrace {
  match: FoundTrace | undefined;
  position: SearchPosition;
}

/** How far a search has looked, in spans. */
export interface Looked {
  looked: number;
}

/** Rows that are read at a time. */
const ROWS = 64;
const LAST = 0x7fff_ffff_ffff_ffffn;

/** @param search its times bound those of the query */
export function prepareSearch(
  query: SearchQuery,
  { service, since, until }: { service?: string; since?: bigint; until?: bigint },
): PreparedSearch {
  return {
    query,
    matches: prepare(query),
    ...(service !== undefined && { service }),
    since: larger(since ?? 0n, query.since ?? 0n),
    until: smaller(until ?? LAST, query.until ?? LAST),
  };
}

/** Tries one trace after the other, newest first. */
export function* walkTraces(
  search: PreparedSearch,
  stores: readonly SearchStore[],
  after: SearchPosition | undefined,
  progress: Looked,
): Generator<TriedTrace> {
  for (const { row, store } of newestFirst(stores, after, search)) {
    const found = rowsOfTrace(stores, row.traceId, { store, row });
    // Of one in several stores the last row counts.
    if (!found || found.position.store !== store || found.position.id !== row.id) continue;
    progress.looked += row.spans;
    for (const one of stores) one.settle();
    yield { match: matchOf(search, found), position: found.position };
  }
}

/** The trace as it is found; `undefined` where it does not match. */
export function matchOf(search: PreparedSearch, found: FoundRows): FoundTrace | undefined {
  const summary = matches(search, found) ? summaryOf(found) : undefined;
  return summary && { summary, position: found.position };
}

/** Whether a trace is of the service and of the time that is looked for. */
export function isWithin({ since, until, service }: PreparedSearch, found: FoundRows): boolean {
  const { start, rootService } = factsOfRows(found);
  return start >= since && start <= until && (service === undefined || rootService === service);
}

export function matches(search: PreparedSearch, found: FoundRows): boolean {
  if (!isWithin(search, found)) return false;
  try {
    return search.matches(loadTrace(factsOfRows(found), found.stored)).length > 0;
  } catch (error) {
    // Where the index leads to something else, opening the trace says so.
    if (error instanceof MalformedError) return false;
    throw error;
  }
}

function* newestFirst(
  stores: readonly SearchStore[],
  after: SearchPosition | undefined,
  { since, until }: PreparedSearch,
): Generator<{ row: TraceRow; store: number }> {
  const open = stores.map((store, i) => new RowQueue(store, smallerPosition(rowsAfter(after, i), until), since));
  for (;;) {
    let newest = -1;
    for (const [i, { head }] of open.entries()) {
      if (head && (newest < 0 || head.start > open[newest]!.head!.start)) newest = i;
    }
    if (newest < 0) return;
    yield { row: open[newest]!.take(), store: newest };
  }
}

function smallerPosition(position: ListPosition, until: bigint): ListPosition {
  return position.start > until ? { start: until, id: LAST } : position;
}

/** The rows of a store after a position, read some at a time. */
class RowQueue {
  readonly #store: SearchStore;
  readonly #since: bigint;
  #position: ListPosition;
  #rows: TraceRow[] = [];
  #next = 0;
  head: TraceRow | undefined;

  constructor(store: SearchStore, position: ListPosition, since: bigint) {
    this.#store = store;
    this.#since = since;
    this.#position = position;
    this.#advance();
  }

  take(): TraceRow {
    const taken = this.head!;
    this.#advance();
    return taken;
  }

  #advance(): void {
    if (this.#next >= this.#rows.length) {
      this.#rows = this.#store.rows.page(this.#position, this.#since, ROWS);
      this.#next = 0;
    }
    this.head = this.#rows[this.#next++];
    if (this.head) this.#position = { start: this.head.start, id: this.head.id };
  }
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
