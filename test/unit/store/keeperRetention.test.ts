import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { RetentionLimits } from '../../../src/store/retentionPolicy.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import {
  bytesOnDisk,
  found,
  idBytes,
  logs,
  metrics,
  readAll,
  segmentNames,
  traces,
  WHOLE_SEGMENT,
} from './keeperStore.ts';

const DAY = 86_400_000;
const NOW = 1_760_000_000_000;
const MiB = 1024 * 1024;

describe('retention', () => {
  const folder = temporaryFolder();
  let writer: StoreWriter;
  beforeEach(() => {
    writer = new StoreWriter(folder());
  });
  afterEach(() => writer.close());

  const add = (signal: 'traces' | 'logs' | 'metrics', body: Uint8Array, receivedAt = NOW) =>
    writer.commit([{ signal, body, receivedAt }]);
  /** A segment with one trace, received `age` days ago; the next request begins another. */
  const whole = (n: number, age = 0) => add('traces', traces({ n, size: WHOLE_SEGMENT / 2 }), NOW - age * DAY);
  const retain = async (limits: RetentionLimits) => {
    let steps = 0;
    for (; await writer.retain(limits, NOW); steps++) assert.ok(steps < 100, 'it comes to no end');
    assert.equal(await writer.retain(limits, NOW), false, 'it is content then');
  };
  const ten = Array.from({ length: 10 }, (_, i) => i + 1);
  const left = () => [...readAll(folder(), ten).keys()];

  /** Sees that exactly these are left, as they were, and that nothing can be found of the others. */
  async function leaves(kept: readonly number[], limits: RetentionLimits): Promise<void> {
    const before = readAll(folder(), ten);
    const gone = [...before.keys()].filter(n => !kept.includes(n));
    await retain(limits);
    for (const n of gone) before.delete(n);
    assert.deepEqual(left(), kept);
    assert.deepEqual(readAll(folder(), ten), before);
    assert.deepEqual(found(folder(), gone), []);
    assert.equal(writer.traceCount, kept.length);
  }

  it('drops what is older than its limit, with the logs and metrics of that time', async () => {
    for (const n of [1, 2, 3, 4]) {
      add('logs', logs([n], `loose ${n}`), NOW - (40 - 10 * n) * DAY);
      add('metrics', metrics(`metric ${n}`), NOW - (40 - 10 * n) * DAY);
      whole(n, 40 - 10 * n);
    }
    await leaves([2, 3, 4], { maxAgeMs: 25 * DAY });
    await leaves([3, 4], { maxAgeMs: 15 * DAY });
    assert.deepEqual(found(folder(), ['loose 2', 'loose 3', 'metric 2', 'metric 3']), ['loose 3', 'metric 3']);
    assert.deepEqual(segmentNames(folder()), ['00000003.seg', '00000004.seg']);
  });

  it('drops what is old in a segment that is still open, because little came', async () => {
    add('traces', traces({ n: 1 }), NOW - 40 * DAY);
    add('traces', traces({ n: 2 }), NOW - 40 * DAY);
    add('logs', logs([1], 'loose'), NOW - 40 * DAY);
    add('metrics', metrics('metric'), NOW - 40 * DAY);
    writer.pinTraces([idBytes(2)], true);
    await leaves([2], { maxAgeMs: 30 * DAY });
    assert.deepEqual(found(folder(), ['loose', 'metric']), []);
    add('traces', traces({ n: 3 }));
    add('metrics', metrics('young'));
    await leaves([2, 3], { maxAgeMs: 30 * DAY });
    assert.deepEqual(found(folder(), ['young']), ['young']);
  });

  it('drops the oldest by bytes, and the files shrink, the database too', async () => {
    for (const n of ten) whole(n);
    const before = bytesOnDisk(folder());
    assert.ok(before > 40 * MiB);
    await leaves([6, 7, 8, 9, 10], { maxBytes: 22 * MiB });
    assert.ok(bytesOnDisk(folder()) < 22 * MiB, `${bytesOnDisk(folder())} bytes`);
  });

  it('drops the oldest by spans, and keeps logs and metrics where only spans are too many', async () => {
    for (const n of [1, 2, 3, 4]) add('traces', traces({ n, to: 100, size: WHOLE_SEGMENT / 100 }));
    add('traces', traces({ n: 5 }));
    await leaves([3, 4, 5], { maxSpans: 300 });
  });

  it('keeps pinned traces beyond all limits, small, and drops them when they are pinned no longer', async () => {
    for (const n of ten) {
      add('traces', traces({ n }));
      // Another trace fills the segment.
      add('traces', traces({ n: 100 + n, size: WHOLE_SEGMENT / 2 }), NOW - 40 * DAY);
    }
    add('metrics', metrics('last'));
    writer.pinTraces([2, 5].map(idBytes), true);
    await leaves([2, 5], { maxAgeMs: 0, maxBytes: 1, maxSpans: 1 });
    assert.ok(bytesOnDisk(folder()) < MiB, `${bytesOnDisk(folder())} bytes are left of two small traces`);
    writer.close();
    writer = new StoreWriter(folder());
    await leaves([2, 5], { maxBytes: 1 });
    writer.pinTraces([idBytes(5)], false);
    await leaves([2], { maxBytes: 1 });
  });

  it('keeps what is pinned, or goes on, while others of its segment are being removed', async () => {
    const many = Array.from({ length: 2_500 }, (_, i) => 10 + i);
    add('traces', traces(...many.map(n => ({ n, from: 0, to: 1, size: 2_000 }))), NOW - 40 * DAY);
    add('metrics', metrics('young'));
    const [pinned, going] = [2_505, 2_507];
    const step = writer.retain({ maxAgeMs: DAY }, NOW);
    // The first thousand are gone then; the others wait, so that requests are let in.
    await turn();
    assert.equal(writer.traceCount, 1_500);
    writer.pinTraces([idBytes(pinned)], true);
    add('traces', traces({ n: going, from: 2, to: 3 }));
    await step;
    await retain({ maxAgeMs: DAY });
    assert.deepEqual([...readAll(folder(), many).keys()], [pinned, going]);
  });

  it('keeps annotated traces as it keeps pinned ones', async () => {
    for (const n of [1, 2, 3, 4]) whole(n, 40);
    writer.pinTraces([idBytes(3)], true);
    const database = new DatabaseSync(join(folder(), 'spanside.db'));
    const annotate = database.prepare('UPDATE trace SET keep = keep | 2 WHERE trace_id = ?');
    for (const n of [2, 3]) annotate.run(idBytes(n));
    database.close();
    add('traces', traces({ n: 5 }));
    await leaves([2, 3, 5], { maxAgeMs: DAY });
    writer.pinTraces([idBytes(3)], false);
    await leaves([2, 3, 5], { maxAgeMs: DAY });
  });

  it('keeps a trace that goes on as long as what it goes on in, and as a whole', async () => {
    add('traces', traces({ n: 1 }), NOW - 40 * DAY);
    whole(2, 40);
    add('traces', traces({ n: 1, from: 2, to: 4 }), NOW - 20 * DAY);
    whole(3, 20);
    whole(4, 0);
    await leaves([1, 3, 4], { maxAgeMs: 30 * DAY });
    await leaves([4], { maxAgeMs: 10 * DAY });
    assert.deepEqual(segmentNames(folder()), ['00000003.seg']);
  });

  it('drops a trace that goes on through all segments where nothing else is left to go', async function () {
    // 20 MiB and more are written, compressed and blanked.
    this.timeout(10_000);
    for (let i = 0; i < 6; i++) {
      add('traces', traces({ n: 1, from: 2 * i, to: 2 * i + 2, size: WHOLE_SEGMENT / 4 }));
      whole(2 + i);
    }
    add('traces', traces({ n: 1, from: 20, to: 22 }));
    writer.pinTraces([idBytes(4)], true);
    await leaves([1, 4, 5, 6, 7], { maxBytes: 25 * MiB });
    await leaves([1, 4], { maxBytes: 5 * MiB });
    await leaves([4], { maxBytes: 1 });
  });

  it('drops a single trace that is larger than the limit', async () => {
    for (let i = 0; i < 5; i++) add('traces', traces({ n: 1, from: 2 * i, to: 2 * i + 2, size: WHOLE_SEGMENT / 2 }));
    add('traces', traces({ n: 2 }));
    await leaves([2], { maxBytes: 4 * MiB });
  });

  const damages: [string, (path: string) => void, string[]][] = [
    ['is damaged', path => writeFileSync(path, 'nothing that zstd knows'), ['00000001.seg.zst']],
    ['was removed by somebody', path => rmSync(path), []],
  ];
  for (const [what, damage, left] of damages) {
    it(`goes on with the others where a segment ${what}`, async () => {
      add('traces', traces({ n: 1 }, { n: 2 }), NOW - 40 * DAY);
      for (const n of [3, 4, 5]) whole(n, 40);
      add('traces', traces({ n: 6 }));
      writer.pinTraces([idBytes(1)], true);
      while (await writer.compress(false));
      damage(join(folder(), 'segments', '00000001.seg.zst'));
      await retain({ maxAgeMs: DAY });
      assert.deepEqual(segmentNames(folder()), [...left, '00000004.seg']);
      assert.equal(writer.traceCount, 2);
    });
  }

  it('doubles no trace after what is old in the open segment could not be removed', async () => {
    for (const n of [1, 2, 3]) add('traces', traces({ n }), NOW - 10 * DAY);
    const database = new DatabaseSync(join(folder(), 'spanside.db'));
    database.exec("CREATE TRIGGER refuse BEFORE DELETE ON chunk BEGIN SELECT RAISE(ABORT, 'refused'); END");
    await assert.rejects(writer.retain({ maxAgeMs: DAY }, NOW), /refused/);
    database.exec('DROP TRIGGER refuse');
    add('traces', traces({ n: 2, from: 2, to: 3 }));
    const rows = database.prepare('SELECT spans FROM trace').all() as { spans: number }[];
    database.close();
    assert.deepEqual(rows.map(({ spans }) => spans).sort(), [2, 2, 3]);
    await writer.deleteTraces([idBytes(2)]);
    assert.deepEqual(left(), [1, 3]);
  });

  it('compresses other segments when one cannot be', async () => {
    for (const n of [1, 2, 3]) whole(n);
    const [first = ''] = segmentNames(folder());
    const path = join(folder(), 'segments', first);
    rmSync(path);
    mkdirSync(path);
    await assert.rejects(writer.compress(false), /EISDIR/);
    while (await writer.compress(false));
    assert.deepEqual(
      segmentNames(folder()).map(name => name.endsWith('.zst')),
      [false, true, false],
    );
  });
});
