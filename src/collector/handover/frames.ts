import type { Signal } from '../../receiver/sink.ts';

/**
 * What windows say to each other. A frame is a length (4 bytes, big-endian, of what follows), a byte that says which of
 * these it is, and its content.
 */
export type Message =
  /** The first of every connection. */
  | { type: 'hello'; id: string; secret: string }
  /** To be stored by the other window. */
  | { type: 'store'; call: number; signal: Signal; receivedAt: number; body: Uint8Array }
  /** What became of it. `malformed` is for good, `failed` for now. */
  | {
      type: 'stored';
      call: number;
      outcome: 'stored' | 'malformed' | 'failed';
      stored: number;
      rejected: number;
      message: string;
    }
  /** Whether the store of the other window has a service of this name. */
  | { type: 'knows'; call: number; service: string }
  | { type: 'known'; call: number; known: boolean }
  /** The record of the one who says it has changed. */
  | { type: 'changed' };

const TYPES = ['hello', 'store', 'stored', 'knows', 'known', 'changed'] as const;
const SIGNALS: readonly Signal[] = ['traces', 'logs', 'metrics'];
const OUTCOMES = ['stored', 'malformed', 'failed'] as const;
const HEADER = 5;

/** The largest body that one window hands to another. */
export const MOST_BODY = 64 * 1024 * 1024;
/** The largest frame, without its length. */
export const MOST_FRAME = MOST_BODY + 64;
/** Who has not said hello yet has little to say. */
export const MOST_HELLO = 1_024;

/** Bytes came that are no such frame; whoever sent them is not listened to any longer. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export function encodeFrame(message: Message): Buffer {
  switch (message.type) {
    case 'hello':
      return framed(message.type, [Buffer.from(JSON.stringify({ id: message.id, secret: message.secret }))]);
    case 'store': {
      const head = Buffer.alloc(13);
      head.writeUInt32BE(message.call, 0);
      head.writeUInt8(SIGNALS.indexOf(message.signal), 4);
      head.writeDoubleBE(message.receivedAt, 5);
      // Copied, because the memory of the body is used for others when its sender has been answered.
      return framed(message.type, [head, message.body]);
    }
    case 'stored': {
      const head = Buffer.alloc(13);
      head.writeUInt32BE(message.call, 0);
      head.writeUInt8(OUTCOMES.indexOf(message.outcome), 4);
      head.writeUInt32BE(message.stored, 5);
      head.writeUInt32BE(message.rejected, 9);
      return framed(message.type, [head, Buffer.from(message.message)]);
    }
    case 'knows': {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(message.call, 0);
      return framed(message.type, [head, Buffer.from(message.service)]);
    }
    case 'known': {
      const head = Buffer.alloc(5);
      head.writeUInt32BE(message.call, 0);
      head.writeUInt8(message.known ? 1 : 0, 4);
      return framed(message.type, [head]);
    }
    case 'changed':
      return framed(message.type, []);
  }
}

function framed(type: Message['type'], parts: Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 1);
  const head = Buffer.alloc(HEADER);
  head.writeUInt32BE(length, 0);
  head.writeUInt8(TYPES.indexOf(type), 4);
  return Buffer.concat([head, ...parts]);
}

/** Reads frames from bytes that arrive in any portions. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #wanted = HEADER;
  /** The largest frame that is read. */
  most: number;

  constructor(most: number) {
    this.most = most;
  }

  /** @throws {FrameError} */
  *read(chunk: Buffer): Generator<Message> {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    while (this.#size >= this.#wanted) {
      const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
      this.#chunks = [bytes];
      const length = bytes.readUInt32BE(0);
      if (length < 1 || length > this.most) throw new FrameError(`a frame of ${length} bytes`);
      this.#wanted = 4 + length;
      if (this.#size < this.#wanted) return;
      const rest = bytes.subarray(this.#wanted);
      const frame = bytes.subarray(4, this.#wanted);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#size = rest.length;
      this.#wanted = HEADER;
      yield decode(frame);
    }
  }
}

function decode(frame: Buffer): Message {
  const type = TYPES[frame.readUInt8(0)];
  const content = frame.subarray(1);
  try {
    switch (type) {
      case 'hello': {
        const { id, secret } = JSON.parse(content.toString()) as Record<string, unknown>;
        if (typeof id !== 'string' || typeof secret !== 'string') throw new FrameError('a hello without a name');
        return { type, id, secret };
      }
      case 'store': {
        const signal = SIGNALS[content.readUInt8(4)];
        if (!signal) throw new FrameError('an unknown signal');
        return {
          type,
          call: content.readUInt32BE(0),
          signal,
          receivedAt: content.readDoubleBE(5),
          body: content.subarray(13),
        };
      }
      case 'stored': {
        const outcome = OUTCOMES[content.readUInt8(4)];
        if (!outcome) throw new FrameError('an unknown outcome');
        return {
          type,
          call: content.readUInt32BE(0),
          outcome,
          stored: content.readUInt32BE(5),
          rejected: content.readUInt32BE(9),
          message: content.toString('utf8', 13),
        };
      }
      case 'knows':
        return { type, call: content.readUInt32BE(0), service: content.toString('utf8', 4) };
      case 'known':
        return { type, call: content.readUInt32BE(0), known: content.readUInt8(4) === 1 };
      case 'changed':
        return { type };
      default:
        throw new FrameError('a frame of an unknown kind');
    }
  } catch (error) {
    throw error instanceof FrameError ? error : new FrameError('a frame that is too short');
  }
}
