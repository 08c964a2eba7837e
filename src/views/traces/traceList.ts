import type { CollectorApi, ServiceCount } from '../../collector/api.ts';
import type { TraceColumns } from '../../model/columns.ts';
import type { TraceId } from '../../model/ids.ts';
import type { TraceSummary } from '../../model/summary.ts';
import { isTimed } from '../search/compose.ts';
import { filterKey, isFiltering, NO_FILTER, searchOf, type TraceFilter } from '../search/traceFilter.ts';
import { ListSearch } from './listSearch.ts';
import { MatchCount } from './matchCount.ts';
import {
  actionNode,
  childRows,
  moreNode,
  ROOT_ID,
  type ServiceNode,
  serviceNode,
  soleRoot,
  spanNode,
  type TreeNode,
  traceNode,
} from './nodes.ts';

export const ROOT_PAGE = 200;
export const CHILD_PAGE = 500;
export const SEARCH_FIRST = 50;
export const SEARCH_PAGE = 100;
/** Matches whose services are shown where a filtered list is grouped. */
export const GROUPED_MATCHES = 1_000;
/** Traces whose columns are kept; the least recently shown goes first. */
const KEPT_COLUMNS = 20;
/** A list that changes is read again at most so often, and a search takes at most a tenth of the time. */
const REFRESH_MS = 250;
const SEARCH_SHARE = 10;

export type ListCollector = Pick<CollectorApi, 'listTraces' | 'listServices' | 'columns' | 'search' | 'countMatches'>;

/** How the list stands, for what is said above it. */
export interface ListStatus {
  filter: TraceFilter;
  /** Traces that match. */
  matching: number;
  /** Whether there are no more than `matching`. */
  isExact: boolean;
  /** All traces, as of the last time the list was read. */
  total: number;
  /** While a search has not shown a result: spans looked at, of all. */
  looking?: { looked: number; spans: number };
  /** Why the search failed. */
  failure?: unknown;
}

/** The content of the Traces view: asks the collector for just what is shown, and keeps what has not changed. */
export class TraceList {
  readonly #collector: ListCollector;
  readonly #changed: () => void;
  #filter = NO_FILTER;
  #grouped = false;
  #total = 0;
  readonly #limits = new Map<string, number>();
  /** Of a filtered list: what was found for the list itself and below each service. */
  readonly #searches = new Map<string, ListSearch>();
  #count: MatchCount | undefined;
  readonly #columns = new Map<string, { version: number; columns: Promise<TraceColumns | undefined> }>();

  /** @param changed rows that were given, or the status, have changed: ask for them again. */
  constructor(collector: ListCollector, changed: () => void = () => {}) {
    this.#collector = collector;
    this.#changed = changed;
  }

  get filter(): TraceFilter {
    return this.#filter;
  }

  set filter(filter: TraceFilter) {
    if (filterKey(filter) === filterKey(this.#filter)) return;
    this.#filter = filter;
    this.#startAnew();
  }

  get grouped(): boolean {
    return this.#grouped;
  }

  set grouped(grouped: boolean) {
    this.#grouped = grouped;
    this.#startAnew();
  }

  get status(): ListStatus {
    const status = { filter: this.#filter, matching: this.#total, isExact: true, total: this.#total };
    const search = this.#searches.get(ROOT_ID);
    if (search === undefined) return status;
    const found = search.traces.length;
    const { progress, failure } = search;
    const counted = search.hasMore ? this.#count?.value : undefined;
    const matching = Math.max(found, counted?.traces ?? 0);
    return {
      ...status,
      matching,
      isExact: search.hasMore ? counted?.isComplete === true : search.isFinished,
      total: Math.max(this.#total, matching),
      ...(progress && !search.isFinished && { looking: progress }),
      ...(failure !== undefined && { failure }),
    };
  }

  get isSearching(): boolean {
    return [...this.#searches.values()].some(search => search.isRunning);
  }

  /** How long to wait from one reading to the next while traces arrive, in milliseconds. */
  get refreshMs(): number {
    const took = [...this.#searches.values()].map(search => search.took);
    return Math.max(REFRESH_MS, SEARCH_SHARE * Math.max(0, ...took));
  }

  /** The next rows are looked for again; without it those that were found are given. */
  invalidate(): void {
    for (const search of this.#searches.values()) search.invalidate();
  }

  /** Leaves out what was deleted. */
  forget(gone: ReadonlySet<TraceId>): void {
    for (const search of this.#searches.values()) search.forget(gone);
  }

  /** Rows below `node`, or the top rows. @throws what the collector throws, where nothing is searched for. */
  async children(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined) return this.#grouped ? this.#services() : this.#traces(undefined);
    if (node.kind === 'service') return this.#traces(node);
    if (node.kind === 'trace') return this.#spans(node, node.summary);
    if (node.kind === 'span') return this.#spans(node, node.trace, node.row);
    return [];
  }

  /** Shows one page more below the parent of a "Load more" row. */
  loadMore(node: TreeNode): void {
    if (node.kind !== 'more') return;
    const id = node.parent?.id ?? ROOT_ID;
    const search = this.#grouped && node.parent === undefined ? undefined : this.#searches.get(id);
    if (search) search.more();
    else this.#limits.set(id, node.shown + (isList(node.parent) ? ROOT_PAGE : CHILD_PAGE));
  }

  dispose(): void {
    this.#stopSearching();
  }

  /** Another filter or another grouping is another list, from its first page on. */
  #startAnew(): void {
    this.#limits.clear();
    this.#stopSearching();
  }

  #stopSearching(): void {
    for (const search of this.#searches.values()) search.abort();
    this.#searches.clear();
    this.#count?.dispose();
    this.#count = undefined;
  }

  async #services(): Promise<TreeNode[]> {
    const nodes = isFiltering(this.#filter) ? await this.#matchingServices() : await this.#allServices();
    const limit = this.#limits.get(ROOT_ID) ?? ROOT_PAGE;
    if (nodes.length <= limit) return nodes;
    return [...nodes.slice(0, limit), moreNode(undefined, limit, nodes.length - limit)];
  }

  async #allServices(): Promise<TreeNode[]> {
    const services = await this.#collector.listServices();
    this.#total = services.reduce((sum, service) => sum + service.traces, 0);
    return services.map(service => serviceNode(service));
  }

  async #matchingServices(): Promise<TreeNode[]> {
    const search = this.#searchBelow(undefined);
    const services = new Map<string, ServiceCount>();
    for (const { service, errorCount, startTimeUnixNano } of await search.read()) {
      const known = services.get(service) ?? { service, traces: 0, errors: 0, latestUnixNano: startTimeUnixNano };
      services.set(service, { ...known, traces: known.traces + 1, errors: known.errors + (errorCount > 0 ? 1 : 0) });
    }
    if (services.size === 0) return this.#nothingFound(search);
    return [...services.values()].map(service => serviceNode(service, search.hasMore));
  }

  async #traces(parent: ServiceNode | undefined): Promise<TreeNode[]> {
    if (isFiltering(this.#filter)) return this.#matchingTraces(parent);
    const page = await this.#collector.listTraces({
      limit: this.#limits.get(parent?.id ?? ROOT_ID) ?? ROOT_PAGE,
      ...(parent && { service: parent.service.service }),
    });
    if (parent === undefined) this.#total = page.total;
    const nodes: TreeNode[] = page.traces.map(summary => traceNode(summary, parent));
    if (page.next !== undefined) nodes.push(moreNode(parent, page.traces.length, page.total - page.traces.length));
    return nodes;
  }

  async #matchingTraces(parent: ServiceNode | undefined): Promise<TreeNode[]> {
    const search = this.#searchBelow(parent);
    const traces = await search.read();
    if (parent === undefined && traces.length === 0) return this.#nothingFound(search);
    const nodes: TreeNode[] = traces.map(summary => traceNode(summary, parent));
    if (search.hasMore) {
      const { matching, isExact } = this.status;
      const left = parent === undefined && isExact ? matching - traces.length : undefined;
      nodes.push(moreNode(parent, traces.length, left));
    }
    return nodes;
  }

  /** What can be done where nothing matches; the sentence stands in the view's message. */
  #nothingFound(search: ListSearch): TreeNode[] {
    if (!search.isFinished) return [];
    const actions = [actionNode('changeFilter'), actionNode('clearFilter')];
    // Where all of it could not be searched, another time is no better.
    if (isTimed(this.#filter) && search.failure === undefined) actions.push(actionNode('searchAllTime'));
    return actions;
  }

  #searchBelow(parent: ServiceNode | undefined): ListSearch {
    const id = parent?.id ?? ROOT_ID;
    const known = this.#searches.get(id);
    if (known) return known;
    const filter = this.#filter;
    const isGroups = parent === undefined && this.#grouped;
    const search = new ListSearch({
      collector: this.#collector,
      search: () => {
        if (parent === undefined) this.#readTotal();
        return { ...searchOf(filter), ...(parent && { service: parent.service.service }) };
      },
      first: isGroups ? GROUPED_MATCHES : SEARCH_FIRST,
      page: SEARCH_PAGE,
      changed: () => {
        if (parent === undefined && !search.isRunning && search.hasMore) this.#matchCount(filter).trigger();
        this.#changed();
      },
    });
    this.#searches.set(id, search);
    return search;
  }

  #matchCount(filter: TraceFilter): MatchCount {
    this.#count ??= new MatchCount(this.#collector, () => searchOf(filter), this.#changed);
    return this.#count;
  }

  /** How many traces there are, for "3 of 12,345"; rows do not wait for it. */
  #readTotal(): void {
    this.#collector.listTraces({ limit: 1 }).then(
      page => {
        if (page.total === this.#total) return;
        this.#total = page.total;
        this.#changed();
      },
      // The search itself says that nothing can be read.
      () => {},
    );
  }

  async #spans(parent: TreeNode, trace: TraceSummary, row?: number): Promise<TreeNode[]> {
    // A span's row number belongs to the columns it was made from; newer ones come by way of the trace's row.
    const columns = parent.kind === 'span' ? parent.columns : await this.#columnsOf(trace);
    if (columns === undefined) return [];
    const { rows, left } = childRows(columns, row ?? soleRoot(columns), this.#limits.get(parent.id) ?? CHILD_PAGE);
    const nodes: TreeNode[] = rows.map(child => spanNode(trace, columns, child, parent));
    if (left > 0) nodes.push(moreNode(parent, rows.length, left));
    return nodes;
  }

  #columnsOf(trace: TraceSummary): Promise<TraceColumns | undefined> {
    const kept = this.#columns.get(trace.traceId);
    this.#columns.delete(trace.traceId);
    const entry =
      kept?.version === trace.version
        ? kept
        : { version: trace.version, columns: this.#collector.columns(trace.traceId) };
    this.#columns.set(trace.traceId, entry);
    // A question that failed must not be the answer for good.
    entry.columns.catch(() => this.#columns.get(trace.traceId) === entry && this.#columns.delete(trace.traceId));
    for (const oldest of this.#columns.keys()) {
      if (this.#columns.size <= KEPT_COLUMNS) break;
      this.#columns.delete(oldest);
    }
    return entry.columns;
  }
}

/** Whether the children of `node` are traces or services, of which a page is smaller. */
function isList(node: TreeNode | undefined): boolean {
  return node === undefined || node.kind === 'service';
}
