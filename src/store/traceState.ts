import { SpanSet } from './spanSet.ts';

/** What a summary takes from one span. Times are two 32-bit words, because that is what costs least by the million. */
export interface SpanFacts {
  idLow: number;
  idHigh: number;
  isRoot: boolean;
  error: boolean;
  startLow: number;
  startHigh: number;
  endLow: number;
  endHigh: number;
}

/** The largest time that SQLite holds; one beyond it is kept in the segment and cut in the summary. */
const MAX_HIGH = 0x7fff_ffff;
const MAX_LOW = 0xffff_ffff;

/** The row of a trace while it is being written: the same whatever order its spans come in. */
export class TraceState {
  /** Its row. */
  readonly id: number;
  /** 16 bytes. */
  readonly traceId: Uint8Array;
  readonly known = new SpanSet();
  name = '';
  service = '';
  readonly services: string[] = [];
  hasRoot = false;
  /** Id and start of the span that names the trace; an id of zero is none. */
  rootLow = 0;
  rootHigh = 0;
  rootStartLow = 0;
  rootStartHigh = 0;
  /** Zero while no span has a start. */
  startLow = 0;
  startHigh = 0;
  endLow = 0;
  endHigh = 0;
  spans = 0;
  errors = 0;
  logs = 0;
  receivedAt: number;
  /** Segments that hold something of it. */
  readonly segments: number[] = [];
  /** Of the segments, how many the database knows; -1 where it does not have the row either. */
  storedSegments = -1;
  /** Whether the directory has it. */
  listed = false;
  /** Whether it changed since it was written. */
  dirty = false;
  /** For the cache: what it weighs, and whether it was used again since it came in. */
  weight = 0;
  isUsed = false;

  constructor(id: number, traceId: Uint8Array, receivedAt: number) {
    this.id = id;
    this.traceId = traceId;
    this.receivedAt = receivedAt;
  }

  /** Counts a span in; true where it is the one that names the trace now, so that name and service are to be set. */
  addSpan(span: SpanFacts): boolean {
    this.spans++;
    if (span.error) this.errors++;
    return this.#stretch(span);
  }

  /**
   * Counts a newer version of a span instead of the older one.
   * @returns 'named' where it names the trace now, 'recount' where the summary depends on what is gone: then all spans
   * are to be counted anew.
   */
  replaceSpan(before: SpanFacts, after: SpanFacts): 'named' | 'counted' | 'recount' {
    const named = this.rootLow === before.idLow >>> 0 && this.rootHigh === before.idHigh >>> 0;
    if (before.startLow !== after.startLow || before.startHigh !== after.startHigh) return 'recount';
    if (named && before.isRoot !== after.isRoot) return 'recount';
    // Of two versions the one with the later end counts, so the end of the trace never shrinks.
    this.errors += (after.error ? 1 : 0) - (before.error ? 1 : 0);
    return this.#stretch(after) || named ? 'named' : 'counted';
  }

  #stretch(span: SpanFacts): boolean {
    let { startLow, startHigh, endLow, endHigh } = span;
    if (isBefore(endLow, endHigh, startLow, startHigh)) {
      endLow = startLow;
      endHigh = startHigh;
    }
    if (startHigh > MAX_HIGH) {
      startHigh = MAX_HIGH;
      startLow = MAX_LOW;
    }
    if (endHigh > MAX_HIGH) {
      endHigh = MAX_HIGH;
      endLow = MAX_LOW;
    }
    // A start of zero is one that was never set; it would put the trace in 1970.
    if (startLow !== 0 || startHigh !== 0) {
      const first = this.startLow === 0 && this.startHigh === 0;
      if (first || isBefore(startLow, startHigh, this.startLow, this.startHigh)) {
        this.startLow = startLow;
        this.startHigh = startHigh;
      }
    }
    if (isBefore(this.endLow, this.endHigh, endLow, endHigh)) {
      this.endLow = endLow;
      this.endHigh = endHigh;
    }
    if (!this.#names(span, startLow, startHigh)) return false;
    this.hasRoot = span.isRoot;
    this.rootLow = span.idLow >>> 0;
    this.rootHigh = span.idHigh >>> 0;
    this.rootStartLow = startLow;
    this.rootStartHigh = startHigh;
    return true;
  }

  /** A root names the trace before any other span; among equals the earliest does, then the lowest id. */
  #names(span: SpanFacts, startLow: number, startHigh: number): boolean {
    if (this.rootLow === 0 && this.rootHigh === 0) return true;
    if (span.isRoot !== this.hasRoot) return span.isRoot;
    if (startLow !== this.rootStartLow || startHigh !== this.rootStartHigh) {
      return isBefore(startLow, startHigh, this.rootStartLow, this.rootStartHigh);
    }
    return isBefore(span.idLow >>> 0, span.idHigh >>> 0, this.rootLow, this.rootHigh);
  }

  addService(service: string): void {
    if (this.services.length < MOST_SERVICES && !this.services.includes(service)) this.services.push(service);
  }

  /** Notes that a segment holds something of it. */
  standsIn(segment: number): void {
    // It is mostly the newest; older ones only come by while a store is opened.
    if (this.segments.at(-1) !== segment && !this.segments.includes(segment)) this.segments.push(segment);
  }

  /** Forgets what spans contributed, before all of them are added again. */
  resetSpans(): void {
    this.hasRoot = false;
    this.rootLow = this.rootHigh = 0;
    this.startLow = this.startHigh = 0;
    this.endLow = this.endHigh = 0;
    this.spans = 0;
    this.errors = 0;
  }
}

/** A summary lists no more services of a trace; the trace itself has them all. */
const MOST_SERVICES = 100;

/** Compares unsigned 64-bit numbers given as words. */
export function isBefore(low: number, high: number, otherLow: number, otherHigh: number): boolean {
  return high !== otherHigh ? high < otherHigh : low < otherLow;
}
