import type { SearchPage, TraceSearch } from '../../src/collector/api.ts';
import { planBlocks, searchBlocks } from '../../src/collector/searchBlocks.ts';
import { SearchService } from '../../src/collector/searchService.ts';
import { SearchStores } from '../../src/collector/searchStores.ts';
import { prepareSearch } from '../../src/collector/searchWalk.ts';
import { StoreView } from '../../src/collector/storeView.ts';
import type { TraceId } from '../../src/model/ids.ts';
import { parseSearch } from '../../src/model/search/parse.ts';
import { SearchError } from '../../src/model/search/query.ts';
import type { TraceSummary } from '../../src/model/summary.ts';
import { driversOf } from '../../src/store/search/driver.ts';
import type { DecodedTrace } from './naiveSearch.ts';

/** Each trace of these that is stored in any of the stores, with all of its spans and logs. */
export function decodedTraces(folders: readonly string[], ids: readonly TraceId[]): DecodedTrace[] {
  const view = new StoreView([...folders]);
  try {
    return ids.flatMap(id => {
      const content = view.trace(id);
      if (!content) return [];
      // What the list says counts a span twice that lies in two stores.
      const summary = { ...view.summary(id)!, spanCount: content.summary.spanCount };
      return [{ summary, spans: content.spans(), logs: content.logs() }];
    });
  } finally {
    view.close();
  }
}

/** Searches stores as the search worker does, in this thread. */
export class SearchedStore {
  readonly #view: StoreView;
  readonly #stores: SearchStores;
  readonly #service: SearchService;
  #searches = 0;

  constructor(...folders: string[]) {
    this.#view = new StoreView(folders);
    this.#stores = new SearchStores(this.#view);
    this.#service = new SearchService(this.#stores, () => {});
  }

  /** @throws {SearchError} */
  async page(search: TraceSearch): Promise<SearchPage> {
    const found = await this.#service.handlers.search(++this.#searches, search);
    if ('mistake' in found) throw new SearchError(found.mistake.message, found.mistake.position, found.mistake.end);
    if ('cancelled' in found) throw new Error('Nobody cancelled it.');
    return found;
  }

  /** All that is found, over as many pages as it takes. */
  async all(search: TraceSearch): Promise<TraceSummary[]> {
    const traces: TraceSummary[] = [];
    for (let after: string | undefined; ; ) {
      const page = await this.page({ ...search, ...(after !== undefined && { after }) });
      if (page.traces.length > search.limit) throw new Error(`A page of ${search.limit} has ${page.traces.length}.`);
      traces.push(...page.traces);
      if (page.next === undefined) return traces;
      if (page.next === after) throw new Error(`The page after ${after} is itself.`);
      after = page.next;
    }
  }

  /**
   * What is found where each thing that a search may be led by leads it: of the ways there are it takes the one that looks
   * quickest, which among few traces is to try them all.
   */
  led(search: Omit<TraceSearch, 'limit' | 'after'>): TraceSummary[][] {
    const prepared = prepareSearch(parseSearch(search.text), search);
    return this.#stores.reading(stores =>
      driversOf(prepared.query.spans).map(driver => {
        const plan = planBlocks(driver, stores, prepared.since);
        return [...searchBlocks(prepared, stores, undefined, plan, { looked: 0 })].flatMap(one => one?.summary ?? []);
      }),
    );
  }

  close(): void {
    this.#view.close();
  }
}
