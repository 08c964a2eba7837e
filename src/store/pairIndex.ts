/** A key found after more steps than this is not found: keys are reported, and may have been chosen to collide. */
const MOST_STEPS = 16;

/**
 * Finds the numbers that pairs of 32-bit numbers were given. May forget a pair, for whom it serves must do without; never
 * takes one for another. Adding and finding take the same bounded time whatever the keys are.
 */
export class PairIndex {
  readonly #slots: Int32Array;
  readonly #keys: Uint32Array;
  readonly #mask: number;

  /** @param capacity how many pairs will be added at most */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(2 * capacity + 2));
    this.#slots = new Int32Array(size).fill(-1);
    this.#keys = new Uint32Array(2 * size);
    this.#mask = size - 1;
  }

  /** The number last given to the pair; -1 where there is none. */
  find(a: number, b: number): number {
    const keys = this.#keys;
    for (let at = this.#home(a, b), steps = 0; steps < MOST_STEPS; at = (at + 1) & this.#mask, steps++) {
      const value = this.#slots[at]!;
      if (value < 0 || (keys[2 * at] === a && keys[2 * at + 1] === b)) return value;
    }
    return -1;
  }

  set(a: number, b: number, value: number): void {
    const keys = this.#keys;
    for (let at = this.#home(a, b), steps = 0; steps < MOST_STEPS; at = (at + 1) & this.#mask, steps++) {
      if (this.#slots[at]! >= 0 && (keys[2 * at] !== a || keys[2 * at + 1] !== b)) continue;
      this.#slots[at] = value;
      keys[2 * at] = a;
      keys[2 * at + 1] = b;
      return;
    }
  }

  #home(a: number, b: number): number {
    const mixed = Math.imul(a ^ Math.imul(b, 0x85ebca6b), 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & this.#mask;
  }
}
