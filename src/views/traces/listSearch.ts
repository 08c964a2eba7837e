import type { CollectorApi, SearchProgress, TraceSearch } from '../../collector/api.ts';
import type { TraceId } from '../../model/ids.ts';
import type { TraceSummary } from '../../model/summary.ts';

/** How long rows wait for the first result before the list is shown without any. */
const PATIENCE_MS = 500;

export interface ListSearchOptions {
  collector: Pick<CollectorApi, 'search'>;
  /** What to look for at this moment: times such as "last 15 min" move on. */
  search: () => Omit<TraceSearch, 'limit' | 'after'>;
  /** Traces of the first page, and of each page that is loaded after it. */
  first: number;
  page: number;
  /** There is more to show, it has looked further, or it is done. */
  changed: () => void;
}

/**
 * The traces that a search finds, as far as they were asked for. The first time they come one by one; when it looks again,
 * what is shown stays until the new result stands, so that rows do not come and go with everything that arrives.
 */
export class ListSearch {
  readonly #options: ListSearchOptions;
  #wanted: number;
  #traces: TraceSummary[] = [];
  #next: string | undefined;
  #progress: { looked: number; spans: number } | undefined;
  #running: AbortController | undefined;
  /** Settles when there is something to show, or nothing more to wait for. */
  #shown: Promise<void> = Promise.resolve();
  #finished = false;
  #stale = true;
  #failure: unknown;
  /** Deleted since the search began, which may have read them before. */
  readonly #gone = new Set<TraceId>();
  #search: Omit<TraceSearch, 'limit' | 'after'> | undefined;
  /** How long it took the last time, in milliseconds. */
  took = 0;

  constructor(options: ListSearchOptions) {
    this.#options = options;
    this.#wanted = options.first;
  }

  /** Newest first. */
  get traces(): readonly TraceSummary[] {
    return this.#traces;
  }

  /** Whether there may be more than {@link traces}. */
  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  /** How far it has looked; `undefined` while it does not look. */
  get progress(): { looked: number; spans: number } | undefined {
    return this.#running && this.#progress;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Whether all was looked at that had to be, at least once. */
  get isFinished(): boolean {
    return this.#finished;
  }

  /** Why it could not look; `undefined` where it could. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The next {@link read} looks again. */
  invalidate(): void {
    this.#stale = true;
  }

  /** What is found so far; waits a moment where it has just begun. */
  async read(): Promise<readonly TraceSummary[]> {
    if (this.#stale) {
      this.abort();
      this.#stale = false;
      this.#start();
    }
    if (!this.#finished && this.#traces.length === 0) await Promise.race([this.#shown, patience()]);
    return this.#traces;
  }

  /** Looks for one page more. */
  more(): void {
    if (this.#next === undefined) return;
    this.#wanted = this.#traces.length + this.#options.page;
    if (this.isRunning) this.#stale = true;
    else this.#start(this.#next);
  }

  /** These were deleted; a search that takes its time must not show them so long. */
  forget(gone: ReadonlySet<TraceId>): void {
    for (const traceId of gone) this.#gone.add(traceId);
    this.#show(this.#traces, []);
  }

  abort(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  #start(after?: string): void {
    this.#shown = new Promise(resolve => void this.#run(after, resolve));
  }

  async #run(after: string | undefined, shown: () => void): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#progress = undefined;
    if (after === undefined) this.#gone.clear();
    const began = performance.now();
    const before = after === undefined ? [] : this.#traces;
    const streams = after !== undefined || !this.#finished;
    const found: TraceSummary[] = [];
    const onProgress = ({ traces, looked, spans }: SearchProgress): void => {
      if (this.#running !== running) return;
      found.push(...traces);
      this.#progress = { looked, spans };
      if (streams) this.#show(before, found);
      if (found.length > 0) shown();
      this.#options.changed();
    };
    try {
      // The pages of one list are of one search, though the clock goes on.
      if (after === undefined || this.#search === undefined) this.#search = this.#options.search();
      const limit = this.#wanted - before.length;
      const search = { ...this.#search, limit, ...(after !== undefined && { after }) };
      const page = await this.#options.collector.search(search, onProgress, running.signal);
      if (this.#running !== running) return;
      this.#show(before, page.traces);
      this.#next = page.next;
      this.#failure = undefined;
    } catch (error) {
      if (this.#running !== running) return;
      // Half a page would come twice when the page is asked for again.
      if (after !== undefined) this.#show(before, []);
      this.#failure = error;
    } finally {
      shown();
    }
    this.took = performance.now() - began;
    this.#finished = true;
    this.#running = undefined;
    this.#options.changed();
  }

  /**
   * Each trace once: one whose root came between two pages begins earlier than before, and is found again on the later
   * page. It keeps its place, with what is known of it now.
   */
  #show(before: readonly TraceSummary[], found: readonly TraceSummary[]): void {
    const byId = new Map(before.map(summary => [summary.traceId, summary]));
    for (const summary of found) byId.set(summary.traceId, summary);
    for (const traceId of this.#gone) byId.delete(traceId);
    this.#traces = [...byId.values()];
  }
}

function patience(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, PATIENCE_MS));
}
