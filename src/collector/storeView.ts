import type { TraceId } from '../model/ids.ts';
import type { TraceSummary } from '../model/summary.ts';
import { UserError } from '../model/userError.ts';
import { type ListPosition, StoreReader } from '../store/reader.ts';
import { isCorruption } from '../store/sqlite.ts';
import { upgradeStore } from '../store/upgrade.ts';
import type { ServiceCount, TracePage, TraceQuery } from './api.ts';
import { mergeSummaries } from './mergeSummaries.ts';
import { type Mismatched, TraceContent } from './traceContent.ts';

/** How far a list counts; more are "10,000 or more". */
const COUNT_LIMIT = 10_000;

/** Hears what turns out to be damaged in a store while it is read. */
export interface DamageListener {
  /** The index of the own store. */
  index?: (reason: string) => void;
  /** A segment of some store; once each. */
  segment?: (folder: string, segment: number) => void;
}

/** Reads the store of a workspace together with those that other windows left beside it. */
export class StoreView {
  readonly #folders: string[];
  readonly #readers = new Map<string, StoreReader>();

  readonly #listener: DamageListener;
  /** Whose index was found to say something else than what was received. */
  readonly #doubted = new WeakSet<StoreReader>();

  /** @param folders the workspace's own store first. Those that do not exist yet are looked for at every call. */
  constructor(folders: string[], listener: DamageListener = {}) {
    this.#folders = folders;
    this.#listener = listener;
  }

  /** The stores that exist now and can be read. One of another window that cannot must not hide the own one. */
  readers(): StoreReader[] {
    return this.#folders.flatMap((folder, i) => {
      try {
        return this.#reader(folder) ?? [];
      } catch (error) {
        this.#drop(folder);
        if (i === 0) throw error;
        return [];
      }
    });
  }

  /**
   * Does something with the stores; each that turns out to be damaged is reported.
   * @throws {UserError} the own one is; it says what to do.
   */
  reading<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isCorruption(error)) throw error;
      this.close();
      throw this.#damaged((error as Error).message);
    }
  }

  #damaged(reason: string): UserError {
    this.#listener.index?.(reason);
    return new UserError(
      `The index of the traces in ${this.#folders[0]} is damaged (${reason}). What was received is not: a window that opens this workspace, or "spanside serve --storage" with this folder, makes the index anew from it.`,
    );
  }

  /** Says so once of a store; where that did not help, what can be read is shown. */
  readonly #mismatched: Mismatched = (reader, reason) => {
    if (reader.folder !== this.#folders[0] || this.#doubted.has(reader)) return;
    this.#doubted.add(reader);
    throw this.#damaged(reason);
  };

  #reader(folder: string): StoreReader | undefined {
    if (this.#readers.get(folder)?.isReplaced) this.#drop(folder);
    const damaged = (segment: number) => this.#listener.segment?.(folder, segment);
    const reader = StoreReader.exists(folder) ? (this.#readers.get(folder) ?? openIfReady(folder, damaged)) : undefined;
    if (!reader || reader.isMerged()) {
      if (reader) this.#readers.set(folder, reader);
      this.#drop(folder);
      return undefined;
    }
    this.#readers.set(folder, reader);
    return reader;
  }

  #drop(folder: string): void {
    this.#readers.get(folder)?.close();
    this.#readers.delete(folder);
  }

  /** A page of summaries, newest first. */
  list(query: TraceQuery): TracePage {
    return this.reading(() => this.#list(query));
  }

  #list(query: TraceQuery): TracePage {
    const { service } = query;
    const readers = this.readers();
    const positions = readPositions(query.after);
    const traces: TraceSummary[] = [];
    const seen = new Set<TraceId>();
    let next: string | undefined;
    let total = 0;
    const everything = service === undefined;
    for (const { summary, reader, position } of newestFirst(readers, positions)) {
      if (seen.has(summary.traceId) || (!everything && summary.service !== service)) continue;
      if (readers.length > 1) seen.add(summary.traceId);
      total++;
      if (traces.length < query.limit) {
        traces.push(readers.length > 1 ? (this.#summary(summary.traceId) ?? summary) : summary);
        positions.set(reader.folder, position);
      } else {
        next ??= writePositions(positions);
        if (everything || total >= COUNT_LIMIT) break;
      }
    }
    if (everything) total = readers.reduce((sum, reader) => sum + reader.traceCount(), 0);
    return next === undefined ? { traces, total } : { traces, next, total };
  }

  /** Services that name traces, the one with the newest trace first. */
  services(): ServiceCount[] {
    return this.reading(() => this.#services());
  }

  #services(): ServiceCount[] {
    const services = new Map<string, ServiceCount>();
    for (const { summary } of newestFirst(this.readers(), new Map())) {
      const known = services.get(summary.service);
      if (known) {
        known.traces++;
        if (summary.errorCount > 0) known.errors++;
      } else {
        services.set(summary.service, {
          service: summary.service,
          traces: 1,
          errors: summary.errorCount > 0 ? 1 : 0,
          latestUnixNano: summary.startTimeUnixNano,
        });
      }
    }
    return [...services.values()];
  }

  summary(traceId: TraceId): TraceSummary | undefined {
    return this.reading(() => this.#summary(traceId));
  }

  #summary(traceId: TraceId): TraceSummary | undefined {
    let summary: TraceSummary | undefined;
    for (const reader of this.readers()) {
      const other = reader.summary(traceId);
      if (other) summary = summary ? mergeSummaries(summary, other) : other;
    }
    return summary;
  }

  /** A trace, ready to be decoded as far as it is asked for. */
  trace(traceId: TraceId): TraceContent | undefined {
    return this.reading(() => this.#trace(traceId));
  }

  #trace(traceId: TraceId): TraceContent | undefined {
    const stored = this.readers().flatMap(reader => {
      const trace = reader.trace(traceId);
      return trace ? [{ reader, trace }] : [];
    });
    if (!stored.some(({ trace }) => trace.parts.length > 0)) return undefined;
    return new TraceContent(traceId, stored, this.#mismatched);
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
  }
}

/** A store whose writer has made the file but not yet the tables is not there yet. */
function openIfReady(folder: string, damaged: (segment: number) => void): StoreReader | undefined {
  try {
    upgradeStore(folder);
    return new StoreReader(folder, damaged);
  } catch (error) {
    if (error instanceof Error && /no traces in|unable to open/.test(error.message)) return undefined;
    throw error;
  }
}

/** Summaries of several stores in one order. */
function* newestFirst(readers: StoreReader[], after: Map<string, ListPosition>) {
  const open = readers.map(reader => {
    const rows = reader.summaries(after.get(reader.folder));
    return { reader, rows, head: rows.next() };
  });
  try {
    for (;;) {
      let newest: (typeof open)[number] | undefined;
      for (const one of open) {
        if (one.head.done) continue;
        if (!newest || newest.head.done || one.head.value.position.start > newest.head.value.position.start)
          newest = one;
      }
      if (!newest || newest.head.done) return;
      const { summary, position } = newest.head.value;
      yield { summary, position, reader: newest.reader };
      newest.head = newest.rows.next();
    }
  } finally {
    // A query that is left half read holds on to the store as it was when it began.
    for (const { rows } of open) rows.return(undefined);
  }
}

function writePositions(positions: Map<string, ListPosition>): string {
  return JSON.stringify([...positions].map(([folder, { start, id }]) => [folder, String(start), String(id)]));
}

function readPositions(text: string | undefined): Map<string, ListPosition> {
  const rows = JSON.parse(text ?? '[]') as [string, string, string][];
  return new Map(rows.map(([folder, start, id]) => [folder, { start: BigInt(start), id: BigInt(id) }]));
}
