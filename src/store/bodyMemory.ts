import { createHash } from 'node:crypto';
import type { Database, Statement } from './sqlite.ts';

/** How long a request of logs or metrics is remembered, so that its repetition is known. */
const MEMORY_MS = 15 * 60_000;
/** So many are remembered at most. */
const MOST_BODIES = 200_000;
/** How often old ones are looked for. */
const PURGE_MS = 60_000;
/** So many go at once; more would make senders wait. */
const PURGED_AT_ONCE = 2_000;

/** Which requests came that have no ids of their own (logs, metrics), by their hashes: in memory, and in the table `body`. */
export class BodyMemory {
  readonly #most: number;
  readonly #select: Statement;
  readonly #delete: Statement;
  /** When each came (ms since 1970), the oldest first. */
  readonly #bodies = new Map<string, number>();
  #purgedAt = 0;

  constructor(database: Database, most = MOST_BODIES) {
    this.#most = most;
    this.#select = database.prepare('SELECT hash, at FROM body ORDER BY at DESC LIMIT ?');
    this.#delete = database.prepare('DELETE FROM body WHERE hash IN (SELECT hash FROM body WHERE at < ? LIMIT ?)');
    this.read();
  }

  /** Makes what is in memory anew from the database. */
  read(): void {
    this.#bodies.clear();
    const rows = this.#select.all(this.#most) as { hash: Uint8Array; at: number }[];
    for (const { hash, at } of rows.reverse()) this.#bodies.set(Buffer.from(hash).toString('hex'), at);
  }

  /** The hash and key of a body that did not come before, which is noted; `undefined` where it did. */
  note(signal: string, body: Uint8Array, receivedAt: number): { key: string; hash: Uint8Array } | undefined {
    const hash = createHash('sha256').update(signal).update(body).digest().subarray(0, 16);
    const key = hash.toString('hex');
    const at = this.#bodies.get(key);
    if (at !== undefined && receivedAt - at < MEMORY_MS) return undefined;
    this.#bodies.delete(key);
    this.#bodies.set(key, receivedAt);
    if (this.#bodies.size > this.#most) this.#bodies.delete(this.#bodies.keys().next().value ?? '');
    return { key, hash };
  }

  /**
   * Forgets some of the oldest, from time to time.
   * @param written how many were written since it was last asked to: it keeps up with them
   */
  purge(now: number, written: number): void {
    if (now - this.#purgedAt < PURGE_MS) return;
    const most = PURGED_AT_ONCE + written;
    let old = now - MEMORY_MS;
    let left = most;
    for (const [key, at] of this.#bodies) {
      if (at >= old || left-- <= 0) break;
      this.#bodies.delete(key);
    }
    // What is too much for the memory is too much for the database.
    if (this.#bodies.size >= this.#most) old = Math.max(old, this.#bodies.values().next().value ?? 0);
    const { changes } = this.#delete.run(old, most);
    if (Number(changes) < most && left > 0) this.#purgedAt = now;
  }

  /** Forgets what is in memory. */
  clear(): void {
    this.#bodies.clear();
  }

  /** How many are in memory. */
  get size(): number {
    return this.#bodies.size;
  }
}
