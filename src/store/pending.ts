import { EntryBuffer, LOCATED_ENTRY, LOG_ENTRY, SPAN_ENTRY } from './entries.ts';
import type { TraceState } from './traceState.ts';

/** What the segments hold and the database does not know yet, by segment. */
export class PendingSegment {
  readonly id: number;
  readonly spans = new EntryBuffer(SPAN_ENTRY, 512);
  /** The trace of each record. */
  readonly spanRows: number[] = [];
  readonly logs = new EntryBuffer(LOG_ENTRY, 8);
  readonly logRows: number[] = [];
  readonly located = new EntryBuffer(LOCATED_ENTRY, 8);
  /** Log records and metric points that belong to no trace are counted too. */
  logCount = 0;
  points = 0;
  firstAt = 0;
  lastAt = 0;

  constructor(id: number) {
    this.id = id;
  }

  received(at: number): void {
    if (this.firstAt === 0 || at < this.firstAt) this.firstAt = at;
    this.lastAt = Math.max(this.lastAt, at);
  }
}

/** What the next writing of the index will write. */
export class Pending {
  /** In the order of their ids. */
  readonly segments = new Map<number, PendingSegment>();
  /** Traces that changed. */
  readonly states = new Set<TraceState>();
  /** Hashes of requests of logs and metrics, by their hexadecimal text, with the time they came. */
  readonly bodies = new Map<string, { hash: Uint8Array; at: number }>();
  spans = 0;
  /** Log records, too. */
  items = 0;

  segment(id: number): PendingSegment {
    let segment = this.segments.get(id);
    if (!segment) {
      segment = new PendingSegment(id);
      this.segments.set(id, segment);
    }
    return segment;
  }

  get isEmpty(): boolean {
    return this.segments.size === 0 && this.states.size === 0 && this.bodies.size === 0;
  }
}
