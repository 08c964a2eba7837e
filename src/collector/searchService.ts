import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TraceId } from '../model/ids.ts';
import { parseSearch } from '../model/search/parse.ts';
import { SearchError } from '../model/search/query.ts';
import type { TraceSummary } from '../model/summary.ts';
import type { SearchStore } from '../store/search/searchStore.ts';
import type { SearchCount, SearchPage, SearchProgress, SearchVocabulary, TraceSearch } from './api.ts';
import { readPosition, type SearchPosition, writePosition } from './searchPosition.ts';
import { runSearch } from './searchRun.ts';
import type { SearchStores } from './searchStores.ts';
import { searchVocabulary } from './searchVocabulary.ts';
import { type FoundTrace, type PreparedSearch, prepareSearch } from './searchWalk.ts';

/** A mistake in a search, as it goes from one thread to another. */
export interface Mistake {
  mistake: { message: string; position: number; end: number };
}

/** A search was cancelled. */
export interface Cancelled {
  cancelled: true;
}

export interface ProgressEvent {
  type: 'progress';
  search: number;
  progress: SearchProgress;
}

/** After this time others get their turn: searches, and whoever cancels this one. */
const SLICE_MS = 10;
/** A search that takes longer leaves half of the time to what is being received. */
const LONG_MS = 300;
const REPORT_MS = 50;
/** What is kept from one search to the next is let go after this time without any. */
const KEPT_MS = 60_000;
/** The vocabulary is read anew after this time. */
const VOCABULARY_MS = 10_000;
const COUNT_MS = 1000;
const COUNT_LIMIT = 10_000;

/** Searches the stores; several searches may be under way. */
export class SearchService {
  readonly #stores: SearchStores;
  readonly #tell: (event: ProgressEvent) => void;
  readonly #cancelled = new Set<number>();
  readonly #open = new Set<number>();
  #idle: NodeJS.Timeout | undefined;
  #known: { at: number; vocabulary: SearchVocabulary } = { at: Number.NEGATIVE_INFINITY, vocabulary: { keys: [] } };

  constructor(stores: SearchStores, tell: (event: ProgressEvent) => void) {
    this.#stores = stores;
    this.#tell = tell;
  }

  /** Searches that are under way. */
  get running(): number {
    return this.#open.size;
  }

  readonly handlers = {
    search: (id: number, search: TraceSearch) =>
      this.#guarded(id, search, prepared => this.#page(id, search, prepared)),
    count: (id: number, search: Omit<TraceSearch, 'limit' | 'after'>) =>
      this.#guarded(id, search, prepared => this.#count(id, prepared)),
    cancel: (id: number): void => {
      if (this.#open.has(id)) this.#cancelled.add(id);
    },
    vocabulary: (): SearchVocabulary => this.#vocabulary(),
  };

  #vocabulary(): SearchVocabulary {
    if (performance.now() - this.#known.at > VOCABULARY_MS) {
      const vocabulary = this.#stores.reading(stores => searchVocabulary(stores));
      this.#known = { at: performance.now(), vocabulary };
    }
    return this.#known.vocabulary;
  }

  async #guarded<T>(
    id: number,
    search: Omit<TraceSearch, 'limit' | 'after'>,
    work: (prepared: PreparedSearch) => Promise<T>,
  ): Promise<T | Mistake | Cancelled> {
    let prepared: PreparedSearch;
    try {
      prepared = prepareSearch(parseSearch(search.text), search);
    } catch (error) {
      if (!(error instanceof SearchError)) throw error;
      const { message, position, end } = error;
      return { mistake: { message, position, end } };
    }
    this.#open.add(id);
    clearTimeout(this.#idle);
    try {
      return await work(prepared);
    } catch (error) {
      if (error === CANCELLED) return { cancelled: true };
      throw error;
    } finally {
      this.#open.delete(id);
      this.#cancelled.delete(id);
      if (this.#open.size === 0) this.#idle = setTimeout(() => this.#stores.release(), KEPT_MS).unref();
    }
  }

  async #page(id: number, { limit, after }: TraceSearch, prepared: PreparedSearch): Promise<SearchPage> {
    const traces: TraceSummary[] = [];
    const report: TraceSummary[] = [];
    let last = readPosition(after);
    const progress = { looked: 0 };
    const spans = this.#stores.spans();
    const looked = () => Math.min(Math.round(progress.looked), spans);
    const began = performance.now();
    let reported = began;
    const tell = (): void => {
      reported = performance.now();
      this.#tell({ type: 'progress', search: id, progress: { traces: report.splice(0), looked: looked(), spans } });
    };
    let isFull = false;
    await this.#run(id, prepared, last, progress, {
      found: ({ summary, position }) => {
        if (traces.length >= limit) {
          isFull = true;
          return true;
        }
        traces.push(summary);
        report.push(summary);
        last = position;
        return false;
      },
      slice: () => {
        if (report.length > 0 || performance.now() - reported >= REPORT_MS) tell();
        return false;
      },
    });
    if (report.length > 0) tell();
    // Spans that were sent twice are among those that are stored, not among those that are looked at.
    const page = { traces, looked: isFull ? looked() : spans, spans };
    return isFull && last ? { ...page, next: writePosition(last) } : page;
  }

  async #count(id: number, prepared: PreparedSearch): Promise<SearchCount> {
    const until = performance.now() + COUNT_MS;
    let traces = 0;
    let isComplete = true;
    const stop = () => {
      isComplete = false;
      return true;
    };
    await this.#run(
      id,
      prepared,
      undefined,
      { looked: 0 },
      {
        found: () => {
          if (traces >= COUNT_LIMIT) return stop();
          traces++;
          return false;
        },
        slice: () => performance.now() > until && stop(),
      },
    );
    return { traces, isComplete };
  }

  /** Runs a search in slices until one of the two says that it is enough. */
  async #run(
    id: number,
    prepared: PreparedSearch,
    after: SearchPosition | undefined,
    progress: { looked: number },
    hear: { found(trace: FoundTrace): boolean; slice(): boolean },
  ): Promise<void> {
    const began = performance.now();
    let stores: readonly SearchStore[] | undefined;
    let running: ReturnType<typeof runSearch> | undefined;
    let last = after;
    const given = new Set<TraceId>();
    for (;;) {
      const isDone = this.#stores.reading(now => {
        // A store that was made anew, or became part of another, is searched from where this was.
        if (!running || !stores || !isSame(stores, now)) {
          stores = now;
          running = runSearch(prepared, now, last, progress);
        }
        const until = performance.now() + SLICE_MS;
        do {
          const { done, value } = running.next();
          if (done) return true;
          // One whose beginning arrived meanwhile comes by again, further down.
          if (!value || given.has(value.summary.traceId)) continue;
          given.add(value.summary.traceId);
          if (hear.found(value)) return true;
          last = value.position;
        } while (performance.now() < until);
        return false;
      });
      if (isDone || hear.slice()) return;
      const isLong = performance.now() - began > LONG_MS;
      await (isLong && this.#stores.isChanging ? sleep(SLICE_MS) : new Promise<void>(resolve => setImmediate(resolve)));
      if (this.#cancelled.has(id)) throw CANCELLED;
    }
  }
}

const CANCELLED = new Error('The search was cancelled.');

function isSame(a: readonly SearchStore[], b: readonly SearchStore[]): boolean {
  return a.length === b.length && a.every((store, i) => store === b[i]);
}
