import { WireType } from './field.ts';
import { MalformedError } from './malformed.ts';

/** Messages inside messages, the request included; the same limit as the usual protobuf runtimes. */
export const MAX_DEPTH = 100;

/**
 * Reads protobuf from bytes that nobody has checked. Every method takes the end of the message it reads in and never
 * reads past it; what does not fit is a {@link MalformedError} that names the byte.
 */
export class Cursor {
  readonly bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes;
    this.position = position;
  }

  /** A field's number and wire type, as one number: `number << 3 | wireType`. */
  tag(end: number): number {
    const start = this.position;
    if (start < end) {
      const first = this.bytes[start]!;
      if (first < 0x80) {
        this.position = start + 1;
        return first;
      }
    }
    const tag = this.number(end);
    if (tag > 0xffffffff) throw this.error('a field number is too large', start);
    return tag;
  }

  /** An unsigned varint, rounded where it is above 2^53: for lengths, which must be far smaller. */
  number(end: number): number {
    const start = this.position;
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      if (this.position >= end) throw this.error('the bytes end inside a number', start);
      const byte = this.bytes[this.position++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw this.error('a number is longer than ten bytes', start);
  }

  /** The low 32 bits of a varint, signed: what an enum, an int32 and a bool read. */
  int32(end: number): number {
    const start = this.position;
    let value = 0;
    for (let i = 0; i < 10; i++) {
      if (this.position >= end) throw this.error('the bytes end inside a number', start);
      const byte = this.bytes[this.position++]!;
      if (i < 5) value |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) return value;
    }
    throw this.error('a number is longer than ten bytes', start);
  }

  /** All 64 bits of a varint, unsigned. */
  uint64(end: number): bigint {
    const start = this.position;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 10; i++) {
      if (this.position >= end) throw this.error('the bytes end inside a number', start);
      const byte = this.bytes[this.position++]!;
      const bits = byte & 0x7f;
      // 28 bits fit below, the fifth byte lies across the middle, the rest fits above.
      if (i < 4) low |= bits << (7 * i);
      else if (i === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * i - 32);
      if (byte < 0x80) return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    }
    throw this.error('a number is longer than ten bytes', start);
  }

  fixed32(end: number): number {
    const at = this.take(4, end);
    const { bytes } = this;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  fixed64(end: number): bigint {
    const low = this.fixed32(end);
    return (BigInt(this.fixed32(end)) << 32n) | BigInt(low);
  }

  double(end: number): number {
    const at = this.take(8, end);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + at, 8).getFloat64(0, true);
  }

  /** The end of the length-delimited value that begins here; the cursor is at its first byte. */
  enter(end: number): number {
    const start = this.position;
    let length: number;
    const first = start < end ? this.bytes[start]! : 0x80;
    if (first < 0x80) {
      length = first;
      this.position = start + 1;
    } else length = this.number(end);
    if (length > end - this.position) throw this.error(`a length of ${length} goes beyond the end`, start);
    return this.position + length;
  }

  /** Moves over `count` bytes and says where they begin. */
  take(count: number, end: number): number {
    const at = this.position;
    if (count > end - at) throw this.error('the bytes end inside a value', at);
    this.position = at + count;
    return at;
  }

  /** Moves over the value of a field that is not wanted or not known. */
  skip(tag: number, end: number): void {
    switch (tag < 8 ? -1 : tag & 7) {
      case WireType.varint:
        this.int32(end);
        return;
      case WireType.fixed64:
        this.take(8, end);
        return;
      case WireType.length:
        this.position = this.enter(end);
        return;
      case WireType.fixed32:
        this.take(4, end);
        return;
      case WireType.groupStart:
        this.skipGroup(tag >>> 3, end);
        return;
      case WireType.groupEnd:
        throw this.error('a group ends that never began');
      case -1:
        throw this.error('a field has the number 0');
      default:
        throw this.error(`a field has the wire type ${tag & 7}, which does not exist`);
    }
  }

  private skipGroup(number: number, end: number): void {
    const open = [number];
    while (open.length > 0) {
      if (this.position >= end) throw this.error('the bytes end inside a group');
      const tag = this.tag(end);
      if ((tag & 7) === WireType.groupStart && tag >= 8) {
        if (open.length >= MAX_DEPTH) throw this.tooDeep();
        open.push(tag >>> 3);
      } else if ((tag & 7) === WireType.groupEnd) {
        if (open.pop() !== tag >>> 3) throw this.error('a group ends that never began');
      } else this.skip(tag, end);
    }
  }

  tooDeep(): MalformedError {
    return this.error(`messages are nested more than ${MAX_DEPTH} deep`);
  }

  error(what: string, at = this.position): MalformedError {
    return new MalformedError(`byte ${at}: ${what}`);
  }
}
