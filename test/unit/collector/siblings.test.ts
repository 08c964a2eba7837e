import assert from 'node:assert/strict';
import { cpSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeSibling } from '../../../src/collector/mergeSibling.ts';
import { StoreView } from '../../../src/collector/storeView.ts';
import { bytesOfHex, type TraceId } from '../../../src/model/ids.ts';
import { tryLock } from '../../../src/store/lock.ts';
import { SegmentFile, segmentPath } from '../../../src/store/segmentFile.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { logBody, spanId, traceBody, traceId } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

const id = (n: number) => traceId(n) as TraceId;

describe('the store of another window', () => {
  const folder = temporaryFolder();
  let own: StoreWriter;
  let other: StoreWriter;
  let otherFolder: string;
  beforeEach(() => {
    otherFolder = join(folder(), 'abc-1', 'spanside.spanside');
    own = new StoreWriter(join(folder(), 'abc', 'spanside.spanside'));
    other = new StoreWriter(otherFolder);
  });
  afterEach(() => own.close());

  const add = (writer: StoreWriter, body: Uint8Array, signal: 'traces' | 'logs' = 'traces') =>
    writer.commit([{ signal, body, receivedAt: 5 }]);

  const fill = async () => {
    add(own, traceBody([{ spanId: spanId(1), traceId: traceId(1), name: 'both', start: '1000' }]));
    add(
      other,
      traceBody([{ spanId: spanId(2), traceId: traceId(1), parentSpanId: spanId(1), start: '1001', error: true }]),
    );
    add(other, traceBody([{ spanId: spanId(1), traceId: traceId(2), name: 'theirs', start: '2000' }]));
    add(other, traceBody([{ spanId: spanId(1), traceId: traceId(3), name: 'deleted', start: '3000' }]));
    add(other, logBody([{ traceId: traceId(2), spanId: spanId(1), body: 'hello' }]), 'logs');
    other.deleteTraces([bytesOfHex(traceId(3))!]);
  };

  it('is read beside the own one, trace by trace', async () => {
    await fill();
    const view = new StoreView([own.folder, otherFolder]);
    const page = view.list({ limit: 10 });
    assert.deepEqual(
      page.traces.map(trace => [trace.traceId, trace.name, trace.spanCount, trace.errorCount]),
      [
        [traceId(2), 'theirs', 1, 0],
        [traceId(1), 'both', 2, 1],
      ],
    );
    const columns = view.trace(id(1))?.columns();
    assert.deepEqual([...(columns?.depth ?? [])], [0, 1]);
    assert.equal(JSON.parse(view.trace(id(1))?.otlp() ?? '').resourceSpans.length, 2);
    const first = view.list({ limit: 1 });
    assert.deepEqual(
      view.list({ limit: 10, after: first.next! }).traces.map(trace => trace.traceId),
      [traceId(1)],
    );
    view.close();
    other.close();
  });

  it('holds on to no old state after a page that is not the last', () => {
    for (let n = 1; n <= 3; n++) add(own, traceBody([{ spanId: spanId(1), traceId: traceId(n) }]));
    const view = new StoreView([own.folder]);
    view.list({ limit: 1 });
    add(own, traceBody([{ spanId: spanId(2), traceId: traceId(3) }]));
    assert.equal(view.summary(id(3))?.spanCount, 2);
    view.close();
    other.close();
  });

  it('does not hide the own one when it is damaged', () => {
    other.close();
    add(own, traceBody([{ spanId: spanId(1), traceId: traceId(1) }]));
    writeFileSync(join(otherFolder, 'spanside.db'), 'no database at all, but long enough to be looked at as one');
    const view = new StoreView([own.folder, otherFolder]);
    assert.equal(view.list({ limit: 10 }).total, 1);
    view.close();
  });

  it('is left out as soon as it is merged, even where its files stay', async () => {
    await fill();
    other.markMerged();
    const view = new StoreView([own.folder, otherFolder]);
    assert.equal(view.list({ limit: 10 }).total, 1);
    view.close();
    other.close();
    assert.equal(await mergeSibling(own, otherFolder, () => assert.fail('it is merged already')), true);
  });

  it('brings along what its window had written but could not commit', async () => {
    add(other, traceBody([{ spanId: spanId(1), traceId: traceId(7) }]));
    other.close();
    cpSync(join(otherFolder, 'spanside.db'), join(folder(), 'old.db'));
    other = new StoreWriter(otherFolder);
    add(other, traceBody([{ spanId: spanId(1), traceId: traceId(8) }]));
    other.close();
    cpSync(join(folder(), 'old.db'), join(otherFolder, 'spanside.db'));
    await mergeSibling(own, otherFolder, () => {});
    assert.equal(own.traceCount, 2);
  });

  it('brings along what was pinned there', async () => {
    add(other, traceBody([{ spanId: spanId(1), traceId: traceId(7) }]));
    add(other, traceBody([{ spanId: spanId(1), traceId: traceId(8) }]));
    other.pinTraces([bytesOfHex(traceId(8))!], true);
    other.close();
    await mergeSibling(own, otherFolder, () => {});
    const view = new StoreView([own.folder]);
    const pinned = view.list({ limit: 10 }).traces.filter(trace => trace.pinned);
    assert.deepEqual(
      pinned.map(trace => trace.traceId),
      [traceId(8)],
    );
    view.close();
  });

  it('brings along what was pinned there before anything else happens to it', async () => {
    add(other, traceBody([{ spanId: spanId(1), traceId: traceId(8) }]));
    other.pinTraces([bytesOfHex(traceId(8))!], true);
    other.close();
    const pinned: boolean[] = [];
    const view = new StoreView([own.folder]);
    await mergeSibling(own, otherFolder, ({ traceIds }) =>
      pinned.push(...traceIds.map(trace => view.summary(trace)?.pinned ?? false)),
    );
    view.close();
    assert.deepEqual(pinned, [true]);
  });

  it('is left as it is when the merge has to stop, and merged later', async () => {
    for (let n = 1; n <= 3; n++) add(other, traceBody([{ spanId: spanId(1), traceId: traceId(n) }]));
    other.close();
    assert.equal(await mergeSibling(own, otherFolder, () => {}, { mustStop: () => true }), false);
    assert.equal(own.traceCount, 0);
    tryLock(otherFolder)!.release();
    assert.equal(await mergeSibling(own, otherFolder, () => {}), true);
    assert.equal(own.traceCount, 3);
  });

  it('keeps a copy of a segment that holds what cannot be read as telemetry, and merges the rest', async () => {
    add(other, traceBody([{ spanId: spanId(1), traceId: traceId(1) }]));
    other.close();
    const path = segmentPath(otherFolder, 1);
    const size = statSync(path).size;
    const segment = new SegmentFile(otherFolder, 1, size);
    segment.append('traces', 5, Buffer.from([0x0a, 0x7f, 1]));
    segment.write();
    segment.syncNow();
    segment.close();
    other = new StoreWriter(otherFolder);
    add(other, traceBody([{ spanId: spanId(1), traceId: traceId(2) }]));
    other.close();
    const damaged: number[] = [];
    await mergeSibling(own, otherFolder, () => {}, { damaged: one => damaged.push(one) });
    assert.ok(damaged.includes(1));
    assert.equal(own.traceCount, 2);
  });

  it('is merged when its window is gone, once, and without what was deleted in it', async () => {
    await fill();
    const lock = tryLock(otherFolder)!;
    assert.equal(await mergeSibling(own, otherFolder, () => {}), false);
    assert.ok(existsSync(otherFolder));
    other.close();
    lock.release();
    const view = new StoreView([own.folder, otherFolder]);
    assert.equal(view.list({ limit: 10 }).total, 3);

    const changed: TraceId[] = [];
    assert.equal(await mergeSibling(own, otherFolder, ({ traceIds }) => changed.push(...traceIds)), true);
    assert.deepEqual(new Set(changed), new Set([traceId(1), traceId(2)]));
    assert.equal(existsSync(join(otherFolder, 'spanside.db')), false);
    assert.equal(await mergeSibling(own, otherFolder, () => {}), true);

    const page = view.list({ limit: 10 });
    assert.deepEqual(
      page.traces.map(trace => [trace.traceId, trace.spanCount, trace.logCount]),
      [
        [traceId(2), 1, 1],
        [traceId(1), 2, 0],
      ],
    );
    view.close();
  });
});
