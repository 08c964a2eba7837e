import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreReader } from '../../../src/store/reader.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { spanId, traceBody, traceId } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

const FULL = /ENOSPC|no space|is full/i;

describe('a full disk under the keeper and the index', () => {
  let isMounted = false;
  let writer: StoreWriter | undefined;
  // Before the folder is removed, in which the disk is.
  afterEach(() => {
    writer?.close();
    writer = undefined;
    if (isMounted) execFileSync('umount', [disk()]);
    isMounted = false;
  });
  const folder = temporaryFolder();
  const disk = () => join(folder(), 'disk');
  const store = () => join(disk(), 'store');

  beforeEach(function () {
    mkdirSync(disk());
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk()], { stdio: 'pipe' });
      isMounted = true;
    } catch {
      console.log('SKIPPED: no small disk can be mounted here, so none is filled.');
      this.skip();
    }
    writer = new StoreWriter(store(), { pauseMs: 0 });
  });

  const add = (to: StoreWriter, trace: number, spans: number) => {
    const noise = randomBytes(500).toString('hex');
    const ids = Array.from({ length: spans }, (_, i) => i + 1);
    const body = traceBody(ids.map(n => ({ spanId: spanId(n), traceId: traceId(trace), attributes: { noise } })));
    return to.add([{ signal: 'traces', body, receivedAt: 5 }]);
  };

  const fill = () => {
    const { bavail, bsize } = statfsSync(disk());
    writeFileSync(join(disk(), 'ballast'), Buffer.alloc(bavail * bsize));
  };
  const empty = () => rmSync(join(disk(), 'ballast'));

  const counts = () => {
    const reader = new StoreReader(store());
    try {
      return Object.fromEntries(
        [...reader.summaries()].map(({ summary }) => [Number(summary.traceId), summary.spanCount]),
      );
    } finally {
      reader.close();
    }
  };

  it('S-07: leaves every segment as it is when it cannot be compressed, and does so later', async () => {
    assert.ok(writer);
    for (let trace = 1; trace <= 4; trace++) add(writer, trace, 200);
    await writer.sync();
    writer.index();
    fill();
    await assert.rejects(async () => {
      while (await writer?.compress(true));
    }, FULL);
    assert.deepEqual(counts(), { 1: 200, 2: 200, 3: 200, 4: 200 });
    empty();
    while (await writer.compress(true));
    add(writer, 5, 1);
    writer.index();
    assert.deepEqual(counts(), { 1: 200, 2: 200, 3: 200, 4: 200, 5: 1 });
  });

  it('S-07, X-53: finishes a deletion for which there was no room when there is', async () => {
    assert.ok(writer);
    for (let trace = 1; trace <= 4; trace++) add(writer, trace, 200);
    writer.index();
    fill();
    const deleted = await writer.deleteTraces([Buffer.from(traceId(2), 'hex')]).then(
      () => true,
      (error: Error) => {
        assert.match(error.message, FULL);
        return false;
      },
    );
    assert.deepEqual(
      Object.keys(counts()).filter(trace => trace !== '2'),
      ['1', '3', '4'],
    );
    empty();
    if (!deleted) await writer.deleteTraces([Buffer.from(traceId(2), 'hex')]);
    await writer.tidy();
    assert.deepEqual(counts(), { 1: 200, 3: 200, 4: 200 });
    add(writer, 2, 1);
    writer.index();
    assert.deepEqual(counts(), { 1: 200, 2: 1, 3: 200, 4: 200 });
    await writer.deleteTraces([Buffer.from(traceId(2), 'hex')]);
    writer.close();
    writer = new StoreWriter(store());
    assert.deepEqual(counts(), { 1: 200, 3: 200, 4: 200 });
  });

  it('S-07: finds what was stored when the disk filled up: room was kept for that', async () => {
    assert.ok(writer);
    add(writer, 1, 2_000);
    await writer.sync();
    fill();
    assert.equal(writer.index().length, 1);
    assert.deepEqual(counts(), { 1: 2_000 });
    empty();
  });

  it('S-07: keeps what the index had no room for, and finds it when there is', async () => {
    assert.ok(writer);
    add(writer, 1, 10);
    await writer.sync();
    writer.index();
    add(writer, 2, 2_000);
    await writer.sync();
    rmSync(join(store(), 'reserve'));
    fill();
    let failed: unknown;
    try {
      writer.index();
    } catch (error) {
      failed = error;
    }
    assert.match(String(failed), FULL);
    assert.deepEqual(counts(), { 1: 10 });
    empty();
    assert.equal(writer.index().length, 1);
    assert.deepEqual(counts(), { 1: 10, 2: 2_000 });
  });
});
