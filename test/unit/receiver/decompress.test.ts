import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as zlib from 'node:zlib';
import { ByteBudget } from '../../../src/receiver/budget.ts';
import { decompress, ENCODINGS, parseEncoding } from '../../../src/receiver/decompress.ts';
import { Refused } from '../../../src/receiver/refused.ts';

const plain = Buffer.concat([randomBytes(300_000), Buffer.alloc(700_000, 'a')]);

const COMPRESSED: [string, Buffer][] = [
  ['gzip', zlib.gzipSync(plain)],
  ['deflate', zlib.deflateSync(plain)],
  ['zstd', zlib.zstdCompressSync(plain)],
  ['identity', plain],
];

describe('decompress', () => {
  it('knows the four encodings', () => {
    assert.deepEqual(ENCODINGS, ['identity', 'gzip', 'deflate', 'zstd']);
    assert.equal(parseEncoding(undefined), 'identity');
    assert.equal(parseEncoding(' GZip '), 'gzip');
  });

  for (const [encoding, bytes] of COMPRESSED) {
    it(`${encoding}: the plain bytes come out, and only they are held`, async () => {
      const budget = new ByteBudget(10_000_000, 100);
      const lease = budget.lease();
      await lease.grow(bytes.length);
      assert.deepEqual(await decompress(bytes, encoding, plain.length, lease), plain);
      assert.equal(budget.free, 10_000_000 - plain.length - budget.requestBytes);
    });
  }

  it('stops at the limit, long before all has come out', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(100_000_000));
    const budget = new ByteBudget(1_000_000_000, 100);
    const lease = budget.lease();
    await assert.rejects(decompress(bomb, 'gzip', 1_000_000, lease), (error: unknown) => {
      return error instanceof Refused && error.status === 413;
    });
    assert.ok(budget.free >= 999_000_000, 'no more than the limit was ever held');
  });

  it('a zstd frame that wants an enormous window is refused', async () => {
    const params = { [zlib.constants.ZSTD_c_windowLog]: 27, [zlib.constants.ZSTD_c_enableLongDistanceMatching]: 1 };
    const large = zlib.zstdCompressSync(Buffer.alloc(200_000_000), { params });
    await assert.rejects(
      decompress(large, 'zstd', 1_000_000_000, new ByteBudget(1e9, 100).lease()),
      (error: unknown) => {
        return error instanceof Refused && error.status === 400;
      },
    );
  });
});
