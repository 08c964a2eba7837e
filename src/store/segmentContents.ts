import { readSegmentContent } from './atRest.ts';

/** Contents of segment files that were read lately, the last used last. */
export class SegmentContents {
  readonly #folder: string;
  readonly #limit: number;
  readonly #contents = new Map<number, Uint8Array>();

  /** @param limit bytes that are kept, besides the one read last */
  constructor(folder: string, limit = 16 * 1024 * 1024) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** Content of a segment up to at least `end` bytes, read anew where an older reading is too short. */
  get(id: number, end: number): Uint8Array {
    let content = this.#contents.get(id);
    this.#contents.delete(id);
    if (!content || content.length < end) content = readSegmentContent(this.#folder, id);
    this.#contents.set(id, content);
    let bytes = 0;
    for (const kept of this.#contents.values()) bytes += kept.length;
    for (const [old, kept] of this.#contents) {
      if (bytes <= this.#limit || old === id) break;
      bytes -= kept.length;
      this.#contents.delete(old);
    }
    return content;
  }

  drop(id: number): void {
    this.#contents.delete(id);
  }
}
