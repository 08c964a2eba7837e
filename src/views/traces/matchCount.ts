import type { CollectorApi, SearchCount, TraceSearch } from '../../collector/api.ts';
import { Throttle } from '../throttle.ts';

/** Counting goes through all that matches, so it comes no more often than this while traces arrive. */
export const COUNT_MS = 5_000;

/** How many traces a filter finds in all, where the list shows only the first of them. */
export class MatchCount {
  readonly #count: () => Promise<void>;
  readonly #throttle = new Throttle(COUNT_MS, () => this.#count());
  readonly #running = new AbortController();
  /** As it was counted last. */
  value: SearchCount | undefined;

  /** @param changed is called after each count. */
  constructor(
    collector: Pick<CollectorApi, 'countMatches'>,
    search: () => Omit<TraceSearch, 'limit' | 'after'>,
    changed: () => void,
  ) {
    this.#count = async () => {
      const { signal } = this.#running;
      try {
        const value = await collector.countMatches(search(), signal);
        if (signal.aborted) return;
        this.value = value;
        changed();
      } catch {
        // The list of the same search says what is wrong; a count that is not there leaves its "+".
      }
    };
  }

  /** Counts now, or when it may again. */
  trigger(): void {
    this.#throttle.trigger();
  }

  dispose(): void {
    this.#throttle.dispose();
    this.#running.abort();
  }
}
