/** Bits of a filter for each thing in it, and how many of them are set: one in 2,000 answers is wrong. */
const BITS = 16;
const PROBES = 8;

/** Different hashes, put together for one filter after the other. */
export class HashSet {
  #slots = new Uint32Array(1 << 12);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  add(hash: number): void {
    // A free slot is zero.
    const wanted = hash === 0 ? 1 : hash;
    let mask = this.#slots.length - 1;
    let at = wanted & mask;
    for (let found = this.#slots[at]; found !== 0; found = this.#slots[at]) {
      if (found === wanted) return;
      at = (at + 1) & mask;
    }
    if (2 * this.#count > mask) {
      this.#grow();
      mask = this.#slots.length - 1;
      at = wanted & mask;
      while (this.#slots[at] !== 0) at = (at + 1) & mask;
    }
    this.#slots[at] = wanted;
    this.#count++;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(2 * old.length);
    const mask = this.#slots.length - 1;
    for (const hash of old) {
      if (hash === 0) continue;
      let at = hash & mask;
      while (this.#slots[at] !== 0) at = (at + 1) & mask;
      this.#slots[at] = hash;
    }
  }

  /** A filter of what is in it; it is empty then. */
  take(): Uint8Array<ArrayBuffer> {
    const filter = new Uint8Array(Math.max(8, Math.ceil((this.#count * BITS) / 8)));
    for (const hash of this.#slots) if (hash !== 0) insert(filter, hash);
    if (this.#slots.length > 1 << 16) this.#slots = new Uint32Array(1 << 12);
    else this.#slots.fill(0);
    this.#count = 0;
    return filter;
  }
}

function insert(filter: Uint8Array, hash: number): void {
  const bits = filter.length * 8;
  const step = stepOf(hash);
  let h = hash;
  for (let i = 0; i < PROBES; i++) {
    const bit = h % bits;
    filter[bit >>> 3]! |= 1 << (bit & 7);
    h = (h + step) >>> 0;
  }
}

/** Whether a hash may be among those that the filter from `start` to `end` was made of. */
export function mayHave(filters: Uint8Array, start: number, end: number, hash: number): boolean {
  const bits = (end - start) * 8;
  const wanted = hash === 0 ? 1 : hash;
  const step = stepOf(wanted);
  let h = wanted;
  for (let i = 0; i < PROBES; i++) {
    const bit = h % bits;
    if ((filters[start + (bit >>> 3)]! & (1 << (bit & 7))) === 0) return false;
    h = (h + step) >>> 0;
  }
  return true;
}

function stepOf(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1);
  return ((mixed ^ (mixed >>> 14)) | 1) >>> 0;
}
