import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  blankingPath,
  compressedPath,
  compressSegment,
  DamagedSegmentError,
  readSegmentContent,
  removeSegment,
  segmentBytesOnDisk,
  tidyAtRest,
} from '../../../src/store/atRest.ts';
import { segmentPath } from '../../../src/store/segmentFile.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

describe('A segment at rest', () => {
  const folder = temporaryFolder();
  beforeEach(() => mkdirSync(join(folder(), 'segments')));

  const content = Buffer.from(Array.from({ length: 5000 }, (_, i) => `span ${i} of checkout, `).join(''));
  const plain = (id = 7) => segmentPath(folder(), id);
  const packed = (id = 7) => compressedPath(folder(), id);
  const files = () => readdirSync(join(folder(), 'segments')).sort();

  it('is compressed in place of the plain one and read as before', async () => {
    writeFileSync(plain(), content);
    const bytes = await compressSegment(folder(), 7);
    assert.deepEqual(files(), ['00000007.seg.zst']);
    assert.equal(segmentBytesOnDisk(folder(), 7), bytes);
    assert.ok(bytes < content.length / 5);
    assert.ok(content.equals(readSegmentContent(folder(), 7)));
    assert.equal(await compressSegment(folder(), 7), bytes);
  });

  for (const [what, bytes] of [
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from([1])],
    // What is repeated is further away than a window of the level has by itself.
    ['more than a window', Buffer.concat([content, Buffer.alloc(9_000_000, 'abcdefgh'), content])],
  ] as const) {
    it(`may hold ${what}`, async () => {
      writeFileSync(plain(), bytes);
      await compressSegment(folder(), 7);
      assert.ok(bytes.equals(readSegmentContent(folder(), 7)));
    });
  }

  it('is known by its checksum and its length', async () => {
    writeFileSync(plain(), content);
    await compressSegment(folder(), 7);
    const whole = readFileSync(packed());
    // Of the frame's header: a checksum follows (bit 2), the size is given, all of it is one window (bit 5).
    assert.equal(whole[4]! & 0b0010_0100, 0b0010_0100);
    const turned = Buffer.from(whole);
    turned[turned.length >> 1]! ^= 1;
    for (const damaged of [turned, whole.subarray(0, -1), whole.subarray(0, 3), Buffer.alloc(0)]) {
      writeFileSync(packed(), damaged);
      assert.throws(() => readSegmentContent(folder(), 7), DamagedSegmentError);
    }
  });

  it('says so where there is none', async () => {
    assert.throws(() => readSegmentContent(folder(), 7), { code: 'ENOENT' });
    await assert.rejects(compressSegment(folder(), 7), { code: 'ENOENT' });
    assert.equal(segmentBytesOnDisk(folder(), 7), 0);
    removeSegment(folder(), 7);
  });

  it('stays as it is when it changed while it was compressed', async () => {
    writeFileSync(plain(), content);
    const compressing = compressSegment(folder(), 7);
    const changed = Buffer.from(content);
    changed[100]! ^= 1;
    writeFileSync(plain(), changed);
    await assert.rejects(compressing, /changed while it was compressed/);
    assert.deepEqual(files(), ['00000007.seg']);
    assert.ok(changed.equals(readSegmentContent(folder(), 7)));
  });

  it('does not come back when it was removed while it was compressed', async () => {
    writeFileSync(plain(), content);
    const compressing = compressSegment(folder(), 7);
    removeSegment(folder(), 7);
    await assert.rejects(compressing, { code: 'ENOENT' });
    assert.deepEqual(files(), []);
  });

  it('is removed in every form', async () => {
    writeFileSync(plain(), content);
    await compressSegment(folder(), 7);
    for (const path of [plain(), `${packed()}.tmp`, blankingPath(folder(), 7)]) writeFileSync(path, content);
    writeFileSync(plain(8), content);
    removeSegment(folder(), 7);
    assert.deepEqual(files(), ['00000008.seg']);
  });

  describe('after a crash', () => {
    /** What each step leaves, from the first byte written to the last name removed. */
    const crashes: [string, (whole: string) => void][] = [
      ['before anything was written', () => rmSync(packed())],
      [
        'while the compressed one was written',
        whole => {
          renameSync(packed(), `${packed()}.tmp`);
          truncateSync(`${packed()}.tmp`, readFileSync(whole).length >> 1);
        },
      ],
      ['before it got its name', () => renameSync(packed(), `${packed()}.tmp`)],
      ['before the plain one was removed', () => {}],
      ['that tore the compressed one', whole => truncateSync(packed(), readFileSync(whole).length >> 1)],
    ];
    for (const [when, crash] of crashes) {
      it(`${when}, has its content, and is compressed later`, async () => {
        writeFileSync(plain(), content);
        await compressSegment(folder(), 7);
        writeFileSync(plain(), content);
        const whole = join(folder(), 'whole');
        copyFileSync(packed(), whole);
        crash(whole);

        assert.ok(content.equals(readSegmentContent(folder(), 7)));
        assert.deepEqual(tidyAtRest(folder()), [7]);
        assert.deepEqual(files(), ['00000007.seg']);
        await compressSegment(folder(), 7);
        assert.deepEqual(files(), ['00000007.seg.zst']);
        assert.ok(content.equals(readSegmentContent(folder(), 7)));
        assert.deepEqual(tidyAtRest(folder()), [7]);
        assert.ok(content.equals(readSegmentContent(folder(), 7)));
      });
    }

    it('is compressed also where nobody tidied', async () => {
      writeFileSync(plain(), content);
      for (const path of [packed(), `${packed()}.tmp`]) writeFileSync(path, 'not it');
      await compressSegment(folder(), 7);
      assert.deepEqual(files(), ['00000007.seg.zst']);
      assert.ok(content.equals(readSegmentContent(folder(), 7)));
    });
  });

  it('is listed by its id, oldest first, plain or not', async () => {
    for (const id of [10, 9, 123_456_789]) writeFileSync(plain(id), content);
    await compressSegment(folder(), 10);
    for (const other of ['00000003.seg.bak', 'notes.txt']) writeFileSync(join(folder(), 'segments', other), '');
    assert.deepEqual(tidyAtRest(folder()), [9, 10, 123_456_789]);
    assert.deepEqual(files(), ['00000003.seg.bak', '00000009.seg', '00000010.seg.zst', '123456789.seg', 'notes.txt']);
  });
});
