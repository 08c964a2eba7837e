import type { TraceColumns } from '../model/columns.ts';
import type { SpanId, TraceId } from '../model/ids.ts';
import type { LogRecord, Span } from '../model/span.ts';
import type { TraceSummary } from '../model/summary.ts';
import type { SpanDetails } from '../protocol/details.ts';
import type { RecentRequests } from '../receiver/requestLog.ts';
import type { Endpoint, ReceiverState } from '../receiver/state.ts';

export type { Endpoint, ReceiverState, RecentRequests };

/** What the receiver has seen since it started. */
export interface ReceiverCounts {
  requests: number;
  spans: number;
  logs: number;
  metricPoints: number;
  refused: number;
  /** Spans, log records and metric points of muted services. */
  muted: number;
  /** Spans, log records and metric points that other windows have now, because they belong to their workspaces. */
  handedOver?: number;
  /** The last refusal, in words for people, with the cure. */
  lastRefusal?: { at: number; reason: string };
}

/** After a commit, at most every 100 ms. */
export interface CommitNotice {
  /** Traces that changed; at most 1,000, `more` where there were others. */
  traceIds: TraceId[];
  more: boolean;
  /** Traces in the store now. */
  traces: number;
  counts: ReceiverCounts;
}

export interface TraceQuery {
  /** Only traces whose root has this service. */
  service?: string;
  limit: number;
  /** `next` of the page before. */
  after?: string;
}

export interface TracePage {
  /** Newest first. */
  traces: TraceSummary[];
  /** Present where there is more. */
  next?: string;
  /** All there are; of a service counted up to 10,000. */
  total: number;
}

/** A search of the stored traces. */
export interface TraceSearch {
  /** As the user wrote it; '' finds everything. See `parseSearch`. */
  text: string;
  /** Only traces whose root has this service. */
  service?: string;
  /** Only traces that began within these times, nanoseconds since 1970, inclusive. */
  since?: bigint;
  until?: bigint;
  limit: number;
  /** `next` of the page before. */
  after?: string;
}

/** How far a search has looked. */
export interface SearchProgress {
  /** Traces found since the last report, in the order of the page; they stay as they are said here. */
  traces: TraceSummary[];
  /** Spans that were looked at, or passed over because they cannot match, of all there are. */
  looked: number;
  spans: number;
}

export interface SearchPage {
  /** Newest first. */
  traces: TraceSummary[];
  /** Present where there may be more. */
  next?: string;
  looked: number;
  spans: number;
}

/** How many traces a search finds. */
export interface SearchCount {
  /** At most 10,000. */
  traces: number;
  /** Whether these are all: neither the limit nor the time for counting was reached. */
  isComplete: boolean;
}

/** What can be written in a search, from what is stored; most frequent first where that is known. */
export interface SearchVocabulary {
  /** Keys of attributes, with the values seen most, as a search writes them; at most 1,000 keys with 20 values each. */
  keys: { key: string; values: string[] }[];
}

export interface ServiceCount {
  service: string;
  traces: number;
  errors: number;
  latestUnixNano: bigint;
}

/** One span of a reported place. */
export interface SiteSpan {
  traceId: TraceId;
  spanId: SpanId;
  name: string;
  startTimeUnixNano: bigint;
  durationNano: bigint;
  error: boolean;
}

/** What is known of one reported place: the path as programs report it and a line of it. */
export interface SiteStats {
  path: string;
  line: number;
  function: string;
  /** Service names whose spans report it. */
  services: string[];
  count: number;
  errors: number;
  /** Of the newest 2,000 spans. */
  medianNano: bigint;
  maxNano: bigint;
}

/** Statistics of all reported places; `version` grows whenever they change. */
export interface SiteReport {
  version: number;
  sites: SiteStats[];
  /** Whether there is more to read: ask again. */
  more: boolean;
}

export interface StoreInfo {
  folder: string;
  traces: number;
  spans: number;
  /** What its files take on disk. */
  bytes: number;
  /** When the oldest of what is kept arrived, ms since 1970; absent where nothing is, no logs or metrics either. */
  oldest?: number;
  /** Stores of other windows of the same workspace that are read too. */
  alsoReading: string[];
}

/** Which credentials are masked before the commit. */
export interface RedactionSettings {
  enabled: boolean;
  /** Names of further attributes whose values are masked. */
  keys: string[];
  /** Further regular expressions; what they match in a value is masked. */
  patterns: string[];
}

/** How much is kept; a limit of 0 is none. Pinned and annotated traces are kept beyond all of them. */
export interface RetentionSettings {
  days: number;
  spans: number;
  /** Of the folder: segments and database. */
  bytes: number;
}

/** What can be changed while it runs. */
export interface IngestSettings {
  redaction: RedactionSettings;
  /** Services whose telemetry is dropped at the door. */
  mutedServices: string[];
  retention: RetentionSettings;
  /** The workspace folders of the window: what programs in them send to another window is handed over to this one. */
  workspaceFolders?: string[];
}

export const DEFAULT_INGEST_SETTINGS: IngestSettings = {
  redaction: { enabled: true, keys: [], patterns: [] },
  mutedServices: [],
  retention: { days: 30, spans: 10_000_000, bytes: 4 * 1024 ** 3 },
};

/** The collector as the rest of the program sees it: two workers behind it, every call answers from them. */
export interface CollectorApi {
  readonly state: ReceiverState;
  readonly counts: ReceiverCounts;
  onDidChangeState(listener: (state: ReceiverState) => void): { dispose(): void };
  onDidCommit(listener: (notice: CommitNotice) => void): { dispose(): void };
  /** Something the user should know once: the store was set aside, the disk is full. */
  onDidWarn(listener: (message: string) => void): { dispose(): void };

  listTraces(query: TraceQuery): Promise<TracePage>;
  listServices(): Promise<ServiceCount[]>;
  summary(traceId: TraceId): Promise<TraceSummary | undefined>;
  columns(traceId: TraceId): Promise<TraceColumns | undefined>;
  /** A span with all that the inspector shows of it; its logs are among the details. */
  span(traceId: TraceId, spanId: SpanId): Promise<{ span: Span; details: SpanDetails } | undefined>;
  /** The whole span as indented OTLP JSON, however long it is. */
  rawSpan(traceId: TraceId, spanId: SpanId): Promise<string | undefined>;
  /** Every span of a trace, decoded, with its logs. */
  trace(
    traceId: TraceId,
  ): Promise<{ summary: TraceSummary; spans: Span[]; logs: LogRecord[]; warnings: string[] } | undefined>;
  /** The trace as one OTLP JSON request. */
  otlp(traceId: TraceId): Promise<string | undefined>;
  /** Statistics per reported place; nothing where they are still those of the `known` version. */
  sites(known?: number): Promise<SiteReport | undefined>;
  /** The newest spans of some reported places, newest first, at most 50. */
  siteSpans(places: { path: string; line: number }[]): Promise<SiteSpan[]>;
  storeInfo(): Promise<StoreInfo>;
  /**
   * Searches the stored traces. `onProgress` is called at once with what is found, and at least every 100 ms.
   * @throws {SearchError} the text has a mistake
   * @throws an AbortError, where `signal` says so; what it was doing ends soon after.
   */
  search(
    search: TraceSearch,
    onProgress?: (progress: SearchProgress) => void,
    signal?: AbortSignal,
  ): Promise<SearchPage>;
  /** Counts what a search finds, for a second at most. @throws as {@link search} */
  countMatches(search: Omit<TraceSearch, 'limit' | 'after'>, signal?: AbortSignal): Promise<SearchCount>;
  searchVocabulary(): Promise<SearchVocabulary>;

  /** What came since the ports were opened; `undefined` while they are closed. Cheap enough to be asked every second. */
  recentRequests(): Promise<RecentRequests | undefined>;

  /** Opens or closes the ports; the store stays open. */
  setListening(on: boolean): Promise<void>;
  /** Both also reach the stores of other windows, except those in use; answer how many of these keep what they have. */
  deleteTraces(traceIds: TraceId[]): Promise<number>;
  clear(): Promise<number>;
  /** Keeps traces from retention, or no longer. */
  pinTraces(traceIds: TraceId[], on: boolean): Promise<void>;
  /** From the next request on. */
  configure(settings: IngestSettings): Promise<void>;
  /** Finishes the open commit, closes the sockets and the store. */
  dispose(): Promise<void>;
}
