import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { tooLarge } from './body.ts';
import type { Lease } from './budget.ts';
import { quoted, Refused } from './refused.ts';

/** Frames that want a larger window than 32 MiB are refused: a few bytes could claim gigabytes. */
const ZSTD_WINDOW_LOG = 25;

const CHUNK = { chunkSize: 256 * 1024 };

const DECODERS = new Map<string, () => Transform>([
  ['gzip', () => zlib.createGunzip(CHUNK)],
  // In HTTP and in gRPC "deflate" means the zlib format.
  ['deflate', () => zlib.createInflate(CHUNK)],
]);
// Node has it from 22.15 on.
if (typeof zlib.createZstdDecompress === 'function') {
  const params = { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG };
  DECODERS.set('zstd', () => zlib.createZstdDecompress({ ...CHUNK, params }));
}

/** The encodings that are understood, as the headers that list them want it. */
export const ENCODINGS: readonly string[] = ['identity', ...DECODERS.keys()];

/**
 * Reads a Content-Encoding or grpc-encoding header; `undefined` is identity.
 * @throws {Refused} it is unknown, or more than one.
 */
export function parseEncoding(header: string | undefined): string {
  const encoding = header?.trim().toLowerCase() || 'identity';
  if (encoding === 'identity' || DECODERS.has(encoding)) return encoding;
  throw new Refused(
    415,
    `The compression ${quoted(encoding)} is not understood; use one of ${ENCODINGS.join(', ')}.`,
    `A program compresses with ${quoted(encoding)}; set OTEL_EXPORTER_OTLP_COMPRESSION=gzip.`,
    'compression',
  );
}

/**
 * The plain bytes of a whole body. `encoding` is of {@link parseEncoding}.
 * @throws {Refused} the bytes are not in that encoding, or more than `limit` come out.
 */
export async function decompress(body: Buffer, encoding: string, limit: number, lease: Lease): Promise<Buffer> {
  const decoder = DECODERS.get(encoding)?.();
  if (!decoder || body.length === 0) return body;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    decoder.end(body);
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      await lease.grow(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(
      400,
      `The body is not valid ${encoding}.`,
      `A program sent a body that is not the ${encoding} it is said to be; check what is between it and this port.`,
      'compression',
    );
  } finally {
    decoder.destroy();
  }
  lease.shrink(body.length);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size);
}
