import { TraceDirectory } from './traceDirectory.ts';
import { TraceState } from './traceState.ts';

/** What {@link TraceStates} needs of the database. */
export interface StoredTraces {
  /** Whether row `row` is the trace with this id. */
  isTrace(row: number, id: Uint8Array): boolean;
  /** The state of a stored trace with all the spans it has. */
  restore(row: number, id: Uint8Array): TraceState;
}

/** The traces being written, kept in memory while they are active; the others are read back when a span of theirs comes. */
export class TraceStates {
  /** Which traces the database has. */
  readonly directory = new TraceDirectory();
  readonly #states = new Map<string, TraceState>();
  readonly #stored: StoredTraces;
  nextId = 1;
  /** Spans that the kept states may know together. */
  readonly #capacity: number;
  #weight = 0;

  constructor(stored: StoredTraces, capacity = 250_000) {
    this.#stored = stored;
    this.#capacity = capacity;
  }

  /** The state of a trace that the store has; its id are the 16 bytes of `ids` from `at` on. */
  find(ids: Uint8Array, at: number): TraceState | undefined {
    return this.#find(keyOf(ids, at), ids, at);
  }

  #find(key: string, ids: Uint8Array, at: number): TraceState | undefined {
    const kept = this.#states.get(key);
    if (kept) {
      kept.isUsed = true;
      return kept;
    }
    const row = this.directory.find(ids, at, row => this.#stored.isTrace(row, ids.subarray(at, at + 16)));
    if (row === 0) return undefined;
    const state = this.#stored.restore(row, ids.slice(at, at + 16));
    state.weight = weightOf(state);
    this.#weight += state.weight;
    this.#states.set(key, state);
    return state;
  }

  /** The state of a trace, made where the store has none. */
  get(ids: Uint8Array, at: number, receivedAt: number): TraceState {
    const key = keyOf(ids, at);
    let state = this.#find(key, ids, at);
    if (!state) {
      state = new TraceState(this.nextId++, ids.slice(at, at + 16), receivedAt);
      this.#states.set(key, state);
    }
    return state;
  }

  /** Spans that the kept states know, about. */
  get weight(): number {
    return this.#weight;
  }

  /** After these were written: they were used last. */
  touch(states: Iterable<TraceState>): void {
    for (const state of states) {
      const weight = weightOf(state);
      state.isUsed = state.weight > 0;
      this.#weight += weight - state.weight;
      state.weight = weight;
    }
    this.evict();
  }

  /**
   * Drops ones that were not used for long when there are too many. Between two requests: while one is recorded, its
   * traces must stay.
   */
  evict(): void {
    if (this.#weight <= this.#capacity) return;
    let left = this.#states.size;
    // In the order of insertion; one that was used since it was looked at goes to the end.
    for (const [key, state] of this.#states) {
      // The last one used stays however large it is: its next spans are about to come.
      if (this.#weight <= this.#capacity || left-- <= 0 || this.#states.size === 1) break;
      if (state.dirty) continue;
      this.#states.delete(key);
      if (state.isUsed) {
        state.isUsed = false;
        this.#states.set(key, state);
      } else this.#weight -= state.weight;
    }
  }

  /** Forgets traces that are removed. */
  forget(rows: ReadonlySet<number>): void {
    for (const [key, state] of this.#states) {
      if (!rows.has(state.id)) continue;
      this.#states.delete(key);
      this.#weight -= state.weight;
    }
  }

  /** Forgets what is in memory only; the directory stays. */
  forgetAll(): void {
    this.#states.clear();
    this.#weight = 0;
  }
}

/** In spans; a state weighs about as much as eight even when it knows one. */
function weightOf(state: TraceState): number {
  return state.known.count + 8;
}

/** The 16 bytes of an id as a string of eight characters, which is the cheapest key for a Map. */
function keyOf(ids: Uint8Array, at: number): string {
  const two = (i: number) => (ids[i] ?? 0) | ((ids[i + 1] ?? 0) << 8);
  return String.fromCharCode(
    two(at),
    two(at + 2),
    two(at + 4),
    two(at + 6),
    two(at + 8),
    two(at + 10),
    two(at + 12),
    two(at + 14),
  );
}
