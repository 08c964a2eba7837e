import { SearchError } from '../model/search/query.ts';
import type { SearchCount, SearchPage, SearchProgress, SearchVocabulary, TraceSearch } from './api.ts';
import type { QueryEvent } from './query.ts';
import type { SearchEvent, SearchHandlers } from './search.ts';
import type { Cancelled, Mistake } from './searchService.ts';
import { SupervisedWorker } from './supervisedWorker.ts';

const HEAP_MB = 512;
/** A worker that does not stop a search within this time is ended. */
const CANCEL_MS = 2_000;

export interface SearchClientOptions {
  /** Path of the worker's bundle. */
  file: string;
  folders: string[];
  /** Hears what turned out to be damaged. */
  onDamage: (event: QueryEvent) => void;
}

/** The search worker from outside: started by the first search. */
export class SearchClient {
  readonly #worker: SupervisedWorker<SearchHandlers>;
  readonly #listeners = new Map<number, (progress: SearchProgress) => void>();
  #next = 1;

  constructor({ file, folders, onDamage }: SearchClientOptions) {
    this.#worker = new SupervisedWorker({
      file,
      name: 'search',
      data: { folders },
      heapMb: HEAP_MB,
      onEvent: event => {
        const heard = event as SearchEvent;
        if (heard.type === 'progress') this.#listeners.get(heard.search)?.(heard.progress);
        else onDamage(heard);
      },
    });
  }

  /** @throws {SearchError} and an AbortError; see `CollectorApi.search` */
  async search(
    search: TraceSearch,
    onProgress: ((progress: SearchProgress) => void) | undefined,
    signal: AbortSignal | undefined,
  ): Promise<SearchPage> {
    if (signal?.aborted) throw aborted();
    const id = this.#next++;
    if (onProgress) this.#listeners.set(id, onProgress);
    try {
      return await this.#cancellable(id, this.#worker.calls.search(id, search), signal);
    } finally {
      this.#listeners.delete(id);
    }
  }

  count(search: Omit<TraceSearch, 'limit' | 'after'>, signal: AbortSignal | undefined): Promise<SearchCount> {
    const id = this.#next++;
    return this.#cancellable(id, this.#worker.calls.count(id, search), signal);
  }

  vocabulary(): Promise<SearchVocabulary> {
    return this.#worker.calls.vocabulary();
  }

  async #cancellable<T>(id: number, answer: Promise<T | Mistake | Cancelled>, signal?: AbortSignal): Promise<T> {
    let cancel = (): void => {};
    const cancelled = new Promise<never>((_, reject) => {
      cancel = () => {
        this.#listeners.delete(id);
        this.#cancel(id, answer);
        reject(aborted());
      };
    });
    // Nobody may be waiting for it any more.
    cancelled.catch(() => {});
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    try {
      const found = await Promise.race([answer, cancelled]);
      if (isMistake(found)) throw new SearchError(found.mistake.message, found.mistake.position, found.mistake.end);
      if (isCancelled(found)) throw aborted();
      return found;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Stops a search; where the worker does not hear, it. */
  #cancel(id: number, answer: Promise<unknown>): void {
    const timer = setTimeout(() => void this.#worker.kill(), CANCEL_MS);
    const done = () => clearTimeout(timer);
    answer.then(done, done);
    this.#worker.calls.cancel(id).catch(() => {});
  }

  dispose(): Promise<void> {
    return this.#worker.dispose();
  }
}

function aborted(): DOMException {
  return new DOMException('The search was cancelled.', 'AbortError');
}

function isMistake(found: unknown): found is Mistake {
  return typeof found === 'object' && found !== null && 'mistake' in found;
}

function isCancelled(found: unknown): found is Cancelled {
  return typeof found === 'object' && found !== null && 'cancelled' in found;
}
