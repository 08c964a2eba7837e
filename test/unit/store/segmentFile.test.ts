import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { framesOf, readSegment, SegmentFile, segmentPath } from '../../../src/store/segmentFile.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

describe('SegmentFile', () => {
  const folder = temporaryFolder();
  beforeEach(() => mkdirSync(join(folder(), 'segments')));

  it('gives back what was appended, frame by frame', () => {
    const file = new SegmentFile(folder(), 1, 0);
    const bodies = Array.from({ length: 1500 }, (_, i) => Buffer.from(`request ${i}`));
    const offsets = bodies.map((body, i) => {
      const offset = file.nextOffset;
      file.append(i % 2 ? 'logs' : 'traces', 1000 + i, body);
      return offset;
    });
    file.write();
    file.syncNow();
    assert.ok(file.isSynced);
    file.close();
    const content = readSegment(folder(), 1);
    const frames = [...framesOf(content)];
    assert.deepEqual(
      frames.map(frame => frame.offset),
      offsets,
    );
    for (const [i, frame] of frames.entries()) {
      assert.equal(frame.signal, i % 2 ? 'logs' : 'traces');
      assert.equal(frame.receivedAt, 1000 + i);
      assert.equal(Buffer.from(content.subarray(frame.offset, frame.offset + frame.length)).toString(), `request ${i}`);
    }
  });

  it('forgets what could not be written', () => {
    const file = new SegmentFile(folder(), 1, 0);
    file.append('traces', 0, Buffer.from('kept'));
    file.write();
    const committed = file.bytes;
    file.append('traces', 0, Buffer.from('discarded'));
    file.discard();
    assert.equal(file.bytes, committed);
    file.close();

    appendFileSync(segmentPath(folder(), 1), 'the process died while it wrote this');
    new SegmentFile(folder(), 1, committed).close();
    assert.equal(readSegment(folder(), 1).length, committed);
  });

  it('stops at bytes that are no frame', () => {
    assert.deepEqual([...framesOf(Buffer.alloc(100))], []);
    assert.deepEqual([...framesOf(Buffer.alloc(3))], []);
  });

  it('trusts no later wait for a disk that failed once', async () => {
    const file = new SegmentFile(folder(), 1, 0);
    file.append('traces', 0, Buffer.from('written'));
    file.write();
    renameSync(join(folder(), 'segments'), join(folder(), 'away'));
    await assert.rejects(file.sync(), /ENOENT/);
    renameSync(join(folder(), 'away'), join(folder(), 'segments'));
    await assert.rejects(file.sync(), /ENOENT/);
    assert.throws(() => file.syncNow(), /ENOENT/);
    assert.equal(file.isSynced, false);
    file.close();
  });
});
