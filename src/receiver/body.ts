import type { Readable } from 'node:stream';
import type { Lease } from './budget.ts';
import { Refused } from './refused.ts';

/** The sender went away before its request was whole; there is nobody to answer. */
export class Aborted extends Error {
  override readonly name = 'Aborted';
}

/**
 * Reads a request to its end, as it came over the wire. On a refusal the rest is left unread, the stream intact.
 * @throws {Refused} over `limit` bytes, or no room for it.
 * @throws {Aborted} the sender went away.
 */
export async function readBody(stream: Readable, limit: number, lease: Lease): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Even a request that never sends a byte takes its room.
  await lease.grow(0);
  try {
    // The default iterator destroys the stream when it is left early, and with it the socket the answer needs.
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      await lease.grow(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Refused ? error : new Aborted('The sender went away', { cause: error });
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
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
