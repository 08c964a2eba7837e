const INITIAL = 4096;

/**
 * Writes protobuf into a buffer that grows. A message's length is not known before its content: {@link open} leaves one
 * byte for it, {@link close} moves the content up where one byte is too few, so that every length is in its shortest form.
 */
export class Sink {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity = INITIAL) {
    this.bytes = new Uint8Array(Math.max(capacity, 16));
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    // All of it: while a message is closed its content stands behind the length.
    grown.set(this.bytes);
    this.bytes = grown;
  }

  tag(number: number, wireType: number): void {
    this.uint32(((number << 3) | wireType) >>> 0);
  }

  uint32(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** A signed number as int32 and enum write it: negative ones take ten bytes. */
  int32(value: number): void {
    if (value >= 0) this.uint32(value);
    else this.varint64(BigInt(value));
  }

  /** The low 64 bits of a number, signed or not. */
  varint64(value: bigint): void {
    this.reserve(10);
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      this.bytes[this.length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.length++] = Number(rest);
  }

  fixed32(value: number): void {
    this.view(4).setUint32(0, value, true);
    this.length += 4;
  }

  /** The low 64 bits of a number, signed or not. */
  fixed64(value: bigint): void {
    this.view(8).setBigUint64(0, BigInt.asUintN(64, value), true);
    this.length += 8;
  }

  double(value: number): void {
    this.view(8).setFloat64(0, value, true);
    this.length += 8;
  }

  /** Bytes as they are, without a length before them. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Begins a length-delimited value; hand the answer to {@link close}. */
  open(): number {
    this.reserve(1);
    return ++this.length;
  }

  /** Ends the value that began at `start`. */
  close(start: number): void {
    const size = this.length - start;
    const extra = size < 0x80 ? 0 : size < 0x4000 ? 1 : size < 0x200000 ? 2 : size < 0x10000000 ? 3 : 4;
    if (extra > 0) {
      this.reserve(extra);
      this.bytes.copyWithin(start + extra, start, this.length);
    }
    this.length = start - 1;
    this.uint32(size);
    this.length += size;
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  private view(count: number): DataView {
    this.reserve(count);
    return new DataView(this.bytes.buffer, this.length, count);
  }
}
