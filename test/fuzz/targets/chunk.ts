import { createHash } from 'node:crypto';
import { DamagedChunkError, packChunk, unpackChunk } from '../../../src/store/chunkCodec.ts';
import { LOG_ENTRY, SPAN_ENTRY } from '../../../src/store/entries.ts';
import { mutateBytes } from '../mutateBytes.ts';
import { Random } from '../random.ts';
import { Finding, type Target } from '../target.ts';

/**
 * The packed index of a segment: what is packed comes out again, and what was damaged says so. The first byte of an input
 * says the kind of record, the second how many runs there are; the rest are records.
 */
export const chunkTarget: Target = {
  name: 'chunk',
  covers: /\/src\/store\/(chunkCodec|recordColumns|bytePlanes|pairIndex)/,
  seeds: () => [Buffer.of(0, 0), Buffer.of(1, 1), Buffer.concat([Buffer.of(0, 2), Buffer.alloc(640)])],
  generate: random => records(random),
  mutate: (input, random, other) => mutateBytes(input, random, other),
  allowedMs: length => 200 + length / 100,
  run(input) {
    const size = (input[0] ?? 0) % 2 === 0 ? SPAN_ENTRY : LOG_ENTRY;
    const runs = (input[1] ?? 0) % 7;
    const body = input.subarray(2, 2 + size * Math.floor(Math.max(0, input.length - 2) / size));
    const chunk = Buffer.alloc(4 + 8 * runs + body.length);
    chunk.writeUInt32LE(runs, 0);
    const count = body.length / size;
    for (let i = 0; i < runs; i++) {
      chunk.writeUInt32LE((i * 0x9e3779b1) >>> 0, 4 + 8 * i);
      chunk.writeUInt32LE(i === runs - 1 ? count - i * Math.floor(count / runs) : Math.floor(count / runs), 8 + 8 * i);
    }
    body.forEach((byte, i) => {
      chunk[4 + 8 * runs + i] = byte;
    });
    const packed = packChunk(chunk, size);
    if (!chunk.equals(unpackChunk(packed, size))) throw new Finding('it comes out as another chunk');
    damage(chunk, packed, size);
  },
};

/** Spoils the packed chunk a few times, in the same way for the same chunk. */
function damage(chunk: Buffer, packed: Uint8Array, size: typeof SPAN_ENTRY | typeof LOG_ENTRY): void {
  const random = new Random(createHash('sha256').update(packed).digest().readInt32LE(0));
  for (let i = 0; i < 4; i++) {
    const spoiled = mutateBytes(packed, random, packed);
    let read: Uint8Array;
    try {
      read = unpackChunk(spoiled, size);
    } catch (error) {
      if (error instanceof DamagedChunkError) continue;
      throw error;
    }
    if (!chunk.equals(read)) throw new Finding('a damaged chunk is read as another one');
  }
}

/** Records as there are: ids that refer to each other, times close together, places that grow. */
function records(random: Random): Uint8Array {
  const kind = random.below(2);
  const size = kind === 0 ? SPAN_ENTRY : LOG_ENTRY;
  const count = random.length(200);
  const bytes = Buffer.alloc(size * count);
  let time = 1_760_000_000_000_000_000n;
  for (let at = 0; at < bytes.length; at += size) {
    random.bytes(8).forEach((byte, i) => {
      bytes[at + i] = byte;
    });
    if (random.once(3) && at > 0) bytes.copyWithin(at, size * random.below(at / size), 0);
    time += BigInt(random.below(1_000_000)) - 400_000n;
    if (kind === 0) {
      if (!random.once(4) && at > 0) {
        const parent = size * random.below(at / size);
        bytes.copy(bytes, at + 8, parent, parent + 8);
      }
      bytes.writeBigUInt64LE(time, at + 16);
      bytes.writeBigUInt64LE(time + BigInt(random.below(1_000)), at + 24);
    } else bytes.writeBigUInt64LE(time, at + 8);
    for (let place = kind === 0 ? 32 : 16; place + 8 <= size; place += 8) {
      bytes.writeUInt32LE(at * 7 + place, at + place);
      bytes.writeUInt32LE(random.below(500), at + place + 4);
    }
  }
  return Buffer.concat([Buffer.of(kind, random.below(7)), bytes]);
}
