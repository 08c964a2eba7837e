import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './sqlite.ts';

/** Pages that are given back in one step, 8 MiB: senders wait for as long as it takes. */
const PAGES_AT_ONCE = 512;
/** So many free pages may stay for what comes next, while nothing is being removed. */
const FREE_PAGES = 256;
/** How often, and how many times, the log is tried again at once where a reader is in the way. */
const RETRY_MS = 50;
const RETRIES = 60;

/** What the database of a store takes on disk, with its log, and how that becomes less. */
export class DatabaseSpace {
  readonly #database: Database;
  /** Whether the log may still have what was removed, because a reader was in the way. */
  #logLeft = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of what is in use, without the log. */
  get bytes(): number {
    return (this.#pragma('page_count') - this.#pragma('freelist_count')) * this.#pragma('page_size');
  }

  /** Gives what is free back to the disk, a step of it. */
  shrink(): void {
    this.#database.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`);
    this.checkpoint();
  }

  /** A step of what removals and packing left; false where that is next to nothing. */
  giveBack(): boolean {
    const free = this.#pragma('freelist_count');
    if (free <= FREE_PAGES) return false;
    this.shrink();
    return this.#pragma('freelist_count') < free;
  }

  /**
   * Writes the log into the database; what was deleted is then in neither. False where a reader is in the way: it is not waited
   * for, because senders would have to wait too. See {@link retry}.
   */
  checkpoint(): boolean {
    const patience = this.#pragma('busy_timeout', 'timeout');
    try {
      this.#database.exec('PRAGMA busy_timeout = 0');
      const row = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number } | undefined;
      this.#logLeft = row?.busy === 1;
    } catch {
      this.#logLeft = true;
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${patience}`);
    }
    return !this.#logLeft;
  }

  /** Tries again what a reader was in the way of. */
  retry(): void {
    if (this.#logLeft) this.checkpoint();
  }

  /** The same, for a while: readers are short as a rule, and what is said to be removed should be gone. */
  async emptyLog(): Promise<void> {
    for (let i = 0; i < RETRIES && this.#logLeft; i++) {
      await sleep(RETRY_MS);
      this.checkpoint();
    }
  }

  /** Everything that was committed survives a power failure when this returns; a commit that waits for the disk sees to it. */
  commitForGood(): void {
    this.#database.exec('PRAGMA synchronous = FULL');
    try {
      this.#database.exec(
        `INSERT INTO meta (key, value) VALUES ('dropped', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1`,
      );
    } finally {
      this.#database.exec('PRAGMA synchronous = NORMAL');
    }
  }

  #pragma(name: string, column = name): number {
    return (this.#database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[column] ?? 0;
  }
}
