import { tooLarge } from './body.ts';
import { Refused } from './refused.ts';

/** Bytes before a message: whether it is compressed, and its length. */
export const FRAME_HEAD = 5;

/** The one message of a unary request, still as compressed as it was sent. */
export interface Frame {
  compressed: boolean;
  message: Buffer;
}

/**
 * Reads the body of a unary gRPC request.
 * @throws {Refused} it is not exactly one message, or one over `limit` bytes.
 */
export function parseFrame(body: Buffer, limit: number): Frame {
  if (body.length < FRAME_HEAD) throw new Refused(400, 'The gRPC request holds no message.');
  const flag = body.readUInt8(0);
  const length = body.readUInt32BE(1);
  if (length > limit) throw tooLarge(limit);
  if (flag > 1) throw new Refused(400, 'The gRPC message has an unknown flag.');
  if (body.length !== FRAME_HEAD + length) throw new Refused(400, 'The gRPC request is not exactly one message.');
  return { compressed: flag === 1, message: body.subarray(FRAME_HEAD) };
}

/** How long a request will be, by its beginning; `undefined` where that is too short to say. */
export function announcedLength(start: Buffer): number | undefined {
  return start.length < FRAME_HEAD ? undefined : FRAME_HEAD + start.readUInt32BE(1);
}

/** A message of an answer; answers are small and never compressed. */
export function frameOf(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(FRAME_HEAD + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, FRAME_HEAD);
  return frame;
}

/** Text as the grpc-message trailer wants it: everything but printable ASCII percent-encoded. */
export function percentEncoded(text: string): string {
  return text.replace(/[^ -$&-~]+/gu, part => [...Buffer.from(part)].map(byte => `%${hex(byte)}`).join(''));
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
