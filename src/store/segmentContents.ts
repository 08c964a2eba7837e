import { existsSync, statSync } from 'node:fs';
import { blankingPath, compressedPath, readSegmentContent } from './atRest.ts';
import { examine, type Range } from './damage.ts';
import { segmentPath } from './segmentFile.ts';

interface Loaded {
  content: Uint8Array;
  damaged: readonly Range[];
  /** What the file was like when it was read. */
  file: string;
}

/**
 * Contents of segment files that were read lately, the last used last. Checksums are verified once a reading. A file that
 * is missing, or cannot be decompressed, has no content, and all that should be in it counts as damaged.
 */
export class SegmentContents {
  readonly #folder: string;
  readonly #limit: number;
  readonly #contents = new Map<number, Loaded>();
  /** The one that was asked for last. */
  #last: { id: number; loaded: Loaded } | undefined;
  readonly #onDamage: (id: number) => void;
  /** Segments of which damage was said. */
  readonly #said = new Set<number>();

  /**
   * @param limit bytes that are kept, besides the one read last
   * @param onDamage hears once of each segment in which something that was asked for is damaged
   */
  constructor(folder: string, limit = 16 * 1024 * 1024, onDamage: (id: number) => void = () => {}) {
    this.#folder = folder;
    this.#limit = limit;
    this.#onDamage = onDamage;
  }

  /** Content of a segment up to at least `end` bytes, read anew where an older reading is too short; less where the file is damaged. */
  get(id: number, end: number): Uint8Array {
    return this.#get(id, end).content;
  }

  #get(id: number, end: number): Loaded {
    const last = this.#last;
    // A million spans may stand in it.
    if (last?.id === id && last.loaded.content.length >= end) return last.loaded;
    let loaded = this.#contents.get(id);
    this.#contents.delete(id);
    if (!loaded || (loaded.content.length < end && loaded.file !== this.#fileOf(id))) loaded = this.#load(id);
    this.#contents.set(id, loaded);
    let bytes = 0;
    for (const { content } of this.#contents.values()) bytes += content.length;
    for (const [old, { content }] of this.#contents) {
      if (bytes <= this.#limit || old === id) break;
      bytes -= content.length;
      this.#contents.delete(old);
    }
    this.#last = { id, loaded };
    return loaded;
  }

  #load(id: number): Loaded {
    const file = this.#fileOf(id);
    let content: Uint8Array;
    try {
      content = readSegmentContent(this.#folder, id);
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'EIO' && name !== 'DamagedSegmentError') throw error;
      content = new Uint8Array(0);
    }
    return { content, damaged: examine(content).damaged, file };
  }

  /** Changes when the file does; of an open segment with every request. */
  #fileOf(id: number): string {
    const options = { throwIfNoEntry: false } as const;
    const stat =
      statSync(segmentPath(this.#folder, id), options) ?? statSync(compressedPath(this.#folder, id), options);
    return stat ? `${stat.size} ${stat.mtimeMs}` : '';
  }

  /** Whether what stands from `offset` on is as it was written. */
  isSound(id: number, offset: number, length: number): boolean {
    const loaded = this.#get(id, offset + length);
    if (isWithin(loaded, offset, length)) return true;
    // It may have been read while it was written, or while something beside it was made unreadable.
    if (loaded.file !== this.#fileOf(id)) {
      this.drop(id);
      if (isWithin(this.#get(id, offset + length), offset, length)) return true;
    }
    if (existsSync(blankingPath(this.#folder, id))) return true;
    if (!this.#said.has(id)) {
      this.#said.add(id);
      this.#onDamage(id);
    }
    return false;
  }

  drop(id: number): void {
    if (this.#last?.id === id) this.#last = undefined;
    this.#contents.delete(id);
  }
}

function isWithin({ content, damaged }: Loaded, offset: number, length: number): boolean {
  if (offset + length > content.length) return false;
  return damaged.length === 0 || !damaged.some(({ start, end }) => offset >= start && offset < end);
}
