import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, zstdCompressSync } from 'node:zlib';
import { compressedPath, compressSegment } from '../../../../src/store/atRest.ts';
import { SegmentBytes } from '../../../../src/store/search/segmentBytes.ts';
import { type BlockFigures, Sidecar, writeSidecar } from '../../../../src/store/search/sidecar.ts';
import { zstdFrames } from '../../../../src/store/search/zstdFrames.ts';
import { segmentPath } from '../../../../src/store/segmentFile.ts';
import { temporaryFolder } from '../../../harness/temporary.ts';

const LENGTH = 1_000_000;
const BLOCK = 100_000;
const content = Buffer.from(Uint8Array.from({ length: LENGTH }, (_, i) => (i * 2_654_435_761) >>> 24));

const sidecar = (() => {
  const blocks = Array.from({ length: LENGTH / BLOCK }, (_, i): BlockFigures => {
    const [start, end] = [i * BLOCK, (i + 1) * BLOCK];
    const crc = crc32(content.subarray(start, end));
    return { start, end, crc, holds: 1, shortest: 0, longest: 0, latest: 0n, groups: [], filter: new Uint8Array(8) };
  });
  return Sidecar.read(writeSidecar({ length: LENGTH, flags: 0, spans: 1, logs: 0, blocks }))!;
})();

describe('Contents read by pages', () => {
  const folder = temporaryFolder();
  beforeEach(() => {
    mkdirSync(join(folder(), 'segments'));
    writeFileSync(segmentPath(folder(), 1), content);
  });

  const read = (bytes: SegmentBytes, start: number, end: number) =>
    bytes.content(1, sidecar, start, end)?.subarray(start, end);

  for (const state of ['plain', 'compressed'] as const) {
    it(`are those of a ${state} segment`, async () => {
      if (state === 'compressed') await compressSegment(folder(), 1);
      const bytes = new SegmentBytes(folder(), LENGTH);
      for (const [start, end] of [
        [250_000, 250_010],
        [99_999, 100_001],
        [0, 1],
        [LENGTH - 1, LENGTH],
        [0, LENGTH],
      ] as const) {
        assert.ok(content.subarray(start, end).equals(read(bytes, start, end)!));
      }
      assert.equal(bytes.content(1, sidecar, 0, LENGTH + 1), undefined);
    });

    it(`of a ${state} segment are not given where a byte is another`, async () => {
      if (state === 'compressed') await compressSegment(folder(), 1);
      const path = state === 'plain' ? segmentPath(folder(), 1) : compressedPath(folder(), 1);
      const damaged = readFileSync(path);
      damaged[damaged.length - 20]! ^= 1;
      writeFileSync(path, damaged);
      const bytes = new SegmentBytes(folder(), LENGTH);
      assert.ok(content.subarray(0, 10).equals(read(bytes, 0, 10)!));
      assert.equal(read(bytes, LENGTH - 10, LENGTH), undefined);
    });
  }

  it('go on where the segment was compressed meanwhile', async () => {
    const bytes = new SegmentBytes(folder(), LENGTH);
    assert.ok(content.subarray(0, 10).equals(read(bytes, 0, 10)!));
    await compressSegment(folder(), 1);
    assert.ok(content.subarray(500_000, 500_010).equals(read(bytes, 500_000, 500_010)!));
  });

  it('are none of a segment that is gone', () => {
    assert.equal(new SegmentBytes(folder(), LENGTH).content(2, sidecar, 0, 10), undefined);
  });
});

describe('Frames of a zstd stream', () => {
  it('are found with their lengths', () => {
    const parts = [Buffer.alloc(0), Buffer.alloc(10, 'a'), Buffer.alloc(300, 'b'), content];
    const packed = parts.map(part => zstdCompressSync(part, { pledgedSrcSize: part.length }));
    const frames = zstdFrames(Buffer.concat(packed))!;
    assert.deepEqual(
      frames.map(({ length, contentLength }) => [length, contentLength]),
      parts.map((part, i) => [packed[i]!.length, part.length]),
    );
    assert.equal(zstdFrames(Buffer.concat(packed).subarray(0, -1)), undefined);
    assert.equal(zstdFrames(Buffer.from('no zstd at all')), undefined);
    assert.deepEqual(zstdFrames(Buffer.alloc(0)), []);
  });
});
