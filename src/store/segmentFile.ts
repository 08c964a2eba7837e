import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writevSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncSegments, syncSegmentsSoon } from './syncSegments.ts';

/**
 * A request in a segment is preceded by this many bytes, little-endian: 0 'SP', 2 version, 3 signal, 4 length u32,
 * 8 received at (ms) f64, 16 CRC-32 of the request, 20 zero. The checksum tells, after a power failure, how far the
 * segment was written.
 */
export const FRAME_HEADER = 24;
const MAGIC = 0x5053;
const FORMAT = 1;

/** How a frame names its signal. The order is the encoding: append only. */
export const FRAME_SIGNALS = ['traces', 'logs', 'metrics'] as const;
export type FrameSignal = (typeof FRAME_SIGNALS)[number];

export interface Frame {
  signal: FrameSignal;
  receivedAt: number;
  /** Of the request's first byte in the segment. */
  offset: number;
  length: number;
}

export function segmentPath(folder: string, id: number): string {
  return join(folder, 'segments', `${String(id).padStart(8, '0')}.seg`);
}

/** The frame whose request begins at `offset`; `undefined` where there is none. */
export function frameAt(content: Uint8Array, offset: number): Frame | undefined {
  const at = offset - FRAME_HEADER;
  if (at < 0 || offset > content.length) return undefined;
  const view = new DataView(content.buffer, content.byteOffset + at, FRAME_HEADER);
  const signal = FRAME_SIGNALS[view.getUint8(3)];
  const length = view.getUint32(4, true);
  if (view.getUint16(0, true) !== MAGIC || view.getUint8(2) !== FORMAT || !signal) return undefined;
  if (offset + length > content.length) return undefined;
  return { signal, receivedAt: view.getFloat64(8, true), offset, length };
}

/** All frames of a segment, in order, from byte `start` on. */
export function* framesOf(content: Uint8Array, start = 0): Generator<Frame> {
  for (let at = start + FRAME_HEADER; at <= content.length; ) {
    const frame = frameAt(content, at);
    if (!frame) return;
    yield frame;
    at = frame.offset + frame.length + FRAME_HEADER;
  }
}

/** Whether the request of a frame is whole. */
export function isIntact(content: Uint8Array, { offset, length }: Frame): boolean {
  const stored = new DataView(content.buffer, content.byteOffset + offset - FRAME_HEADER).getUint32(16, true);
  return crc32(content.subarray(offset, offset + length)) === stored;
}

/** A segment that is being written: requests are collected, written with one call, and made durable with another. */
export class SegmentFile {
  readonly id: number;
  /** Bytes that are in the file. */
  #written: number;
  /** Bytes of those that the disk is known to have. */
  #synced: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  readonly #file: number;
  readonly #folder: string;
  /** The disk said once that it failed. It says so only once, so that no later wait for it counts. */
  #failure: unknown;
  /** Whether the disk is known to have the file's name. */
  #isNamed: boolean;

  /** Opens segment `id`, cut to `length`: what stands behind it was never whole. */
  constructor(folder: string, id: number, length: number) {
    this.id = id;
    this.#folder = folder;
    this.#isNamed = length > 0;
    this.#written = length;
    this.#synced = length;
    this.#file = openSync(segmentPath(folder, id), length === 0 ? 'w+' : 'r+', 0o600);
    ftruncateSync(this.#file, length);
  }

  /** Length of the segment with what is pending. */
  get bytes(): number {
    return this.#written + this.#pendingBytes;
  }

  /** Length of what is in the file. */
  get written(): number {
    return this.#written;
  }

  get isSynced(): boolean {
    return this.#synced === this.bytes;
  }

  /** Where the first byte of the next request will stand. */
  get nextOffset(): number {
    return this.bytes + FRAME_HEADER;
  }

  /** Adds a request. */
  append(signal: FrameSignal, receivedAt: number, body: Uint8Array): void {
    const header = new Uint8Array(FRAME_HEADER);
    const view = new DataView(header.buffer);
    view.setUint16(0, MAGIC, true);
    view.setUint8(2, FORMAT);
    view.setUint8(3, FRAME_SIGNALS.indexOf(signal));
    view.setUint32(4, body.length, true);
    view.setFloat64(8, receivedAt, true);
    view.setUint32(16, crc32(body), true);
    this.#pending.push(header, body);
    this.#pendingBytes += FRAME_HEADER + body.length;
  }

  /** Writes what is pending into the file. @throws the disk is full or broken: nothing of it counts as written. */
  write(): void {
    let position = this.#written;
    let rest = this.#pending;
    while (rest.length > 0) {
      // The kernel takes at most 1,024 buffers a call and may write less than it was given.
      let written = writevSync(this.#file, rest.slice(0, 1024), position);
      position += written;
      let whole = 0;
      for (; whole < rest.length && written >= (rest[whole]?.length ?? 0); whole++) written -= rest[whole]?.length ?? 0;
      rest = rest.slice(whole);
      if (written > 0 && rest[0]) rest[0] = rest[0].subarray(written);
    }
    this.#written = this.bytes;
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** Waits until the disk has what is written. */
  async sync(): Promise<void> {
    const bytes = this.#written;
    const file = new Promise<void>((resolve, reject) =>
      fdatasync(this.#file, error => (error ? reject(error) : resolve())),
    );
    try {
      await Promise.all([file, this.#isNamed || syncSegmentsSoon(this.#folder)]);
    } catch (error) {
      this.#failure ??= error;
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.#isNamed = true;
    this.#synced = Math.max(this.#synced, bytes);
  }

  /** The same, at once. */
  syncNow(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#synced === this.#written) return;
    fdatasyncSync(this.#file);
    if (!this.#isNamed) syncSegments(this.#folder);
    this.#isNamed = true;
    this.#synced = this.#written;
  }

  /** Forgets what could not be written. */
  discard(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    ftruncateSync(this.#file, this.#written);
  }

  /** Some of its bytes; what is pending is written first. */
  read(offset: number, length: number): Uint8Array {
    if (offset + length > this.#written) this.write();
    const bytes = new Uint8Array(length);
    readSync(this.#file, bytes, 0, length, offset);
    return bytes;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** The content of a segment file, of the open one as far as it is written. */
export function readSegment(folder: string, id: number): Uint8Array {
  return readFileSync(segmentPath(folder, id));
}
