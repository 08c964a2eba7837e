import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
// By name at the call: a Node that has no zstd must get as far as saying so.
import * as zlib from 'node:zlib';
import { compressedPath } from '../atRest.ts';
import { segmentPath } from '../segmentFile.ts';
import { BufferPool } from './bufferPool.ts';
import type { Sidecar } from './sidecar.ts';
import { zstdFrames } from './zstdFrames.ts';

/** A slice of a search goes through a few segments; so many buffers are kept for the next ones. */
const KEPT_BUFFERS = 6;

/** A stretch of the content that is read at once, and where it is in the file. */
interface Page {
  start: number;
  end: number;
  at: number;
  length: number;
}

interface Loaded {
  id: number;
  /** All of the content; only what was read is in it. */
  content: Uint8Array;
  path: string;
  /** Changes when another file takes the place. */
  file: string;
  isPacked: boolean;
  pages: Page[];
  isRead: Uint8Array;
  sidecar: Sidecar;
}

/**
 * Contents of closed segments, read by pages as they are asked for, so that a few spans do not cost a whole segment: a page is a
 * block where the segment is plain, a frame where it is compressed. Every page is verified by a checksum.
 */
export class SegmentBytes {
  readonly #folder: string;
  readonly #limit: number;
  /** The last used last. */
  readonly #loaded = new Map<number, Loaded>();
  #last: Loaded | undefined;
  readonly #pool = new BufferPool(KEPT_BUFFERS);
  #bytes = 0;

  /** @param limit bytes that are kept, besides those of the segment read last */
  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /**
   * The content of a segment with the bytes from `start` to `end` in their places; `undefined` where they are not as they were
   * when the sidecar was made. What it answers is to be read before the next {@link settle}; none of the other bytes are.
   */
  content(id: number, sidecar: Sidecar, start: number, end: number): Uint8Array | undefined {
    if (end > sidecar.length) return undefined;
    const before = this.#get(id, sidecar);
    if (!before) return undefined;
    if (this.#fill(before, start, end)) return before.content;
    // It may have been compressed meanwhile.
    this.drop(id);
    const again = this.#get(id, sidecar);
    return again && this.#fill(again, start, end) ? again.content : undefined;
  }

  /** Nobody reads any more what {@link content} answered before. */
  settle(): void {
    this.#pool.settle();
  }

  drop(id: number): void {
    const loaded = this.#loaded.get(id);
    if (loaded) {
      this.#bytes -= loaded.content.length;
      this.#pool.give(loaded.content);
    }
    this.#loaded.delete(id);
    if (this.#last?.id === id) this.#last = undefined;
  }

  #get(id: number, sidecar: Sidecar): Loaded | undefined {
    if (this.#last?.id === id && this.#last.sidecar === sidecar) return this.#last;
    let loaded = this.#loaded.get(id);
    if (loaded && loaded.sidecar !== sidecar) {
      this.drop(id);
      loaded = undefined;
    }
    const isNew = !loaded;
    loaded ??= this.#open(id, sidecar);
    if (!loaded) return undefined;
    this.#loaded.delete(id);
    this.#loaded.set(id, loaded);
    this.#last = loaded;
    if (isNew) {
      // However little is read of it: a buffer that was used before has memory for all of its bytes.
      this.#bytes += loaded.content.length;
      this.#trim(loaded);
    }
    return loaded;
  }

  #open(id: number, sidecar: Sidecar): Loaded | undefined {
    const common = { id, content: this.#pool.take(sidecar.length), sidecar };
    return (
      withFile(segmentPath(this.#folder, id), (descriptor, path) => {
        const pages = Array.from({ length: sidecar.blocks }, (_, i) => {
          const [start, end] = [sidecar.startOf(i), sidecar.endOf(i)];
          return { start, end, at: start, length: end - start };
        });
        return {
          ...common,
          path,
          file: fileOf(descriptor),
          isPacked: false,
          pages,
          isRead: new Uint8Array(pages.length),
        };
      }) ??
      withFile(compressedPath(this.#folder, id), (descriptor, path) => {
        const packed = new Uint8Array(fstatSync(descriptor).size);
        if (readSync(descriptor, packed, 0, packed.length, 0) !== packed.length) return undefined;
        const pages = pagesOf(packed);
        if (pages?.at(-1)?.end !== sidecar.length) return undefined;
        return {
          ...common,
          path,
          file: fileOf(descriptor),
          isPacked: true,
          pages,
          isRead: new Uint8Array(pages.length),
        };
      })
    );
  }

  /** Reads the pages that are not read yet; false where one is not as it was. */
  #fill(loaded: Loaded, start: number, end: number): boolean {
    const { pages, isRead } = loaded;
    let first = pageAt(pages, start);
    while (first < pages.length && pages[first]!.start < end && isRead[first]) first++;
    if (first >= pages.length || pages[first]!.start >= end) return true;
    const isFilled = withFile(loaded.path, descriptor => {
      if (fileOf(descriptor) !== loaded.file) return false;
      for (let i = first; i < pages.length && pages[i]!.start < end; i++) {
        if (!isRead[i] && !this.#read(loaded, i, descriptor)) return false;
      }
      return true;
    });
    return isFilled ?? false;
  }

  #read(loaded: Loaded, page: number, descriptor: number): boolean {
    const { start, end, at, length } = loaded.pages[page]!;
    if (loaded.isPacked) {
      const packed = new Uint8Array(length);
      if (readSync(descriptor, packed, 0, length, at) !== length) return false;
      let content: Uint8Array;
      try {
        content = zlib.zstdDecompressSync(packed, { maxOutputLength: end - start });
      } catch {
        return false;
      }
      if (content.length !== end - start) return false;
      loaded.content.set(content, start);
    } else {
      if (readSync(descriptor, loaded.content, start, length, at) !== length) return false;
      if (zlib.crc32(loaded.content.subarray(start, end)) !== loaded.sidecar.crcOf(page)) return false;
    }
    loaded.isRead[page] = 1;
    return true;
  }

  #trim(keep: Loaded): void {
    for (const old of this.#loaded.values()) {
      if (this.#bytes <= this.#limit) return;
      if (old !== keep) this.drop(old.id);
    }
  }
}

/** The page that has a byte of the content. */
function pageAt(pages: readonly Page[], offset: number): number {
  let [low, high] = [0, pages.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (pages[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function pagesOf(packed: Uint8Array): Page[] | undefined {
  let start = 0;
  return zstdFrames(packed)?.map(({ at, length, contentLength }) => {
    const page = { start, end: start + contentLength, at, length };
    start = page.end;
    return page;
  });
}

function fileOf(descriptor: number): string {
  const { ino, size, mtimeMs } = fstatSync(descriptor);
  return `${ino} ${size} ${mtimeMs}`;
}

/** Does something with a file; `undefined` where there is none that can be read. */
function withFile<T>(path: string, work: (descriptor: number, path: string) => T): T | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return work(descriptor, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') return undefined;
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
