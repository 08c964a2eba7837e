import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildChunk } from '../../../src/store/chunk.ts';
import { DamagedChunkError, packChunk, unpackChunk } from '../../../src/store/chunkCodec.ts';
import { LOG_ENTRY, SPAN_ENTRY } from '../../../src/store/entries.ts';

type Size = typeof SPAN_ENTRY | typeof LOG_ENTRY;

/** Whole numbers below a limit, the same in every run. */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return limit => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/**
 * Records as the writer makes them: traces of ten spans, children before their parents, three resources a request of 512
 * spans of about 425 bytes.
 */
function spanChunk(count: number): Uint8Array {
  const next = seeded(3);
  const rows: number[] = [];
  const records = Buffer.alloc(count * SPAN_ENTRY);
  let offset = 24;
  for (let i = 0; i < count; i++) {
    const request = Math.floor(i / 512);
    const part = Math.floor((i % 512) / 171);
    const at = i * SPAN_ENTRY;
    const trace = Math.floor(i / 10);
    rows.push(500 + trace);
    for (let b = 0; b < 8; b++) records[at + b] = next(256);
    const start = 1_760_000_000_000_000_000n + BigInt(trace) * 3_000_000n + BigInt(next(1e9));
    records.writeBigUInt64LE(start, at + 16);
    records.writeBigUInt64LE(start + BigInt(next(1e8)), at + 24);
    const length = 400 + next(50);
    const resource = request * 220_000 + part * 73_000 + 30;
    const place = [offset, length, resource, 72_990, resource + 60, 72_920, request * 220_000 + 24, next(8)];
    place.forEach((word, w) => {
      records.writeUInt32LE(word, at + 32 + 4 * w);
    });
    offset += length + 3;
  }
  for (let i = 0; i < count; i++) {
    const root = i - (i % 10) + 9;
    if (i < root && root < count) records.copy(records, i * SPAN_ENTRY + 8, root * SPAN_ENTRY, root * SPAN_ENTRY + 8);
  }
  return buildChunk(rows, records, SPAN_ENTRY);
}

/** A word that is often one of a few, as words of real records are, and sometimes at the edge of what fits. */
const word = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom(0x7fffffff, 0x80000000, 0xffffffff),
  fc.nat(0xffffffff),
);

const anyChunk = (size: Size) =>
  fc.record({
    runs: fc.array(fc.tuple(word, word), { maxLength: 5 }),
    records: fc.array(fc.array(word, { minLength: size / 4, maxLength: size / 4 }), { maxLength: 40 }),
  });

function bytesOf({ runs, records }: { runs: [number, number][]; records: number[][] }): Buffer {
  const words = [runs.length, ...runs.flat(), ...records.flat()];
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((value, i) => {
    bytes.writeUInt32LE(value >>> 0, 4 * i);
  });
  return bytes;
}

describe('packChunk', () => {
  for (const size of [SPAN_ENTRY, LOG_ENTRY] as const) {
    it(`gives back any chunk of records of ${size} bytes`, () => {
      fc.assert(
        fc.property(anyChunk(size), parts => {
          const chunk = bytesOf(parts);
          assert.deepEqual(Buffer.from(unpackChunk(packChunk(chunk, size), size)), chunk);
        }),
        { numRuns: 300 },
      );
    });
  }

  it('needs less than a third for the records of spans', () => {
    const chunk = spanChunk(10_000);
    const packed = packChunk(chunk, SPAN_ENTRY);
    assert.ok(packed.length / 10_000 < 20, `${packed.length / 10_000} bytes a record`);
    assert.equal(Buffer.compare(unpackChunk(packed, SPAN_ENTRY), chunk), 0);
  });

  it('takes bytes that begin anywhere in their buffer', () => {
    const chunk = spanChunk(50);
    const shifted = new Uint8Array(chunk.length + 1).subarray(1);
    shifted.set(chunk);
    const packed = packChunk(shifted, SPAN_ENTRY);
    const moved = new Uint8Array(packed.length + 3).subarray(3);
    moved.set(packed);
    assert.equal(Buffer.compare(unpackChunk(moved, SPAN_ENTRY), chunk), 0);
  });

  it('is as quick where ids were chosen to collide', () => {
    const count = 60_000;
    const records = Buffer.alloc(count * LOG_ENTRY);
    for (let i = 0; i < count; i++) {
      // The low word takes back what the high one adds to the sum of the two.
      records.writeUInt32LE(Math.imul(i, 0x85ebca6b) >>> 0, i * LOG_ENTRY);
      records.writeUInt32LE(i, i * LOG_ENTRY + 4);
    }
    const chunk = buildChunk(Array<number>(count).fill(1), records, LOG_ENTRY);
    const started = performance.now();
    const packed = packChunk(chunk, LOG_ENTRY);
    // Looking through all of them each time takes some seconds.
    assert.ok(performance.now() - started < 1000);
    assert.equal(Buffer.compare(unpackChunk(packed, LOG_ENTRY), chunk), 0);
  });

  for (const [what, chunk] of [
    ['no byte', Buffer.alloc(0)],
    ['half a word', Buffer.alloc(6)],
    ['more runs than it has room for', Buffer.from([9, 0, 0, 0])],
    ['a record that is cut off', Buffer.alloc(4 + 60)],
  ] as const) {
    it(`refuses a chunk with ${what}`, () => {
      assert.throws(() => packChunk(chunk, SPAN_ENTRY), DamagedChunkError);
    });
  }
});

describe('unpackChunk', () => {
  const packed = packChunk(spanChunk(30), SPAN_ENTRY);

  it('knows every bit that was turned', () => {
    const chunk = spanChunk(30);
    for (let bit = 0; bit < packed.length * 8; bit++) {
      const damaged = Uint8Array.from(packed);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      try {
        // A bit that means nothing to zstd may turn; what comes out must then be right.
        assert.equal(Buffer.compare(unpackChunk(damaged, SPAN_ENTRY), chunk), 0, `bit ${bit}`);
      } catch (error) {
        if (!(error instanceof DamagedChunkError)) throw error;
      }
    }
  });

  it('knows what was cut off', () => {
    for (let length = 0; length < packed.length; length++) {
      assert.throws(() => unpackChunk(packed.subarray(0, length), SPAN_ENTRY), DamagedChunkError, `${length} bytes`);
    }
  });

  it('knows records of another size', () => {
    assert.throws(() => unpackChunk(packed, LOG_ENTRY), /^DamagedChunkError: The index of a stored segment is damaged/);
  });
});
