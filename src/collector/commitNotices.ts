import type { TraceId } from '../model/ids.ts';
import type { Refusal, Signal } from '../receiver/sink.ts';
import type { CommitNotice, ReceiverCounts } from './api.ts';

const EVERY_MS = 100;
const MOST_IDS = 1_000;

/** Gathers what happened and tells it at most ten times a second. */
export class CommitNotices {
  readonly #traceCount: () => number;
  readonly #send: (notice: CommitNotice) => void;
  readonly #counts: ReceiverCounts = { requests: 0, spans: 0, logs: 0, metricPoints: 0, refused: 0, muted: 0 };
  #ids = new Set<TraceId>();
  #more = false;
  #timer: NodeJS.Timeout | undefined;
  #sentAt = 0;

  constructor(traceCount: () => number, send: (notice: CommitNotice) => void) {
    this.#traceCount = traceCount;
    this.#send = send;
  }

  changed(traceIds: readonly TraceId[]): void {
    for (const id of traceIds) {
      if (this.#ids.size < MOST_IDS) this.#ids.add(id);
      else if (!this.#ids.has(id)) this.#more = true;
    }
    this.#schedule();
  }

  stored(signal: Signal, count: number): void {
    this.#counts.requests++;
    if (signal === 'traces') this.#counts.spans += count;
    else if (signal === 'logs') this.#counts.logs += count;
    else this.#counts.metricPoints += count;
    // Told when it can be found, which is a moment later.
  }

  muted(count: number): void {
    this.#counts.muted += count;
    this.#schedule();
  }

  handedOver(count: number): void {
    this.#counts.handedOver = (this.#counts.handedOver ?? 0) + count;
    this.#schedule();
  }

  refused({ at, reason }: Refusal): void {
    this.#counts.refused++;
    this.#counts.lastRefusal = { at, reason };
    this.#schedule();
  }

  /** The first of a burst is told at once, so that a trace shows as soon as it is stored. */
  #schedule(): void {
    this.#timer ??= setTimeout(() => this.flush(), Math.max(0, this.#sentAt + EVERY_MS - Date.now()));
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sentAt = Date.now();
    this.#send({
      traceIds: [...this.#ids],
      more: this.#more,
      traces: this.#traceCount(),
      counts: { ...this.#counts },
    });
    this.#ids = new Set();
    this.#more = false;
  }
}
