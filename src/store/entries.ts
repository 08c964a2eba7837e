/**
 * How spans and log records are found again: fixed-size little-endian records, packed into chunks (see chunk.ts). Offsets
 * are bytes from the start of the segment's content.
 *
 * Span, 64 bytes:
 *    0 span id (8)   8 parent id (8)   16 start ns u64   24 end ns u64
 *   32 Span offset, length u32   40 ResourceSpans offset, length   48 ScopeSpans offset, length   56 request offset   60 flags
 * Log record, 48 bytes:
 *    0 span id (8)   8 time ns u64   16 LogRecord offset, length   24 ResourceLogs offset, length
 *   32 ScopeLogs offset, length   40 request offset   44 unused
 */
export const SPAN_ENTRY = 64;
export const LOG_ENTRY = 48;
/** A located span: the trace id (16) before its span entry. */
export const LOCATED_ENTRY = 16 + SPAN_ENTRY;

/** A growing blob of records of one size. */
export class EntryBuffer {
  readonly size: number;
  count = 0;
  #words: Uint32Array<ArrayBuffer>;

  /** @param size in bytes, a multiple of four. */
  constructor(size: number, capacity = 64) {
    this.size = size;
    this.#words = new Uint32Array((size / 4) * capacity);
  }

  /** Makes room for one more record; answers the word where it starts. */
  add(): number {
    const at = (this.count * this.size) / 4;
    if (at + this.size / 4 > this.#words.length) {
      const grown = new Uint32Array(this.#words.length * 2);
      grown.set(this.#words);
      this.#words = grown;
    }
    this.count++;
    return at;
  }

  /** The whole buffer, of which only the first `count` records are in use; replaced when it grows. */
  get words(): Uint32Array<ArrayBuffer> {
    return this.#words;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#words.buffer, 0, this.count * this.size);
  }
}

/** One record of a blob, and the segment that its offsets are of. */
class Entry {
  readonly segment: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #at: number;

  /** @param view of all of `blob`; one for all its records, because there may be a million. */
  constructor(blob: Uint8Array, view: DataView, at: number, segment: number) {
    this.segment = segment;
    this.#bytes = blob;
    this.#view = view;
    this.#at = at;
  }

  /** The 8 bytes of the span id as one-byte characters: a key for maps. */
  get spanKey(): string {
    return this.key(0);
  }

  protected key(field: number): string {
    return keyOf(this.#bytes, this.#at + field, 8);
  }
  protected u64(field: number): bigint {
    return this.#view.getBigUint64(this.#at + field, true);
  }
  protected u32(field: number): number {
    return this.#view.getUint32(this.#at + field, true);
  }
}

/** Reads one span's record. */
export class SpanEntry extends Entry {
  /** The 8 bytes as two little-endian words. */
  get idLow(): number {
    return this.u32(0);
  }
  get idHigh(): number {
    return this.u32(4);
  }
  get parentKey(): string {
    return this.key(8);
  }
  get start(): bigint {
    return this.u64(16);
  }
  get end(): bigint {
    return this.u64(24);
  }
  get offset(): number {
    return this.u32(32);
  }
  get length(): number {
    return this.u32(36);
  }
  get resourceOffset(): number {
    return this.u32(40);
  }
  get resourceLength(): number {
    return this.u32(44);
  }
  get scopeOffset(): number {
    return this.u32(48);
  }
  get scopeLength(): number {
    return this.u32(52);
  }
  get requestOffset(): number {
    return this.u32(56);
  }
  get flags(): number {
    return this.u32(60);
  }
}

/** Reads one log record's record. */
export class LogEntry extends Entry {
  get time(): bigint {
    return this.u64(8);
  }
  get offset(): number {
    return this.u32(16);
  }
  get length(): number {
    return this.u32(20);
  }
  get resourceOffset(): number {
    return this.u32(24);
  }
  get resourceLength(): number {
    return this.u32(28);
  }
  get scopeOffset(): number {
    return this.u32(32);
  }
  get scopeLength(): number {
    return this.u32(36);
  }
  get requestOffset(): number {
    return this.u32(40);
  }
}

/** Over all of `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes as a string of one-byte characters: the cheapest key that a Map takes. */
export function keyOf(bytes: Uint8Array, offset: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('latin1');
}

/** The key of no span: the parent of a root, the span of a log that has none. */
export const NO_SPAN = '\0'.repeat(8);
