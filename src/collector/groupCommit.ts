import type { TraceId } from '../model/ids.ts';
import { MalformedError } from '../otlp/malformed.ts';
import type { WriteRequest, WriteResult } from '../store/writeRequest.ts';

/** A group is closed at this size; what waits behind it goes into the next. */
const GROUP_BYTES = 128 * 1024;
/** The index is written when so much waits for it, or the oldest of it has waited so long. */
const INDEX_ITEMS = 8192;
const INDEX_MS = 20;
/** When the index could not be written, how long until it is tried again. */
const RETRY_MS = 1_000;
/** Waits for the disk at a time: a disk serves several faster than one after the other. */
const MOST_SYNCS = 4;
/** For a group up to this size the thread waits itself: to hand so short a wait to another thread takes as long again. */
const SMALL_BYTES = 16 * 1024;

/** The part of the store's writer that is needed here; see there. */
export interface GroupStore {
  add(requests: readonly WriteRequest[]): (WriteResult | MalformedError)[];
  sync(): Promise<void>;
  syncNow(): void;
  index(): TraceId[];
  readonly pendingItems: number;
}

export interface GroupListener {
  /** What was stored can be found: these traces have changed. */
  indexed(traceIds: readonly TraceId[]): void;
  /** The index could not be written; it is tried again. */
  indexFailed(error: Error): void;
  /** The disk did not confirm: what is in memory may be more than what is in the files. */
  syncFailed(error: Error): void;
}

interface Waiting {
  request: WriteRequest;
  resolve: (result: WriteResult) => void;
  reject: (error: Error) => void;
}

/**
 * Stores requests that arrive about the same time together, so that one wait for the disk serves them all; while the disk
 * works, the next ones are read and written. The index follows a little later.
 */
export class GroupCommit {
  readonly #store: GroupStore;
  readonly #listener: GroupListener;
  #waiting: Waiting[] = [];
  /** Written, not yet on disk. */
  #written: (() => void)[] = [];
  #rejects: ((error: Error) => void)[] = [];
  #scheduled = false;
  readonly #syncs = new Set<Promise<void>>();
  #indexTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(store: GroupStore, listener: GroupListener) {
    this.#store = store;
    this.#listener = listener;
  }

  /** Resolves when the request is on disk. @throws {MalformedError} it is no such message. */
  add(request: WriteRequest): Promise<WriteResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#schedule();
    });
  }

  /** After the sockets have been read once: everything that has arrived by then is one group. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#writeGroup(this.#take());
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { request } of this.#waiting) {
      if (count > 0 && bytes + request.body.length > GROUP_BYTES) break;
      bytes += request.body.length;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  #writeGroup(group: Waiting[]): void {
    if (group.length === 0) return;
    let results: (WriteResult | MalformedError)[];
    try {
      results = this.#store.add(group.map(({ request }) => request));
    } catch (error) {
      for (const { reject } of group) reject(asError(error));
      return;
    }
    group.forEach(({ resolve, reject }, i) => {
      const one = results[i];
      if (one instanceof MalformedError || one === undefined) {
        reject(one ?? new Error('no result'));
        return;
      }
      this.#written.push(() => resolve(one));
      this.#rejects.push(reject);
    });
    if (this.#written.length > 0) this.#makeDurable(sizeOf(group));
    this.#scheduleIndex();
  }

  /** Starts to wait for the disk, or has waited already; where enough wait, one of them goes on with this. */
  #makeDurable(bytes: number): void {
    if (this.#syncs.size === 0 && bytes <= SMALL_BYTES) {
      const { done, failed } = this.#takeWritten();
      try {
        this.#store.syncNow();
        done();
      } catch (error) {
        failed(error);
      }
    } else if (this.#syncs.size < MOST_SYNCS) {
      const sync = this.#sync();
      this.#syncs.add(sync);
      void sync.then(() => this.#syncs.delete(sync));
    }
  }

  async #sync(): Promise<void> {
    while (this.#written.length > 0) {
      const { done, failed } = this.#takeWritten();
      await this.#store.sync().then(done, failed);
    }
  }

  /** What is written and not yet on disk, and what to do when it is, or when the disk failed. */
  #takeWritten(): { done(): void; failed(error: unknown): void } {
    const written = this.#written;
    const rejects = this.#rejects;
    this.#written = [];
    this.#rejects = [];
    return {
      done: () => {
        for (const resolve of written) resolve();
      },
      failed: error => {
        for (const reject of rejects) reject(asError(error));
        this.#listener.syncFailed(asError(error));
      },
    };
  }

  #scheduleIndex(): void {
    if (this.#closed) return;
    if (this.#store.pendingItems >= INDEX_ITEMS) this.#index();
    else this.#indexTimer ??= setTimeout(() => this.#index(), INDEX_MS);
  }

  #index(): void {
    clearTimeout(this.#indexTimer);
    this.#indexTimer = undefined;
    try {
      this.#listener.indexed(this.#store.index());
    } catch (error) {
      this.#listener.indexFailed(asError(error));
      if (!this.#closed) this.#indexTimer = setTimeout(() => this.#index(), RETRY_MS);
    }
  }

  /** Makes everything that was acknowledged to be found. */
  settle(): void {
    if (this.#indexTimer) this.#index();
  }

  /** Stores and indexes everything that waits. */
  async close(): Promise<void> {
    while (this.#waiting.length > 0) this.#writeGroup(this.#take());
    await Promise.all(this.#syncs);
    this.#closed = true;
    this.#index();
    clearTimeout(this.#indexTimer);
  }
}

function sizeOf(group: readonly Waiting[]): number {
  return group.reduce((sum, { request }) => sum + request.body.length, 0);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
