import { tryLock } from '../store/lock.ts';
import { StoreReader } from '../store/reader.ts';
import type { CommitResult, StoreWriter } from '../store/writer.ts';
import { mergeSibling } from './mergeSibling.ts';

export interface SiblingsOptions {
  folders: readonly string[];
  /** Whether they become part of the own store when their windows are gone. */
  merges: boolean;
  /** The own store, where it is open. */
  own: () => StoreWriter | undefined;
  /** Opens one whose lock is held. */
  open: (folder: string) => StoreWriter;
  /** Something of them is in the own store now. */
  merged: (result: CommitResult) => void;
  /** A segment of one is damaged. */
  damaged: (folder: string, segment: number) => void;
  warn: (message: string) => void;
}

const RETRY_MS = 5_000;

/**
 * The stores of other windows, which become part of the own one. What changes stores otherwise is done while no merge is
 * under way, and one after the other: a merge that went on would bring back what is being removed.
 */
export class Siblings {
  readonly #options: SiblingsOptions;
  #unmerged: readonly string[];
  #merging: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  /** Works that wait or are under way; no merge is, meanwhile. */
  #works = 0;
  #stopped = false;

  constructor(options: SiblingsOptions) {
    this.#options = options;
    this.#unmerged = options.merges ? options.folders : [];
  }

  get #mustPause(): boolean {
    return this.#works > 0 || this.#stopped;
  }

  /** Begins to merge, or goes on. */
  merge(): void {
    clearTimeout(this.#timer);
    if (this.#mustPause || this.#merging || this.#unmerged.length === 0) return;
    this.#merging = this.#mergeAll();
  }

  async #mergeAll(): Promise<void> {
    for (const folder of this.#unmerged) {
      const own = this.#options.own();
      if (!own || this.#mustPause) break;
      if (await this.#merge(own, folder)) this.#unmerged = this.#unmerged.filter(one => one !== folder);
    }
    this.#merging = undefined;
    if (!this.#mustPause && this.#unmerged.length > 0) this.#timer = setTimeout(() => this.merge(), RETRY_MS);
  }

  /** Answers whether nothing is left to be done with it. */
  async #merge(own: StoreWriter, folder: string): Promise<boolean> {
    const { open, merged, damaged, warn } = this.#options;
    try {
      return await mergeSibling(own, folder, merged, {
        open: () => open(folder),
        damaged: segment => damaged(folder, segment),
        mustStop: () => this.#mustPause,
      });
    } catch (error) {
      // It stays where it is and is read from there; trying again would meet the same.
      warn(`The traces of another window in ${folder} could not be merged: ${textOf(error)}`);
      return true;
    }
  }

  /** Does `work` while no merge is under way, after what was asked for before. The merge goes on later. */
  async apart<T>(work: () => Promise<T>): Promise<T> {
    this.#works++;
    const result = this.#turn.then(async () => {
      await this.#merging;
      return work();
    });
    this.#turn = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      this.#works--;
      this.merge();
    }
  }

  /**
   * Does `work` in every one that is not in use; to be called {@link apart}.
   * @param failed makes the sentence that says that one could not be changed
   * @returns those that are in use
   */
  async each(
    work: (sibling: StoreWriter) => Promise<void>,
    failed: (folder: string, reason: string) => string,
  ): Promise<string[]> {
    const inUse: string[] = [];
    for (const folder of this.#options.folders) {
      if (!StoreReader.exists(folder)) continue;
      const lock = tryLock(folder);
      if (!lock) {
        inUse.push(folder);
        continue;
      }
      try {
        const sibling = this.#options.open(folder);
        try {
          await work(sibling);
        } finally {
          sibling.close();
        }
      } catch (error) {
        this.#options.warn(failed(folder, textOf(error)));
      } finally {
        lock.release();
      }
    }
    return inUse;
  }

  /** Resolves when nothing is being done any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#merging;
    await this.#turn;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
