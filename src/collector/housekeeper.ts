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
}

/** Sees to it that a store stays within its limits, and small: by steps between which requests are stored. */
export class Housekeeper {
  readonly #store: KeptStore;
  readonly #failed: (error: unknown) => void;
  readonly #times: HousekeeperTimes;
  #limits: RetentionLimits;
  #timer: NodeJS.Timeout | undefined;
  #storedAt = Date.now();
  #closed = false;
  #running: Promise<void> = Promise.resolve();

  /** @param failed hears of what went wrong; it is tried again. */
  constructor(store: KeptStore, settings: RetentionSettings, failed: (error: unknown) => void, times = TIMES) {
    this.#store = store;
    this.#limits = limitsOf(settings);
    this.#failed = failed;
    this.#times = times;
  }

  start(): void {
    this.#running = this.#store.tidy().catch(this.#failed);
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
        .catch(this.#failed)
        .finally(() => this.#schedule());
    }, this.#times.everyMs);
  }

  async #round(): Promise<void> {
    while (!this.#closed && (await this.#store.retain(this.#limits)));
    const { idleMs, allMs } = this.#times;
    while (!this.#closed && this.#idleMs() > idleMs && (await this.#store.compress(this.#idleMs() > allMs)));
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
