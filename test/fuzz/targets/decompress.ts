import assert from 'node:assert/strict';
import * as zlib from 'node:zlib';
import { ByteBudget } from '../../../src/receiver/budget.ts';
import { decompress } from '../../../src/receiver/decompress.ts';
import { parseFrame, percentEncoded } from '../../../src/receiver/grpcFrame.ts';
import { Refused } from '../../../src/receiver/refused.ts';
import { inflate, mutateBytes } from '../mutateBytes.ts';
import { Finding, type Target } from '../target.ts';

const LIMIT = 64 * 1024;
const BUDGET = 1024 * 1024;

const ENCODINGS = ['gzip', 'deflate', 'zstd', 'identity'] as const;
const PACK = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, zstd: zlib.zstdCompressSync, identity: Buffer.from };
const UNPACK = {
  gzip: zlib.gunzipSync,
  deflate: zlib.inflateSync,
  zstd: zlib.zstdDecompressSync,
  identity: (bytes: Uint8Array) => Buffer.from(bytes),
};

const inputOf = (encoding: number, plain: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.of(encoding), PACK[ENCODINGS[encoding]!](Buffer.from(plain))]);

/** Compressed bodies: what comes out is what zlib says at once, within its limits, and nothing stays held. */
export const decompressTarget: Target = {
  name: 'decompress',
  covers: /\/src\/receiver\/(decompress|grpcFrame|budget)/,
  seeds: () =>
    ENCODINGS.flatMap((_, i) => [inputOf(i, Buffer.from('spans '.repeat(40))), inputOf(i, Buffer.alloc(200_000))]),
  generate: random => inputOf(random.below(4), random.bytes(random.length(2_000))),
  mutate(input, random, other) {
    if (random.once(300)) return inflate(input, random, 100_000);
    return mutateBytes(input, random, other);
  },
  allowedMs: length => 300 + length / 50,
  async run(input) {
    const encoding = ENCODINGS[(input[0] ?? 0) % ENCODINGS.length]!;
    const body = Buffer.from(input.subarray(1));
    checkFrame(body);
    const expected = body.length === 0 ? body : unpacked(encoding, body);
    const budget = new ByteBudget(BUDGET, 50);
    const lease = budget.lease();
    let plain: Buffer | undefined;
    try {
      plain = await decompress(body, encoding, LIMIT, lease);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    } finally {
      lease.release();
    }
    assert.equal(budget.free, BUDGET, 'bytes that are still held');
    if (encoding !== 'identity' && plain && plain.length > LIMIT) throw new Finding('more came out than is allowed');
    // Read at once, a zstd frame that says how much it holds and holds nothing is taken for an empty one.
    const isHollow = encoding === 'zstd' && expected?.length === 0;
    if (expected && !plain && !isHollow) throw new Finding(`zlib reads this ${encoding} and it is refused`);
    if (plain && encoding !== 'identity') assert.ok(expected?.equals(plain), `zlib reads this ${encoding} otherwise`);
  },
};

/** What zlib makes of it; `undefined` where it refuses, or more than the limit comes out. */
function unpacked(encoding: (typeof ENCODINGS)[number], body: Buffer): Buffer | undefined {
  if (encoding === 'identity') return body;
  const params = encoding === 'zstd' ? { params: { [zlib.constants.ZSTD_d_windowLogMax]: 25 } } : {};
  try {
    return UNPACK[encoding](body, { maxOutputLength: LIMIT, ...params });
  } catch {
    return undefined;
  }
}

function checkFrame(body: Buffer): void {
  try {
    const { message } = parseFrame(body, LIMIT);
    assert.equal(message.length, body.length - 5);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  const text = body.toString();
  const encoded = percentEncoded(text);
  assert.match(encoded, /^[ -~]*$/, 'a trailer of other characters than it may have');
  assert.equal(decodeURIComponent(encoded), text, 'the trailer says something else');
}
