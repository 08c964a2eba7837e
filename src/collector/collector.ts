import type { SpanId, TraceId } from '../model/ids.ts';
import type {
  CollectorApi,
  CommitNotice,
  IngestSettings,
  ReceiverCounts,
  ReceiverState,
  RecentRequests,
  SearchCount,
  SearchPage,
  SearchProgress,
  SearchVocabulary,
  ServiceCount,
  SiteReport,
  SiteSpan,
  StoreInfo,
  TracePage,
  TraceQuery,
  TraceSearch,
} from './api.ts';
import { DEFAULT_INGEST_SETTINGS } from './api.ts';
import { Emitter } from './emitter.ts';
import { slotFolders } from './handover/slotFolders.ts';
import type { IngestEvent, IngestService, IngestWorkerData } from './ingestService.ts';
import type { QueryEvent, QueryHandlers, QueryWorkerData } from './query.ts';
import { SearchClient } from './searchClient.ts';
import { SupervisedWorker } from './supervisedWorker.ts';

export interface CollectorOptions {
  /** Folder of the store; made where there is none. */
  storageFolder: string;
  /** Other stores that are read too. */
  siblings?: string[];
  /** Whether siblings become part of this store once no window writes them; by default yes. */
  mergeSiblings?: boolean;
  /** Wanted ports, the main one first; 0 for any free one. By default 4318 and 4317. */
  ports?: number[];
  /** By default 127.0.0.1 and ::1. */
  hosts?: readonly string[];
  /** Names by which senders may call it besides those of this machine. */
  allowedHosts?: readonly string[];
  /** What every sender has to know; needed to listen beyond loopback. */
  token?: string;
  /** The free port that was used last time. */
  remembered?: number;
  /** Whether a free port does where the main one is taken; by default yes. */
  fallback?: boolean;
  listen: boolean;
  /** Paths of the workers' bundles. */
  workers: { ingest: string; receive: string; query: string; search: string };
  lockWaitMs?: number;
  /** Where windows tell each other of themselves; without it this one has nothing to do with others. */
  windows?: { folder: string };
  /** What can be changed later too; see {@link DEFAULT_INGEST_SETTINGS}. */
  settings?: IngestSettings;
}

const LOCK_WAIT_MS = 10_000;
/** An editor gives 5 s in all for stopping; what is not closed by then is safe on disk anyway. */
const STOP_MS = 4_000;
const QUERY_LIMIT_MS = 10_000;
const QUERY_HEAP_MB = 512;
const SETTLE_MS = 250;

/** Starts the collector: its ingest worker at once, its query worker with the first question. */
export function createCollector(options: CollectorOptions): CollectorApi {
  return new Collector(options);
}

class Collector implements CollectorApi {
  readonly #ingest: SupervisedWorker<IngestService['handlers']>;
  readonly #query: SupervisedWorker<QueryHandlers>;
  readonly #search: SearchClient;
  readonly #folder: string;
  readonly #data: IngestWorkerData;
  readonly #stateChanged = new Emitter<ReceiverState>();
  readonly #committed = new Emitter<CommitNotice>();
  readonly #warned = new Emitter<string>();
  readonly onDidChangeState = this.#stateChanged.event;
  readonly onDidCommit = this.#committed.event;
  readonly onDidWarn = this.#warned.event;
  /** While the index is made anew because it was found damaged. */
  #repairing: Promise<void> | undefined;
  state: ReceiverState = { phase: 'off' };
  counts: ReceiverCounts = { requests: 0, spans: 0, logs: 0, metricPoints: 0, refused: 0, muted: 0 };

  constructor(options: CollectorOptions) {
    const { storageFolder, workers } = options;
    const given = options.siblings ?? [];
    // What waits to be moved to other windows is read with the rest.
    const siblings = [...given, ...[storageFolder, ...given].flatMap(slotFolders)];
    this.#folder = storageFolder;
    this.#data = {
      storage: storageFolder,
      siblings: given,
      mergeSiblings: options.mergeSiblings ?? true,
      listen: options.listen,
      lockWaitMs: options.lockWaitMs ?? LOCK_WAIT_MS,
      receiveFile: workers.receive,
      settings: options.settings ?? DEFAULT_INGEST_SETTINGS,
      ...(options.windows && { windows: options.windows }),
      receiver: {
        ...(options.ports && { ports: options.ports }),
        ...(options.hosts && { hosts: options.hosts }),
        ...(options.allowedHosts && { allowedHosts: options.allowedHosts }),
        ...(options.token && { token: options.token }),
        ...(options.remembered !== undefined && { remembered: options.remembered }),
        ...(options.fallback !== undefined && { fallback: options.fallback }),
      },
    };
    this.#ingest = new SupervisedWorker({
      file: workers.ingest,
      name: 'ingest',
      data: this.#data,
      restart: true,
      onEvent: event => this.#hear(event as IngestEvent),
      onDeath: error => this.#warned.fire(`Receiving stopped and is started again: ${error.message}`),
    });
    this.#query = new SupervisedWorker({
      file: workers.query,
      name: 'query',
      data: { folders: [storageFolder, ...siblings] } satisfies QueryWorkerData,
      heapMb: QUERY_HEAP_MB,
      onEvent: event => this.#hearReading(event as QueryEvent),
    });
    this.#search = new SearchClient({
      file: workers.search,
      folders: [storageFolder, ...siblings],
      onDamage: event => this.#hearReading(event),
    });
    this.#ingest.start();
  }

  #hear(event: IngestEvent): void {
    if (event.type === 'state') {
      this.state = event.state;
      const port = event.state.phase === 'listening' ? event.state.endpoints[0]?.port : undefined;
      // Where it was free to choose it comes back to what it chose.
      if (port !== undefined) this.#data.receiver.remembered = port;
      this.#stateChanged.fire(event.state);
    } else if (event.type === 'commit') {
      this.counts = event.notice.counts;
      this.#committed.fire(event.notice);
    } else {
      this.#warned.fire(event.message);
    }
  }

  #hearReading(event: QueryEvent): void {
    const { calls } = this.#ingest;
    if (event.type === 'segmentDamaged') {
      void calls.segmentDamaged(event.folder, event.segment).catch(() => undefined);
      return;
    }
    this.#repairing = calls
      .indexDamaged(event.reason)
      .catch(() => undefined)
      .finally(() => {
        this.#repairing = undefined;
      });
  }

  #ask<T>(question: () => Promise<T>): Promise<T> {
    return this.#repaired(() => this.#askOnce(question));
  }

  /** A search takes as long as it takes: whoever asked may cancel it. */
  #seek<T>(search: () => Promise<T>): Promise<T> {
    return this.#repaired(async () => {
      await this.#settle();
      return search();
    });
  }

  /** Asks once more when what was in the way is repaired. */
  async #repaired<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (!this.#repairing) throw error;
      await this.#repairing;
      return question();
    }
  }

  /** An answer of the query worker; a worker that takes too long is ended, so that the next question has a fresh one. */
  async #askOnce<T>(question: () => Promise<T>): Promise<T> {
    await this.#settle();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`This took longer than ${QUERY_LIMIT_MS / 1000} s and was given up.`));
        void this.#query.kill();
      }, QUERY_LIMIT_MS);
    });
    try {
      return await Promise.race([question(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What was acknowledged before a question is part of the answer; a store too busy for that is not waited for. */
  async #settle(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, SETTLE_MS);
    });
    await Promise.race([this.#ingest.calls.settle().catch(() => undefined), late]);
    clearTimeout(timer);
  }

  listTraces(query: TraceQuery): Promise<TracePage> {
    return this.#ask(() => this.#query.calls.list(query));
  }
  listServices(): Promise<ServiceCount[]> {
    return this.#ask(() => this.#query.calls.services());
  }
  summary(traceId: TraceId) {
    return this.#ask(() => this.#query.calls.summary(traceId));
  }
  columns(traceId: TraceId) {
    return this.#ask(() => this.#query.calls.columns(traceId));
  }
  span(traceId: TraceId, spanId: SpanId) {
    return this.#ask(() => this.#query.calls.span(traceId, spanId));
  }
  rawSpan(traceId: TraceId, spanId: SpanId) {
    return this.#ask(() => this.#query.calls.rawSpan(traceId, spanId));
  }
  trace(traceId: TraceId) {
    return this.#ask(() => this.#query.calls.trace(traceId));
  }
  otlp(traceId: TraceId) {
    return this.#ask(() => this.#query.calls.otlp(traceId));
  }
  sites(known?: number): Promise<SiteReport | undefined> {
    return this.#ask(() => this.#query.calls.sites(known));
  }
  siteSpans(places: { path: string; line: number }[]): Promise<SiteSpan[]> {
    return this.#ask(() => this.#query.calls.siteSpans(places));
  }
  async storeInfo(): Promise<StoreInfo> {
    return { folder: this.#folder, ...(await this.#ask(() => this.#query.calls.info())) };
  }

  recentRequests(): Promise<RecentRequests | undefined> {
    return this.#ingest.calls.recentRequests();
  }

  search(search: TraceSearch, onProgress?: (progress: SearchProgress) => void, signal?: AbortSignal) {
    return this.#seek<SearchPage>(() => this.#search.search(search, onProgress, signal));
  }
  countMatches(search: Omit<TraceSearch, 'limit' | 'after'>, signal?: AbortSignal) {
    return this.#seek<SearchCount>(() => this.#search.count(search, signal));
  }
  searchVocabulary() {
    return this.#seek<SearchVocabulary>(() => this.#search.vocabulary());
  }

  setListening(on: boolean): Promise<void> {
    return this.#ingest.calls.setListening(on);
  }
  deleteTraces(traceIds: TraceId[]): Promise<number> {
    return this.#ingest.calls.deleteTraces(traceIds);
  }
  clear(): Promise<number> {
    return this.#ingest.calls.clear();
  }
  pinTraces(traceIds: TraceId[], on: boolean): Promise<void> {
    return this.#ingest.calls.pinTraces(traceIds, on);
  }
  configure(settings: IngestSettings): Promise<void> {
    // A worker that is started again is started with these.
    this.#data.settings = settings;
    return this.#ingest.calls.configure(settings);
  }

  async dispose(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, STOP_MS);
    });
    await Promise.race([this.#ingest.calls.stop().catch(() => undefined), late]);
    clearTimeout(timer);
    await Promise.all([this.#ingest.dispose(), this.#query.dispose(), this.#search.dispose()]);
  }
}
