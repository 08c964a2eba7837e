/** Bytes in which something is looked for. */
export class Haystack {
  readonly buffer: Buffer;
  #text: string | undefined;

  /** Those from `start` to `end`. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  }

  /** As one-byte characters. */
  get text(): string {
    this.#text ??= this.buffer.toString('latin1');
    return this.#text;
  }
}
