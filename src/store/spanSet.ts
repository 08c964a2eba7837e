import { randomBytes } from 'node:crypto';

/** Below this many a list that is looked through is faster and smaller than a table. */
const SMALL = 24;
/** Words of an entry: id low, id high, segment, offset, length. */
const STRIDE = 5;

/**
 * The spans known of a trace, each with the place of the version that counts: most traces have a few, one may have a
 * million, so few are a list and many an open-addressed table. Ids are two 32-bit words, never both zero.
 */
export class SpanSet {
  count = 0;
  #entries: number[] | Int32Array = [];
  /** Slots less one; 0 while it is a list. */
  #mask = 0;

  /** Where an id stands, for the other methods until the next {@link add}; -1 where it is not known. */
  find(low: number, high: number): number {
    const entries = this.#entries;
    const a = low | 0;
    const b = high | 0;
    if (this.#mask === 0) {
      for (let at = 0; at < entries.length; at += STRIDE) if (entries[at] === a && entries[at + 1] === b) return at;
      return -1;
    }
    const at = this.#slot(a, b);
    return entries[at] === 0 && entries[at + 1] === 0 ? -1 : at;
  }

  /** Adds a span that is not known. */
  add(low: number, high: number, segment: number, offset: number, length: number): void {
    if (this.#mask === 0) {
      if (this.count < SMALL) {
        (this.#entries as number[]).push(low | 0, high | 0, segment | 0, offset | 0, length | 0);
        this.count++;
        return;
      }
      this.#grow(128);
    } else if (this.count * 5 > this.#mask * 3) this.#grow((this.#mask + 1) * 2);
    this.#put(low | 0, high | 0, segment, offset, length);
    this.count++;
  }

  /** Says where the version that counts stands now. */
  move(at: number, segment: number, offset: number, length: number): void {
    this.#entries[at + 2] = segment;
    this.#entries[at + 3] = offset | 0;
    this.#entries[at + 4] = length | 0;
  }

  segmentAt(at: number): number {
    return this.#entries[at + 2] ?? 0;
  }
  offsetAt(at: number): number {
    return (this.#entries[at + 3] ?? 0) >>> 0;
  }
  lengthAt(at: number): number {
    return (this.#entries[at + 4] ?? 0) >>> 0;
  }

  #put(low: number, high: number, segment: number, offset: number, length: number): void {
    const at = this.#slot(low, high);
    const entries = this.#entries;
    entries[at] = low;
    entries[at + 1] = high;
    this.move(at, segment, offset, length);
  }

  /** Where the id stands in the table, or would. */
  #slot(low: number, high: number): number {
    const entries = this.#entries;
    let slot = mix(low, high) & this.#mask;
    for (;;) {
      const at = slot * STRIDE;
      const a = entries[at];
      const b = entries[at + 1];
      if ((a === low && b === high) || (a === 0 && b === 0)) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(slots: number): void {
    const old = this.#entries;
    this.#entries = new Int32Array(slots * STRIDE);
    this.#mask = slots - 1;
    for (let at = 0; at < old.length; at += STRIDE) {
      const low = old[at] ?? 0;
      const high = old[at + 1] ?? 0;
      if (low !== 0 || high !== 0) this.#put(low, high, old[at + 2] ?? 0, old[at + 3] ?? 0, old[at + 4] ?? 0);
    }
  }
}

/** Others in every process: nobody outside can choose ids that fall together. */
const SEED_LOW = randomBytes(4).readInt32LE();
const SEED_HIGH = randomBytes(4).readInt32LE();

// Ids are random as a rule, but a test program counts: spread them.
function mix(low: number, high: number): number {
  let h = Math.imul(low ^ SEED_LOW, 0x85ebca6b) ^ Math.imul(high ^ SEED_HIGH, 0xc2b2ae35);
  h ^= h >>> 15;
  return h >>> 0;
}
