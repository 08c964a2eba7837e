const STEP = 1024 * 1024;

/**
 * Buffers as long as segments, used again and again: made anew for every segment that a search reads, they would cost more than
 * what it does with them.
 */
export class BufferPool {
  readonly #limit: number;
  #free: ArrayBuffer[] = [];
  /** Given back, but somebody may still be reading them. */
  #given: ArrayBuffer[] = [];

  /** @param limit buffers that are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** So many bytes; what is in them may be anything. */
  take(length: number): Uint8Array {
    const at = this.#free.findIndex(({ byteLength }) => byteLength >= length);
    const buffer = at < 0 ? new ArrayBuffer(Math.ceil(length / STEP) * STEP) : this.#free.splice(at, 1)[0]!;
    return new Uint8Array(buffer, 0, length);
  }

  /** @param bytes of {@link take}, which may be read until the next {@link settle} */
  give({ buffer }: Uint8Array): void {
    if (this.#given.length + this.#free.length < this.#limit) this.#given.push(buffer as ArrayBuffer);
  }

  /** Nobody reads what was given back any more. */
  settle(): void {
    if (this.#given.length === 0) return;
    this.#free.push(...this.#given);
    this.#given = [];
  }
}
