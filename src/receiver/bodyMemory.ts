/** Smaller bodies are cheap to make anew. */
const LEAST = 32 * 1024;
const LARGEST = 2 * 1024 * 1024;
/** So much is kept for later at most. */
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * Memory of bodies that is taken up again: hundreds of bodies a second, each in memory of its own, keep a collector of
 * garbage as busy as the spans themselves keep the rest. Sizes are powers of two.
 */
export class BodyMemory {
  readonly #free = new Map<number, ArrayBuffer[]>();
  #kept = 0;
  readonly #taken = new WeakSet<ArrayBufferLike>();

  /** Memory for a body of `bytes`. */
  take(bytes: number): Buffer {
    if (bytes < LEAST || bytes > LARGEST) return Buffer.allocUnsafe(bytes);
    const size = 2 ** Math.ceil(Math.log2(bytes));
    const free = this.#free.get(size)?.pop();
    if (free) this.#kept -= size;
    const memory = free ?? new ArrayBuffer(size);
    this.#taken.add(memory);
    return Buffer.from(memory, 0, bytes);
  }

  /** Whether a body lies in memory of this, and of no other body. */
  isOwn(body: Uint8Array): boolean {
    return this.#taken.has(body.buffer);
  }

  /** Takes memory back that nobody uses any more, by whatever way it comes. */
  give(memory: ArrayBuffer): void {
    const size = memory.byteLength;
    if (size === 0 || this.#kept + size > KEPT_BYTES) return;
    this.#kept += size;
    const free = this.#free.get(size);
    if (free) free.push(memory);
    else this.#free.set(size, [memory]);
  }
}
