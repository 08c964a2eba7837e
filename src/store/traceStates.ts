import { effectiveEntries, entriesOf, type SpanPart } from './effectiveSpans.ts';
import { keyOf } from './entries.ts';
import { SpanSet } from './spanSet.ts';
import type { Database, Statement } from './sqlite.ts';
import { TraceState } from './traceState.ts';

interface TraceRow {
  id: bigint;
  name: string;
  service: string;
  services: string;
  root_start: bigint;
  root_span: Uint8Array | null;
  has_root: bigint;
  start_ns: bigint;
  end_ns: bigint;
  spans: bigint;
  errors: bigint;
  logs: bigint;
  received_at: bigint;
}

/** The traces being written, kept in memory while they are active; the others are read back when a span of theirs comes. */
export class TraceStates {
  readonly #states = new Map<string, TraceState>();
  readonly #select: Statement;
  readonly #parts: Statement;
  #nextId: number;
  /** Spans that the kept states may know together. */
  readonly #capacity: number;
  #weight = 0;
  readonly #weights = new WeakMap<TraceState, number>();

  constructor(database: Database, capacity = 1_000_000) {
    this.#capacity = capacity;
    this.#select = database.prepare('SELECT * FROM trace WHERE trace_id = ?');
    this.#select.setReadBigInts(true);
    this.#parts = database.prepare('SELECT segment, spans FROM part WHERE trace = ? ORDER BY segment, seq');
    const last = database.prepare('SELECT max(id) AS id FROM trace').get() as { id: number | null };
    this.#nextId = (last.id ?? 0) + 1;
  }

  /** The state of a trace, made where the store has none. `key` are the 16 bytes of its id, as characters. */
  get(key: string, id: Uint8Array, receivedAt: number): TraceState {
    const kept = this.#states.get(key);
    if (kept) return kept;
    const row = this.#select.get(id) as unknown as TraceRow | undefined;
    const state = row ? this.#restore(row) : new TraceState(this.#nextId++, false, receivedAt);
    this.#states.set(key, state);
    return state;
  }

  /** All entries of a trace that are in the database. */
  parts(state: TraceState): SpanPart[] {
    return this.#parts.all(state.id) as unknown as SpanPart[];
  }

  #restore(row: TraceRow): TraceState {
    const { entries } = effectiveEntries(entriesOf(this.#parts.all(Number(row.id)) as unknown as SpanPart[]));
    const known = new SpanSet(entries.length);
    for (const entry of entries) known.add(entry.spanId, entry.hash);
    const state = new TraceState(Number(row.id), true, Number(row.received_at), known);
    state.name = row.name;
    state.service = row.service;
    for (const service of JSON.parse(row.services) as string[]) state.services.add(service);
    state.rootStart = row.root_start;
    if (row.root_span) state.rootKey = keyOf(row.root_span, 0, 8);
    state.hasRoot = row.has_root !== 0n;
    state.start = row.start_ns;
    state.end = row.end_ns;
    state.spans = Number(row.spans);
    state.errors = Number(row.errors);
    state.logs = Number(row.logs);
    return state;
  }

  /** After a commit: these were used last. Drops the ones unused longest when there are too many. */
  touch(keys: Iterable<string>): void {
    for (const key of keys) {
      const state = this.#states.get(key);
      if (!state) continue;
      this.#states.delete(key);
      this.#states.set(key, state);
      this.#weight += weightOf(state) - (this.#weights.get(state) ?? 0);
      this.#weights.set(state, weightOf(state));
    }
    for (const [key, state] of this.#states) {
      if (this.#weight <= this.#capacity) break;
      this.#drop(key, state);
    }
  }

  /** Forgets states that no longer agree with the database. */
  forget(keys: Iterable<string>): void {
    for (const key of keys) {
      const state = this.#states.get(key);
      if (state) this.#drop(key, state);
    }
  }

  forgetAll(): void {
    this.#states.clear();
    this.#weight = 0;
  }

  #drop(key: string, state: TraceState): void {
    this.#states.delete(key);
    this.#weight -= this.#weights.get(state) ?? 0;
  }
}

/** In spans; a state weighs about as much as eight even when it knows one. */
function weightOf(state: TraceState): number {
  return state.known.count + 8;
}
