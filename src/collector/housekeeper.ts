import type { RetentionLimits } from '../store/retentionPolicy.ts';
import type { RetentionSettings } from './api.ts';

const DAY_MS = 24 * 60 * 60_000;

export interface HousekeeperTimes {
  /** Between one look at the store and the next. */
  everyMs: number;
  /** Nothing was stored for so long: then there is time to compress. */
  idleMs: number;
  /** Nothing was stored for so long: then the segment that is open is as good as closed. */
  allMs: number;
}

const TIMES: HousekeeperTimes = { everyMs: 1_000, idleMs: 2_000, allMs: 15_000 };

/** The part of the store's writer that is needed here; see there. */
export interface KeptStore {
  retain(limits: RetentionLimits): Promise<boolean>;
  compress(all: boolean): Promise<boolean>;
  tidy(): Promise<void>;
  readonly traceCount: number;
}

export interface HousekeeperListener {
  /** Something went wrong; it is tried again. */
  failed(error: unknown): void;
  /** Traces were removed because of the limits. */
  removed(): void;
}

/** Sees to it that a store stays within its limits, and small: by steps between which requests are stored. */
export class Housekeeper {
  readonly #store: KeptStore;
  readonly #listener: HousekeeperListener;
  readonly #times: HousekeeperTimes;
  #limits: RetentionLimits;
  #timer: NodeJS.Timeout | undefined;
  #storedAt = Date.now();
  #closed = false;
  #running: Promise<void> = Promise.resolve();

  constructor(store: KeptStore, settings: RetentionSettings, listener: HousekeeperListener, times = TIMES) {
    this.#store = store;
    this.#limits = limitsOf(settings);
    this.#listener = listener;
    this.#times = times;
  }

  start(): void {
    this.#running = this.#store.tidy().catch(error => this.#listener.failed(error));
    this.#schedule();
  }

  configure(settings: RetentionSettings): void {
    this.#limits = limitsOf(settings);
  }

  /** Something was stored just now. */
  stored(): void {
    this.#storedAt = Date.now();
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round()
        .catch(error => this.#listener.failed(error))
        .finally(() => this.#schedule());
    }, this.#times.everyMs);
  }

  async #round(): Promise<void> {
    while (!this.#closed && (await this.#retain()));
    const { idleMs, allMs } = this.#times;
    while (!this.#closed && this.#idleMs() > idleMs && (await this.#store.compress(this.#idleMs() > allMs)));
  }

  async #retain(): Promise<boolean> {
    const before = this.#store.traceCount;
    try {
      return await this.#store.retain(this.#limits);
    } finally {
      // What arrives meanwhile is told anyway.
      if (this.#store.traceCount !== before) this.#listener.removed();
    }
  }

  #idleMs(): number {
    return Date.now() - this.#storedAt;
  }

  /** Resolves when nothing is being done any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }
}

function limitsOf({ days, spans, bytes }: RetentionSettings): RetentionLimits {
  return {
    ...(days > 0 && { maxAgeMs: days * DAY_MS }),
    ...(spans > 0 && { maxSpans: spans }),
    ...(bytes > 0 && { maxBytes: bytes }),
  };
}
