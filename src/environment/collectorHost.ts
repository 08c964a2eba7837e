import type { CollectorApi, CommitNotice, ReceiverCounts, ReceiverState } from '../collector/api.ts';

type Listener<T> = (value: T) => void;

const NO_COUNTS: ReceiverCounts = { requests: 0, spans: 0, logs: 0, metricPoints: 0, refused: 0, muted: 0 };

/**
 * One collector for the life of the window to everybody who shows something, although the one behind it is started late
 * (never while the window waits) and again when the receiver is switched or its port changes. Questions asked before it
 * stands wait for it.
 */
export class CollectorHost implements CollectorApi {
  #current: CollectorApi | undefined;
  #subscriptions: { dispose(): void }[] = [];
  #ready = deferred<CollectorApi>();
  #queue: Promise<void> = Promise.resolve();
  #failure: ReceiverState | undefined;
  #heard = false;
  readonly #states = new Set<Listener<ReceiverState>>();
  readonly #commits = new Set<Listener<CommitNotice>>();
  readonly #warnings = new Set<Listener<string>>();

  /**
   * Replaces the collector by what `create` makes, after the one before has closed its store and sockets. `listens`
   * says whether the new one is to receive, so that its state before it has tried is not taken for "off".
   */
  restart(listens: boolean, create: () => Promise<CollectorApi>): Promise<void> {
    const run = this.#queue.then(() => this.#replace(listens, create));
    this.#queue = run.catch(() => {});
    return run;
  }

  /** Whether the receiver has said how it stands. */
  get started(): boolean {
    return this.#heard;
  }

  get state(): ReceiverState {
    return this.#failure ?? this.#current?.state ?? { phase: 'off' };
  }

  get counts(): ReceiverCounts {
    return this.#current?.counts ?? NO_COUNTS;
  }

  onDidChangeState = (listener: Listener<ReceiverState>) => subscribe(this.#states, listener);
  onDidCommit = (listener: Listener<CommitNotice>) => subscribe(this.#commits, listener);
  onDidWarn = (listener: Listener<string>) => subscribe(this.#warnings, listener);

  listTraces: CollectorApi['listTraces'] = async query => (await this.#collector()).listTraces(query);
  listServices: CollectorApi['listServices'] = async () => (await this.#collector()).listServices();
  summary: CollectorApi['summary'] = async id => (await this.#collector()).summary(id);
  columns: CollectorApi['columns'] = async id => (await this.#collector()).columns(id);
  span: CollectorApi['span'] = async (trace, span) => (await this.#collector()).span(trace, span);
  rawSpan: CollectorApi['rawSpan'] = async (trace, span) => (await this.#collector()).rawSpan(trace, span);
  trace: CollectorApi['trace'] = async id => (await this.#collector()).trace(id);
  otlp: CollectorApi['otlp'] = async id => (await this.#collector()).otlp(id);
  sites: CollectorApi['sites'] = async known => (await this.#collector()).sites(known);
  siteSpans: CollectorApi['siteSpans'] = async places => (await this.#collector()).siteSpans(places);
  storeInfo: CollectorApi['storeInfo'] = async () => (await this.#collector()).storeInfo();
  recentRequests: CollectorApi['recentRequests'] = async () => (await this.#collector()).recentRequests();
  search: CollectorApi['search'] = async (search, onProgress, signal) =>
    (await this.#collector()).search(search, onProgress, signal);
  countMatches: CollectorApi['countMatches'] = async (search, signal) =>
    (await this.#collector()).countMatches(search, signal);
  searchVocabulary: CollectorApi['searchVocabulary'] = async () => (await this.#collector()).searchVocabulary();
  setListening: CollectorApi['setListening'] = async on => (await this.#collector()).setListening(on);
  deleteTraces: CollectorApi['deleteTraces'] = async ids => (await this.#collector()).deleteTraces(ids);
  clear: CollectorApi['clear'] = async () => (await this.#collector()).clear();
  pinTraces: CollectorApi['pinTraces'] = async (ids, on) => (await this.#collector()).pinTraces(ids, on);
  configure: CollectorApi['configure'] = async settings => (await this.#collector()).configure(settings);

  dispose(): Promise<void> {
    const closed = this.#queue.then(() => this.#close());
    this.#queue = closed.catch(() => {});
    return closed;
  }

  #collector(): Promise<CollectorApi> {
    return this.#ready.promise;
  }

  async #replace(listens: boolean, create: () => Promise<CollectorApi>): Promise<void> {
    await this.#close();
    this.#failure = undefined;
    this.#heard = !listens;
    try {
      const collector = await create();
      this.#current = collector;
      this.#subscriptions = [
        collector.onDidChangeState(state => {
          this.#heard = true;
          emit(this.#states, state);
        }),
        collector.onDidCommit(notice => emit(this.#commits, notice)),
        collector.onDidWarn(message => emit(this.#warnings, message)),
      ];
      this.#ready.resolve(collector);
    } catch (error) {
      this.#failure = { phase: 'failed', message: error instanceof Error ? error.message : String(error) };
      this.#ready.reject(error);
      throw error;
    } finally {
      this.#heard ||= this.state.phase !== 'off';
      if (this.#heard) emit(this.#states, this.state);
    }
  }

  async #close(): Promise<void> {
    const collector = this.#current;
    if (collector === undefined && this.#failure === undefined) return;
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
    this.#current = undefined;
    this.#ready = deferred();
    await collector?.dispose();
  }
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

function deferred<T>(): Deferred<T> {
  const made: Partial<Deferred<T>> = {};
  const promise = new Promise<T>((resolve, reject) => Object.assign(made, { resolve, reject }));
  // Whoever asks gets the failure; nobody having asked is no failure of its own.
  promise.catch(() => {});
  return { ...(made as Deferred<T>), promise };
}

function subscribe<T>(listeners: Set<Listener<T>>, listener: Listener<T>): { dispose(): void } {
  // Wrapped, so that one function subscribed twice is called twice and taken away once.
  const own: Listener<T> = value => listener(value);
  listeners.add(own);
  return { dispose: () => listeners.delete(own) };
}

function emit<T>(listeners: Set<Listener<T>>, value: T): void {
  for (const listener of [...listeners]) listener(value);
}
