import type { SearchPage, TraceSearch } from '../../src/collector/api.ts';
import { SearchService } from '../../src/collector/searchService.ts';
import { SearchStores } from '../../src/collector/searchStores.ts';
import { StoreView } from '../../src/collector/storeView.ts';
import type { TraceId } from '../../src/model/ids.ts';
import { SearchError } from '../../src/model/search/query.ts';
import type { TraceSummary } from '../../src/model/summary.ts';
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
  readonly #service: SearchService;
  #searches = 0;

  constructor(...folders: string[]) {
    this.#view = new StoreView(folders);
    this.#service = new SearchService(new SearchStores(this.#view), () => {});
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

  close(): void {
    this.#view.close();
  }
}
