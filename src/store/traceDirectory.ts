import { randomBytes } from 'node:crypto';

/**
 * Which row a trace id has, for every trace of a store: fingerprint and row in an open-addressed table of 8 bytes a slot,
 * so that a trace never heard of is known to be new without asking the database. A fingerprint may be shared: whoever
 * looks one up verifies the row.
 */
export class TraceDirectory {
  /** Slot i: fingerprint at 2 i, row at 2 i + 1. Free: both zero. Removed: row zero. */
  #slots = new Uint32Array(2 * 1024);
  #mask = 1023;
  /** Slots that are not free. */
  #used = 0;
  /** Slots that have a row. */
  #alive = 0;

  /** @param id the bytes that hold it, @param at where its 16 bytes begin. */
  add(id: Uint8Array, at: number, row: number): void {
    if (this.#used * 10 > this.#mask * 6) this.#makeRoom();
    this.#put(hashOf(id, at), row);
  }

  /** The row for which `verify` holds; 0 where there is none. */
  find(id: Uint8Array, at: number, verify: (row: number) => boolean): number {
    const hash = hashOf(id, at);
    const mark = hash | 1;
    for (let slot = hash >>> 1; ; slot++) {
      const place = 2 * (slot & this.#mask);
      const found = this.#slots[place] ?? 0;
      if (found === 0) return 0;
      if (found !== mark >>> 0) continue;
      const row = this.#slots[place + 1] ?? 0;
      if (row !== 0 && verify(row)) return row;
    }
  }

  /** Slots of the table, of 8 bytes each. */
  get size(): number {
    return this.#mask + 1;
  }

  remove(id: Uint8Array, at: number, row: number): void {
    const hash = hashOf(id, at);
    for (let slot = hash >>> 1; ; slot++) {
      const place = 2 * (slot & this.#mask);
      if (this.#slots[place] === 0) return;
      if (this.#slots[place + 1] !== row) continue;
      this.#slots[place + 1] = 0;
      this.#alive--;
      return;
    }
  }

  clear(): void {
    this.#slots = new Uint32Array(2 * 1024);
    this.#mask = 1023;
    this.#used = this.#alive = 0;
  }

  #put(hash: number, row: number): void {
    let place = 2 * ((hash >>> 1) & this.#mask);
    while (this.#slots[place] !== 0) place = 2 * ((place / 2 + 1) & this.#mask);
    this.#slots[place] = hash | 1;
    this.#slots[place + 1] = row;
    this.#used++;
    this.#alive++;
  }

  /**
   * Where most slots are of rows that are gone, a table of the same size has room again. The place of a fingerprint follows
   * from itself, so the ids are not needed.
   */
  #makeRoom(): void {
    const old = this.#slots;
    const slots = (old.length / 2) * (this.#alive * 2 > this.#used ? 2 : 1);
    this.#slots = new Uint32Array(slots * 2);
    this.#mask = slots - 1;
    this.#used = this.#alive = 0;
    for (let i = 0; i < old.length; i += 2) {
      const row = old[i + 1] ?? 0;
      if (row !== 0) this.#put(old[i] ?? 0, row);
    }
  }
}

/** Another one in every process: nobody outside can choose ids that fall together. */
const SEED = randomBytes(4).readInt32LE();

function hashOf(id: Uint8Array, at: number): number {
  let h = SEED;
  for (let i = at; i < at + 16; i += 4) {
    const word = (id[i] ?? 0) | ((id[i + 1] ?? 0) << 8) | ((id[i + 2] ?? 0) << 16) | ((id[i + 3] ?? 0) << 24);
    h = Math.imul(h ^ word, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  }
  return (h ^ (h >>> 16)) >>> 0;
}
