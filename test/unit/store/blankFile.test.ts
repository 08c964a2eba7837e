import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { blankingPath, compressedPath, compressSegment, readSegmentContent } from '../../../src/store/atRest.ts';
import { applyBlanking, planBlanking } from '../../../src/store/blank.ts';
import { blankSegmentFile, finishBlanking } from '../../../src/store/blankFile.ts';
import { writeJournal } from '../../../src/store/blankJournal.ts';
import { framesOf, isIntact, segmentPath } from '../../../src/store/segmentFile.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import { makeSegment } from './madeSegment.ts';

describe('blankSegmentFile', () => {
  const folder = temporaryFolder();
  beforeEach(() => mkdirSync(join(folder(), 'segments')));
  const path = () => segmentPath(folder(), 1);
  const files = () => readdirSync(join(folder(), 'segments')).sort();

  const items = [true, false, false, true, false].map(alive => ({ size: 600, loose: false, alive }));
  const dead = items.map(item => ({ ...item, alive: false }));
  const scopes = [
    { size: 5, items },
    { size: 5, items: dead },
  ];
  const made = makeSegment(
    [
      { signal: 'traces', resources: [{ size: 5, scopes }] },
      { signal: 'logs', resources: [{ size: 5, scopes }] },
      { signal: 'traces', resources: [{ size: 5, scopes: [{ size: 5, items: dead }] }] },
    ],
    { looseLogs: true, metrics: true },
  );
  const blanked = Buffer.from(made.content);
  applyBlanking(blanked, planBlanking(blanked, made.alive));

  function assertBlanked(bytes: Buffer): void {
    for (const { text, alive } of made.texts) assert.equal(bytes.includes(text), alive, text.slice(0, 20));
    for (const frame of framesOf(bytes)) assert.ok(isIntact(bytes, frame));
    assert.ok(bytes.equals(blanked));
  }

  it('changes a plain segment in place, before it returns', async () => {
    writeFileSync(path(), made.content);
    const done = blankSegmentFile(folder(), 1, made.alive);
    assertBlanked(readFileSync(path()));
    assert.deepEqual(files(), ['00000001.seg']);
    assert.equal((await done).alive, true);
    assert.deepEqual((await blankSegmentFile(folder(), 1, made.alive)).dead, []);
  });

  it('leaves alone what is behind the committed bytes', async () => {
    writeFileSync(path(), made.content);
    appendFileSync(path(), 'a request that is being written');
    await blankSegmentFile(folder(), 1, made.alive, made.content.length);
    assertBlanked(readFileSync(path()).subarray(0, made.content.length));
    assert.ok(readFileSync(path()).includes('a request that is being written'));
  });

  it('replaces a compressed segment, so that no file has what is dead', async () => {
    writeFileSync(path(), made.content);
    await compressSegment(folder(), 1);
    await blankSegmentFile(folder(), 1, made.alive);
    assert.deepEqual(files(), ['00000001.seg.zst']);
    assertBlanked(Buffer.from(readSegmentContent(folder(), 1)));
    const before = readFileSync(compressedPath(folder(), 1));
    assert.deepEqual((await blankSegmentFile(folder(), 1, made.alive)).dead, []);
    assert.ok(before.equals(readFileSync(compressedPath(folder(), 1))));
  });

  it('removes what an interrupted compression left', async () => {
    writeFileSync(path(), made.content);
    await compressSegment(folder(), 1);
    writeFileSync(path(), made.content);
    writeFileSync(`${compressedPath(folder(), 1)}.tmp`, made.content);
    await blankSegmentFile(folder(), 1, made.alive);
    assert.deepEqual(files(), ['00000001.seg']);
  });

  it('rejects where there is no such segment', async () => {
    await assert.rejects(blankSegmentFile(folder(), 1, made.alive), { code: 'ENOENT' });
  });

  for (const [who, finish] of [
    ['the next start', () => finishBlanking(folder())],
    ['the next blanking', () => blankSegmentFile(folder(), 1, made.alive)],
  ] as const) {
    it(`is brought to its end by ${who}, wherever it was interrupted`, async () => {
      const blocks = fc.constantFrom(1, 3, 16, 512, 4096);
      await fc.assert(
        fc.asyncProperty(blocks, fc.array(fc.boolean(), { minLength: 200, maxLength: 200 }), async (block, written) => {
          // Of what was to be written, some blocks are on disk and some are not.
          const torn = Buffer.from(made.content);
          for (let at = 0, i = 0; at < torn.length; at += block, i++) {
            if (written[i % written.length]) blanked.copy(torn, at, at, at + block);
          }
          writeFileSync(path(), torn);
          writeJournal(blankingPath(folder(), 1), planBlanking(made.content, made.alive));
          await finish();
          assertBlanked(readFileSync(path()));
          assert.deepEqual(files(), ['00000001.seg']);
        }),
        { numRuns: 40 },
      );
    });
  }

  it('was not begun where the journal is cut off', () => {
    writeJournal(blankingPath(folder(), 1), planBlanking(made.content, made.alive));
    const journal = readFileSync(blankingPath(folder(), 1));
    for (let length = 0; length < journal.length; length++) {
      writeFileSync(path(), made.content);
      writeFileSync(blankingPath(folder(), 1), journal.subarray(0, length));
      finishBlanking(folder());
      assert.ok(readFileSync(path()).equals(made.content));
      assert.deepEqual(files(), ['00000001.seg']);
    }
  });

  it('leaves a journal of a segment that is gone without effect', () => {
    writeJournal(blankingPath(folder(), 1), planBlanking(made.content, made.alive));
    finishBlanking(folder());
    assert.deepEqual(files(), []);
  });
});
