import { filterKey, isFiltering, readFilter, type TraceFilter } from './traceFilter.ts';

/** The part of the editor's memory that is needed here. */
export interface Store {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

export interface SavedSearch {
  name: string;
  filter: TraceFilter;
}

const CURRENT = 'traces.filter';
const RECENT = 'traces.recentSearches';
const SAVED = 'traces.savedSearches';
const KEPT_RECENT = 20;

/** What this workspace was searched for: the filter that is set, the last ones, and those with a name. */
export class SearchMemory {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  get current(): TraceFilter {
    return readFilter(this.#store.get(CURRENT));
  }

  /** Latest first. */
  get recent(): TraceFilter[] {
    return list(this.#store.get(RECENT)).map(readFilter).filter(isFiltering);
  }

  /** By name. */
  get saved(): SavedSearch[] {
    return list(this.#store.get(SAVED))
      .flatMap(entry => {
        const { name, filter } = (entry ?? {}) as { name?: unknown; filter?: unknown };
        const read = readFilter(filter);
        return typeof name === 'string' && isFiltering(read) ? { name, filter: read } : [];
      })
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Remembers what is set now, and among the last ones what was looked for. */
  async use(filter: TraceFilter): Promise<void> {
    await this.#store.update(CURRENT, isFiltering(filter) ? filter : undefined);
    if (!isFiltering(filter)) return;
    const others = this.recent.filter(each => filterKey(each) !== filterKey(filter));
    await this.#store.update(RECENT, [filter, ...others].slice(0, KEPT_RECENT));
  }

  async forgetRecent(filter: TraceFilter): Promise<void> {
    const others = this.recent.filter(each => filterKey(each) !== filterKey(filter));
    await this.#store.update(RECENT, others);
  }

  /** Saves under a name, in place of what had it. */
  async save(search: SavedSearch): Promise<void> {
    await this.#store.update(SAVED, [...this.saved.filter(({ name }) => name !== search.name), search]);
  }

  async removeSaved(name: string): Promise<void> {
    const others = this.saved.filter(each => each.name !== name);
    await this.#store.update(SAVED, others);
  }
}

function list(stored: unknown): unknown[] {
  return Array.isArray(stored) ? stored : [];
}
