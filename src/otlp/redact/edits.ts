import { Sink } from '../sink.ts';

/** Bytes of a body that are replaced; `start` and `end` are equal where some are put in. */
export interface Edit {
  start: number;
  end: number;
  bytes: Uint8Array;
}

/** The body with the edits made, which lie in ascending order and apart. Every other byte stays as it is. */
export function applyEdits(body: Uint8Array, edits: readonly Edit[]): Uint8Array<ArrayBuffer> {
  const size = edits.reduce((sum, { start, end, bytes }) => sum + bytes.length - (end - start), body.length);
  const result = new Uint8Array(size);
  let from = 0;
  let to = 0;
  for (const { start, end, bytes } of edits) {
    result.set(body.subarray(from, start), to);
    to += start - from;
    result.set(bytes, to);
    to += bytes.length;
    from = end;
  }
  result.set(body.subarray(from), to);
  return result;
}

/** A length as it stands before its value. */
export function lengthBytes(length: number): Uint8Array {
  const sink = new Sink(16);
  sink.uint32(length);
  return sink.finish();
}
