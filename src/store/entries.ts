/**
 * How spans and log records are found again: fixed-size little-endian records, packed into one blob per trace, segment
 * and commit. Offsets are bytes from the start of the segment's content.
 *
 * Span, 72 bytes:
 *    0 span id (8)   8 parent id (8)   16 start ns u64   24 end ns u64   32 content hash u64
 *   40 Span offset, length u32   48 ResourceSpans offset, length   56 ScopeSpans offset, length   64 request offset   68 flags
 * Log record, 48 bytes:
 *    0 span id (8)   8 time ns u64   16 LogRecord offset, length   24 ResourceLogs offset, length
 *   32 ScopeLogs offset, length   40 request offset   44 unused
 */
export const SPAN_ENTRY = 72;
export const LOG_ENTRY = 48;
/** A located span: the trace id (16) before its span entry. */
export const LOCATED_ENTRY = 16 + SPAN_ENTRY;

/** A growing blob of records of one size. */
export class EntryBuffer {
  readonly size: number;
  count = 0;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(size: number, capacity = 8) {
    this.size = size;
    this.#bytes = new Uint8Array(size * capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Makes room for one more record; answers where it starts. */
  add(): number {
    const at = this.count * this.size;
    if (at + this.size > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.count++;
    return at;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.count * this.size);
  }

  /** The whole buffer, of which only the first `count * size` bytes are in use; replaced when it grows. */
  get raw(): Uint8Array {
    return this.#bytes;
  }

  get view(): DataView {
    return this.#view;
  }
}

/** One record of a blob, and the segment that its offsets are of. */
class Entry {
  readonly segment: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #at: number;

  constructor(blob: Uint8Array, at: number, segment: number) {
    this.segment = segment;
    this.#bytes = blob;
    this.#view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
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
  /** The 8 bytes as one little-endian number. */
  get spanId(): bigint {
    return this.u64(0);
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
  get hash(): bigint {
    return this.u64(32);
  }
  get offset(): number {
    return this.u32(40);
  }
  get length(): number {
    return this.u32(44);
  }
  get resourceOffset(): number {
    return this.u32(48);
  }
  get resourceLength(): number {
    return this.u32(52);
  }
  get scopeOffset(): number {
    return this.u32(56);
  }
  get scopeLength(): number {
    return this.u32(60);
  }
  get requestOffset(): number {
    return this.u32(64);
  }
  get flags(): number {
    return this.u32(68);
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

/** Bytes as a string of one-byte characters: the cheapest key that a Map takes. */
export function keyOf(bytes: Uint8Array, offset: number, length: number): string {
  let key = '';
  for (let i = 0; i < length; i++) key += String.fromCharCode(bytes[offset + i] ?? 0);
  return key;
}

/** The key of no span: the parent of a root, the span of a log that has none. */
export const NO_SPAN = '\0'.repeat(8);
