import type { Database, Statement } from './sqlite.ts';
import type { TraceDirectory } from './traceDirectory.ts';

/** Trace ids in one row of the table `directory`. */
export const DIRECTORY_IDS = 1024;

interface Block {
  first: number;
  /** Of the block that is being filled, only the first `used` bytes. */
  ids: Uint8Array;
}

/** The table `directory`: the ids of the traces in the order of their rows, by blocks. */
export class DirectoryBlocks {
  readonly #database: Database;
  readonly #put: Statement;
  readonly #blockOf: Statement;
  readonly #drop: Statement;
  readonly #count: Statement;
  /** The block that is being filled. */
  #open: Block | undefined;
  #used = 0;
  readonly #directory: TraceDirectory;
  /** Blocks that changed since they were written. */
  readonly #changed = new Map<number, Block>();

  constructor(database: Database, directory: TraceDirectory) {
    this.#directory = directory;
    this.#put = database.prepare('INSERT OR REPLACE INTO directory (first, ids) VALUES (?, ?)');
    this.#blockOf = database.prepare('SELECT first, ids FROM directory WHERE first <= ? ORDER BY first DESC LIMIT 1');
    this.#drop = database.prepare('DELETE FROM directory WHERE first = ?');
    this.#count = database.prepare('SELECT max(first) AS first FROM directory');
    this.#database = database;
    this.#load();
  }

  #load(): void {
    for (const block of readBlocks(this.#database, 0)) fill(this.#directory, block);
    const { first } = this.#count.get() as { first: number | null };
    if (first !== null) this.#begin(this.#block(first));
  }

  /** Reads all anew, after something could not be written. */
  reload(): void {
    this.clear();
    this.#load();
  }

  /** Goes on with a block, or with a new one. */
  #begin({ first, ids }: Block = { first: 0, ids: new Uint8Array(0) }): void {
    const room = new Uint8Array(16 * DIRECTORY_IDS);
    room.set(ids);
    this.#open = { first, ids: room };
    this.#used = ids.length;
  }

  /** The row after the last of which there is, or was, an id. */
  get end(): number {
    return this.#open ? this.#open.first + this.#used / 16 : 0;
  }

  /** Notes the id of a row; rows come in rising order. */
  add(row: number, id: Uint8Array): void {
    if (!this.#open || row - this.#open.first >= DIRECTORY_IDS) {
      if (this.#open) this.#open.ids = this.#open.ids.subarray(0, this.#used);
      this.#begin({ first: row, ids: new Uint8Array(0) });
    }
    const block = this.#open as Block;
    const at = (row - block.first) * 16;
    block.ids.set(id, at);
    this.#used = at + 16;
    this.#changed.set(block.first, block);
    this.#directory.add(id, 0, row);
  }

  /** Forgets the id of a row. */
  remove(row: number, id: Uint8Array): void {
    this.#directory.remove(id, 0, row);
    const block = this.#open && row >= this.#open.first ? this.#open : this.#block(row);
    if (!block) return;
    block.ids.fill(0, (row - block.first) * 16, (row - block.first) * 16 + 16);
    this.#changed.set(block.first, block);
  }

  /** Forgets all; the table is empty. */
  clear(): void {
    this.#directory.clear();
    this.#changed.clear();
    this.#open = undefined;
  }

  /** Writes what changed; inside the caller's transaction. */
  write(): void {
    for (const block of this.#changed.values()) {
      const ids = block === this.#open ? block.ids.subarray(0, this.#used) : block.ids;
      if (block !== this.#open && ids.every(byte => byte === 0)) this.#drop.run(block.first);
      else this.#put.run(block.first, ids);
    }
  }

  /** After the transaction: what was written is there. */
  settle(): void {
    this.#changed.clear();
  }

  #block(row: number): Block | undefined {
    for (const block of this.#changed.values()) {
      if (row >= block.first && row < block.first + block.ids.length / 16) return block;
    }
    return this.#blockOf.get(row) as unknown as Block | undefined;
  }
}

/** Blocks from row `first` on. */
export function* readBlocks(database: Database, first: number): Generator<Block> {
  const rows = database.prepare('SELECT first, ids FROM directory WHERE first >= ? ORDER BY first');
  yield* rows.iterate(first) as unknown as Iterable<Block>;
}

/** Enters a block's ids from `from` on into a directory; answers the row after the last. */
export function fill(directory: TraceDirectory, { first, ids }: Block, from = first): number {
  const words = new Uint32Array(ids.buffer.slice(ids.byteOffset, ids.byteOffset + ids.byteLength));
  for (let i = from - first; i < ids.length / 16; i++) {
    const at = 4 * i;
    if (words[at] || words[at + 1] || words[at + 2] || words[at + 3]) directory.add(ids, 16 * i, first + i);
  }
  return first + ids.length / 16;
}
