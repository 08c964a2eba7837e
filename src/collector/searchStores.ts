import { performance } from 'node:perf_hooks';
import type { StoreReader } from '../store/reader.ts';
import { SearchStore } from '../store/search/searchStore.ts';
import type { StoreView } from './storeView.ts';

/** Nothing was written for so long: nothing is being received. */
const QUIET_MS = 300;

/** The stores that are searched, with what is kept of each from one search to the next. */
export class SearchStores {
  readonly #view: StoreView;
  #kept = new WeakMap<StoreReader, SearchStore>();

  /** When a change was seen last. */
  #changedAt = Number.NEGATIVE_INFINITY;

  constructor(view: StoreView) {
    this.#view = view;
  }

  /**
   * Does something with the stores as they are now.
   * @throws {UserError} the index of the own one is damaged
   */
  reading<T>(work: (stores: readonly SearchStore[]) => T): T {
    return this.#view.reading(() => {
      const stores = this.#view.readers().map(reader => this.#of(reader));
      for (const store of stores) if (store.refresh()) this.#changedAt = performance.now();
      return work(stores);
    });
  }

  /** Whether something is being written to them. */
  get isChanging(): boolean {
    return performance.now() - this.#changedAt < QUIET_MS;
  }

  #of(reader: StoreReader): SearchStore {
    let store = this.#kept.get(reader);
    if (!store) {
      store = new SearchStore(reader);
      this.#kept.set(reader, store);
    }
    return store;
  }

  /** Lets go of what is kept: contents, records and what is known of segments. */
  release(): void {
    this.#kept = new WeakMap();
  }

  /** Spans in all of them. */
  spans(): number {
    return this.reading(stores => stores.reduce((sum, { reader }) => sum + reader.totals().spans, 0));
  }
}
