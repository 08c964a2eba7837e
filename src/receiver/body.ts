import type { Readable } from 'node:stream';
import type { BodyMemory } from './bodyMemory.ts';
import type { Lease } from './budget.ts';
import { Refused } from './refused.ts';

/** How many times what has come the announced length may be for its memory to be taken. */
const ROOM_SHARE = 4;

/** Up to this part of the limit, 8 MiB, an announced length is reserved before it comes: no SDK sends more in one request. */
const RESERVED_SHARE = 8;

/** The sender went away before its request was whole; there is nobody to answer. */
export class Aborted extends Error {
  override readonly name = 'Aborted';
}

/**
 * Reads a request to its end, as it came over the wire. On a refusal the rest is left unread, the stream intact.
 * `announced` is how long the sender says it will be, where it says so: in advance, or at the beginning of the body.
 * @throws {Refused} over `limit` bytes, or no room for it.
 * @throws {Aborted} the sender went away.
 */
export async function readBody(
  stream: Readable,
  limit: number,
  lease: Lease,
  memory: BodyMemory,
  announced?: number | ((start: Buffer) => number | undefined),
): Promise<Buffer> {
  const length = typeof announced === 'number' ? announced : undefined;
  if (length !== undefined && length > limit) throw tooLarge(limit);
  // Even a request that never sends a byte takes its room. The usual ones take all of it at once: if each got a part and
  // waited for the rest, none would ever be whole.
  let room = Math.min(length ?? 0, limit / RESERVED_SHARE);
  await lease.grow(room);
  const parts = new Parts(length ?? 0, memory);
  const arrival = new Arrival(stream);
  try {
    for (;;) {
      const chunk = stream.read() as Buffer | null;
      if (chunk === null) {
        if (await arrival.next()) return parts.whole();
        continue;
      }
      if (parts.size === 0 && typeof announced === 'function') {
        parts.expected = announced(chunk) ?? 0;
        if (parts.expected > limit) throw tooLarge(limit);
        room = Math.min(parts.expected, limit / RESERVED_SHARE);
        await lease.grow(room);
      }
      if (parts.size + chunk.length > limit) throw tooLarge(limit);
      const more = Math.min(chunk.length, parts.size + chunk.length - room);
      if (more > 0) await lease.grow(more);
      parts.add(chunk);
    }
  } finally {
    arrival.stop();
  }
}

/** Tells when there is more to read, or nothing any more; what the stream's own iterator does with a lot more ado. */
class Arrival {
  readonly #stream: Readable;
  #ended: boolean;
  #failed: Aborted | undefined;
  #wake: (() => void) | undefined;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#ended = stream.readableEnded;
    if (stream.destroyed && !this.#ended) this.#close();
    stream.on('readable', this.#readable);
    stream.on('end', this.#end);
    stream.on('error', this.#close);
    stream.on('close', this.#close);
  }

  /** Resolves with whether the end was reached, once a read is worth trying. Rejects when the sender went away. */
  async next(): Promise<boolean> {
    if (!this.#ended && !this.#failed) {
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
    if (this.#failed) throw this.#failed;
    return this.#ended;
  }

  stop(): void {
    this.#stream.off('readable', this.#readable);
    this.#stream.off('end', this.#end);
    this.#stream.off('error', this.#close);
    this.#stream.off('close', this.#close);
  }

  readonly #readable = () => this.#wake?.();

  readonly #end = () => {
    this.#ended = true;
    this.#wake?.();
  };

  readonly #close = (error?: Error) => {
    if (!this.#ended) this.#failed ??= new Aborted('The sender went away', { cause: error });
    this.#wake?.();
  };
}

/** What has arrived. A body that comes in one piece is never copied. */
class Parts {
  size = 0;
  /** How many bytes there will be, 0 where it is not known. */
  expected: number;
  #chunks: Buffer[] = [];
  #target: Buffer | undefined;
  readonly #memory: BodyMemory;

  constructor(expected: number, memory: BodyMemory) {
    this.expected = expected;
    this.#memory = memory;
  }

  add(chunk: Buffer): void {
    const size = this.size + chunk.length;
    if (this.#target && size > this.expected) {
      // More than was announced: HTTP allows none, but nothing here depends on it.
      this.#chunks = [this.#target.subarray(0, this.size)];
      this.#target = undefined;
    }
    if (this.#target) chunk.copy(this.#target, this.size);
    else this.#chunks.push(chunk);
    this.size = size;
    // Room for all of it only when a good part is here: a length that is merely announced must not take memory.
    if (!this.#target && size < this.expected && size * ROOM_SHARE >= this.expected) this.#gather();
  }

  whole(): Buffer {
    if (this.#target) return this.#target.subarray(0, this.size);
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.size);
  }

  #gather(): void {
    this.#target = this.#memory.take(this.expected);
    let at = 0;
    for (const chunk of this.#chunks) at += chunk.copy(this.#target, at);
    this.#chunks = [];
  }
}

/** A request over the size limit; `limit` in bytes. */
export function tooLarge(limit: number): Refused {
  const size = limit >= 1024 * 1024 ? `${Math.floor(limit / 1024 / 1024)} MiB` : `${limit} bytes`;
  return new Refused(
    413,
    `The request is larger than ${size} after decompression; send smaller batches.`,
    `A program sent a request larger than ${size}; lower its batch size (OTEL_BSP_MAX_EXPORT_BATCH_SIZE).`,
  );
}
