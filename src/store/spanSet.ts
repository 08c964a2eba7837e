/**
 * The spans known of a trace: id -> content hash, in one flat table (16 bytes a slot), because a trace may have a
 * million of them.
 */
export class SpanSet {
  count = 0;
  /** Slot i holds an id at 2 i and its hash at 2 i + 1; an id of zero is an empty slot, since no span has it. */
  #slots: BigUint64Array;
  #mask: number;

  constructor(expected = 8) {
    let slots = 16;
    while (slots < expected * 2) slots *= 2;
    this.#slots = new BigUint64Array(slots * 2);
    this.#mask = slots - 1;
  }

  /**
   * Adds a span unless its id is known.
   * @returns 'new', 'same' where it is known with this content, 'changed' where with another (the table keeps the newer).
   */
  add(id: bigint, hash: bigint): 'new' | 'same' | 'changed' {
    if (this.count * 5 > this.#mask * 3) this.#grow();
    const at = this.#find(id);
    if (this.#slots[at] === 0n) {
      this.#slots[at] = id;
      this.#slots[at + 1] = hash;
      this.count++;
      return 'new';
    }
    if (this.#slots[at + 1] === hash) return 'same';
    this.#slots[at + 1] = hash;
    return 'changed';
  }

  /** Where the id stands, or would. */
  #find(id: bigint): number {
    let slot = mix(id) & this.#mask;
    for (;;) {
      const found = this.#slots[slot * 2];
      if (found === id || found === 0n) return slot * 2;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new BigUint64Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let i = 0; i < old.length; i += 2) {
      const id = old[i] ?? 0n;
      if (id === 0n) continue;
      const at = this.#find(id);
      this.#slots[at] = id;
      this.#slots[at + 1] = old[i + 1] ?? 0n;
    }
  }
}

// Ids are random as a rule, but a test program counts: spread them.
function mix(id: bigint): number {
  const low = Number(id & 0xffff_ffffn);
  const high = Number(id >> 32n);
  let h = Math.imul(low ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(high, 0xc2b2ae35);
  h ^= h >>> 15;
  return h >>> 0;
}
