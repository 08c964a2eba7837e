import { NO_SPAN } from './entries.ts';
import { SpanSet } from './spanSet.ts';

/** The largest integer of SQLite; times beyond it are kept in the segment and cut in the summary. */
const MAX_INTEGER = 0x7fff_ffff_ffff_ffffn;

export function clampTime(nanos: bigint): bigint {
  return nanos > MAX_INTEGER ? MAX_INTEGER : nanos;
}

/** What a summary takes from one span. */
export interface SpanFacts {
  spanKey: string;
  isRoot: boolean;
  start: bigint;
  end: bigint;
  error: boolean;
  /** Read only where the span turns out to name the trace, as its name is. */
  service: () => string;
  name: () => string;
}

/** The row of a trace while it is being written: the same whatever order its spans come in. */
export class TraceState {
  readonly id: number;
  readonly known: SpanSet;
  name = '';
  service = '';
  readonly services = new Set<string>();
  /** Start and id of the span that names the trace. */
  rootStart = 0n;
  rootKey = NO_SPAN;
  hasRoot = false;
  /** 0 while no span has a start. */
  start = 0n;
  end = 0n;
  spans = 0;
  errors = 0;
  logs = 0;
  receivedAt: number;
  /** Whether the row is in the database already. */
  stored: boolean;

  constructor(id: number, stored: boolean, receivedAt: number, known = new SpanSet()) {
    this.id = id;
    this.stored = stored;
    this.receivedAt = receivedAt;
    this.known = known;
  }

  addSpan(span: SpanFacts): void {
    this.spans++;
    if (span.error) this.errors++;
    const start = clampTime(span.start);
    const end = clampTime(span.end > span.start ? span.end : span.start);
    // A start of zero is one that was never set; it would put the trace in 1970.
    if (start !== 0n && (this.start === 0n || start < this.start)) this.start = start;
    if (end > this.end) this.end = end;
    if (this.#names(span, start)) {
      this.hasRoot = span.isRoot;
      this.rootStart = start;
      this.rootKey = span.spanKey;
      this.name = span.name();
      this.service = span.service();
    }
  }

  /** A root names the trace before any other span; among equals the earliest does, then the lowest id. */
  #names(span: SpanFacts, start: bigint): boolean {
    if (this.rootKey === NO_SPAN) return true;
    if (span.isRoot !== this.hasRoot) return span.isRoot;
    return start !== this.rootStart ? start < this.rootStart : span.spanKey < this.rootKey;
  }

  /** Forgets what spans contributed, before all of them are added again. */
  resetSpans(): void {
    this.rootKey = NO_SPAN;
    this.hasRoot = false;
    this.start = 0n;
    this.end = 0n;
    this.spans = 0;
    this.errors = 0;
  }
}
