import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreReader } from '../store/reader.ts';
import type { SearchStore, StoredSegment } from '../store/search/searchStore.ts';
import type { SearchStores } from './searchStores.ts';

const SLICE_MS = 5;
/** While something is being received, so much of the time is left to that. */
const REST_SHARE = 9;
/** Nothing is looked for where there was nothing to do, or a search is under way, for so long. */
const PAUSE_MS = 500;

/** Makes the sidecars of closed segments beforehand, a little at a time: the next search does not have to. */
export class SidecarBuilder {
  readonly #stores: Pick<SearchStores, 'reading' | 'isChanging'>;
  readonly #isBusy: () => boolean;
  /** Closed segments that have theirs, by id with their length: those need not be read again to know it. */
  readonly #made = new WeakMap<StoreReader, { removals: number; segments: Map<number, number> }>();
  #isRunning = false;

  /** @param isBusy whether searches are under way, which make what they need themselves */
  constructor(stores: Pick<SearchStores, 'reading' | 'isChanging'>, isBusy: () => boolean) {
    this.#stores = stores;
    this.#isBusy = isBusy;
  }

  /** Goes on as long as the thread lives; nothing happens where it has begun. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    for (;;) {
      let isDone = true;
      try {
        isDone = this.#isBusy() || !(await this.#makeNext());
      } catch {
        // Whoever searches hears of it.
      }
      await pause(isDone ? PAUSE_MS : 0);
    }
  }

  /** Makes one; false where there is none to be made. */
  async #makeNext(): Promise<boolean> {
    const next = this.#stores.reading(stores => this.#nextOf(stores));
    if (!next) return false;
    const { store, segment } = next;
    const making = store.sidecars.make(segment);
    for (;;) {
      const until = performance.now() + SLICE_MS;
      const isDone = this.#stores.reading(() => {
        do {
          if (making.next().done) return true;
        } while (performance.now() < until);
        return false;
      });
      if (isDone) return true;
      if (this.#isBusy()) return false;
      await pause(this.#stores.isChanging ? SLICE_MS * REST_SHARE : 0);
    }
  }

  #nextOf(stores: readonly SearchStore[]): { store: SearchStore; segment: StoredSegment } | undefined {
    for (const store of stores) {
      const made = this.#madeOf(store.reader);
      for (const segment of store.segments()) {
        if (!segment.isClosed || made.get(segment.id) === segment.bytes || !store.sidecars.isFit(segment)) continue;
        if (!store.sidecars.get(segment)) return { store, segment };
        made.set(segment.id, segment.bytes);
      }
    }
    return undefined;
  }

  /** What is removed takes the sidecars of its segments along. */
  #madeOf(reader: StoreReader): Map<number, number> {
    const removals = reader.removals();
    let made = this.#made.get(reader);
    if (made?.removals !== removals) {
      made = { removals, segments: new Map() };
      this.#made.set(reader, made);
    }
    return made.segments;
  }
}

/** What is done beforehand keeps no thread alive. */
function pause(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}
