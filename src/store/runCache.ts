import { runsOf } from './chunk.ts';

const MOST_SEGMENTS = 8;
const MOST_BYTES = 16 * 1024 * 1024;
/** What it takes to remember where one run is, about. */
const RUN_BYTES = 100;

interface Segment {
  chunks: readonly Uint8Array[];
  /** By row of the trace, of each of its runs three numbers: chunk, offset, bytes. */
  runs: Map<number, number[]>;
  bytes: number;
}

/**
 * The records of some segments, unpacked, so that a batch of many traces that came before does not unpack them for each.
 * Whoever changes the chunks of a segment says so.
 */
export class RunCache {
  readonly #size: number;
  /** The last used last. */
  readonly #segments = new Map<number, Segment>();
  #bytes = 0;

  /** @param size of a record, in bytes */
  constructor(size: number) {
    this.#size = size;
  }

  /**
   * The records of the trace of a row in a segment, one piece a run.
   * @param load answers the chunks of the segment, unpacked
   */
  recordsOf(segment: number, row: number, load: () => readonly Uint8Array[]): Uint8Array[] {
    const { chunks, runs } = this.#segment(segment, load);
    const found = runs.get(row) ?? [];
    const pieces: Uint8Array[] = [];
    for (let i = 0; i + 2 < found.length; i += 3) {
      const [chunk = 0, offset = 0, bytes = 0] = found.slice(i, i + 3);
      pieces.push(chunks[chunk]?.subarray(offset, offset + bytes) ?? new Uint8Array(0));
    }
    return pieces;
  }

  #segment(id: number, load: () => readonly Uint8Array[]): Segment {
    const segment = this.#segments.get(id) ?? readRuns(load(), this.#size);
    this.drop(id);
    this.#segments.set(id, segment);
    this.#bytes += segment.bytes;
    for (const old of this.#segments.keys()) {
      // The last one stays however large it is: the next trace is likely in it.
      if (old === id || (this.#segments.size <= MOST_SEGMENTS && this.#bytes <= MOST_BYTES)) break;
      this.drop(old);
    }
    return segment;
  }

  /** Forgets a segment: its chunks are about to change. */
  drop(id: number): void {
    this.#bytes -= this.#segments.get(id)?.bytes ?? 0;
    this.#segments.delete(id);
  }

  clear(): void {
    this.#segments.clear();
    this.#bytes = 0;
  }
}

function readRuns(chunks: readonly Uint8Array[], size: number): Segment {
  const runs = new Map<number, number[]>();
  let bytes = 0;
  for (const [i, chunk] of chunks.entries()) {
    bytes += chunk.length;
    for (const { row, count, offset } of runsOf(chunk, size)) {
      bytes += RUN_BYTES;
      const known = runs.get(row);
      if (known) known.push(i, offset, count * size);
      else runs.set(row, [i, offset, count * size]);
    }
  }
  return { chunks, runs, bytes };
}
