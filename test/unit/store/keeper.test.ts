import assert from 'node:assert/strict';
import fs, { cpSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { StoreReader } from '../../../src/store/reader.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import {
  bytesOnDisk,
  commit,
  found,
  idBytes,
  logs,
  metrics,
  readAll,
  segmentNames,
  traces,
  WHOLE_SEGMENT,
} from './keeperStore.ts';

describe('removing traces', () => {
  const folder = temporaryFolder();
  let writer: StoreWriter;
  beforeEach(() => {
    writer = new StoreWriter(folder());
  });
  afterEach(() => writer.close());

  const all = [1, 2, 3, 4, 5, 6];
  const send = (signal: 'logs' | 'metrics', body: Uint8Array) =>
    writer.commit([{ signal, body, receivedAt: Date.now() }]);
  const compressAll = async () => {
    while (await writer.compress(true));
  };

  /** Removes traces and sees that no byte of them is left, that everything else is as it was, also after a restart. */
  async function removes(
    gone: readonly number[],
    remove = () => writer.deleteTraces(gone.map(idBytes)),
  ): Promise<void> {
    const before = readAll(folder(), all);
    for (const n of gone) assert.ok(before.has(n), `there is no trace ${n} to be removed`);
    assert.deepEqual(found(folder(), gone), gone, 'the search finds what is there');
    await remove();
    for (const n of gone) before.delete(n);
    const check = () => {
      assert.deepEqual(found(folder(), gone), []);
      assert.deepEqual(readAll(folder(), all), before);
      assert.equal(writer.traceCount, before.size);
    };
    check();
    writer.close();
    writer = new StoreWriter(folder());
    await writer.tidy();
    check();
  }

  const forms: [string, () => Promise<void> | void][] = [
    ['the open segment', () => {}],
    ['a closed segment', () => commit(writer, traces({ n: 6, size: WHOLE_SEGMENT }))],
    ['a compressed segment', compressAll],
  ];
  for (const [where, bring] of forms) {
    it(`leaves nothing of them in ${where}`, async () => {
      commit(writer, traces({ n: 1 }, { n: 2 }), traces({ n: 3, to: 5 }), traces({ n: 2, from: 2, to: 4 }));
      send('logs', logs([1, 2, 3], 'loose'));
      send('metrics', metrics('metric'));
      commit(writer, traces({ n: 4, size: 70_000 }));
      await bring();
      await removes([2]);
      await removes([1, 4]);
      assert.deepEqual(found(folder(), ['loose', 'metric']), ['loose', 'metric']);
    });
  }

  it('leaves nothing of a trace in several segments, of every kind', async () => {
    commit(writer, traces({ n: 1, to: 4 }, { n: 2 }), traces({ n: 3, size: WHOLE_SEGMENT }));
    commit(writer, traces({ n: 1, from: 4, to: 6 }, { n: 2, from: 2, to: 9 }), traces({ n: 4, size: WHOLE_SEGMENT }));
    await writer.compress(false);
    commit(writer, traces({ n: 1, from: 6, to: 8 }), traces({ n: 5, from: 0, to: 1 }));
    send('logs', logs([1, 5]));
    assert.deepEqual(segmentNames(folder()), ['00000001.seg.zst', '00000002.seg', '00000003.seg']);
    await removes([1]);
    await removes([3, 5]);
  });

  it('removes the files of segments in which nothing is left', async () => {
    commit(writer, traces({ n: 1, size: WHOLE_SEGMENT }), traces({ n: 2, size: WHOLE_SEGMENT }), traces({ n: 3 }));
    await writer.compress(false);
    await removes([1, 2]);
    assert.deepEqual(segmentNames(folder()), ['00000003.seg']);
  });

  it('gives the bytes back: what is left on disk is what a store of the rest takes', async () => {
    for (let n = 10; n < 3_000; n++) commit(writer, traces({ n }));
    const large = bytesOnDisk(folder());
    commit(writer, traces({ n: 1 }));
    await writer.deleteTraces(Array.from({ length: 2_990 }, (_, i) => idBytes(10 + i)));
    await compressAll();
    while (await writer.retain({}));
    assert.deepEqual([...readAll(folder(), [1, 10, 2_999]).keys()], [1]);
    assert.ok(bytesOnDisk(folder()) < large / 10, `${bytesOnDisk(folder())} of ${large} bytes`);
  }).timeout(20_000);

  it('lets requests in meanwhile, and loses none of them', async () => {
    for (let n = 1; n <= 6; n++) commit(writer, traces({ n, size: 1_000_000 }, { n: 7, from: 2 * n, to: 2 * n + 2 }));
    await compressAll();
    commit(writer, traces({ n: 6, from: 2, to: 4 }));
    let isDone = false;
    const removing = writer.deleteTraces([idBytes(1), idBytes(7)]).then(() => {
      isDone = true;
    });
    const sent: number[] = [];
    for (let n = 100; !isDone || sent.length < 3; n++) {
      const receivedAt = Date.now();
      writer.add([
        { signal: 'traces', body: traces({ n }), receivedAt },
        { signal: 'logs', body: logs([n], `loose ${n}`), receivedAt },
      ]);
      sent.push(n);
      await sleep(5);
    }
    await removing;
    writer.index();
    assert.deepEqual(found(folder(), [1, 7]), []);
    const kept = [2, 3, 4, 5, 6, ...sent];
    assert.deepEqual([...readAll(folder(), kept).keys()], kept);
    const loose = sent.map(n => `loose ${n}`);
    assert.deepEqual(found(folder(), loose), loose);
  });

  it('takes a removed trace again as if it had never been there', async () => {
    commit(writer, traces({ n: 1 }));
    const before = readAll(folder(), [1]);
    await writer.deleteTraces([idBytes(1)]);
    commit(writer, traces({ n: 1 }));
    assert.deepEqual(readAll(folder(), [1]), before);
  });

  it('leaves nothing anywhere after everything was cleared, and goes on', async () => {
    commit(writer, traces({ n: 1, size: WHOLE_SEGMENT }), traces({ n: 2 }, { n: 3 }));
    await writer.compress(false);
    send('logs', logs([3], 'loose'));
    send('metrics', metrics('metric'));
    const empty = segmentNames(folder()).length;
    assert.equal(empty, 2);
    await removes([1, 2, 3], () => writer.clear());
    assert.deepEqual(found(folder(), ['loose', 'metric', 'shared service']), []);
    commit(writer, traces({ n: 4 }));
    assert.deepEqual([...readAll(folder(), all).keys()], [4]);
  });

  it('clears also what comes while it waits for its turn, and what is still being written to the disk', async () => {
    commit(writer, traces({ n: 1, size: 200_000 }));
    const compressing = writer.compress(true);
    const syncing = writer.sync();
    const clearing = writer.clear();
    commit(writer, traces({ n: 2 }));
    send('metrics', metrics('metric'));
    await Promise.all([compressing, syncing, clearing]);
    assert.deepEqual(found(folder(), [1, 2, 'metric']), []);
    commit(writer, traces({ n: 3 }));
    assert.deepEqual([...readAll(folder(), all).keys()], [3]);
    await writer.retain({});
    assert.ok(bytesOnDisk(join(folder(), 'segments')) < 20_000);
  });

  it('does not wait for a reader that stands in the way of the log, and empties it when the reader is gone', async () => {
    commit(writer, traces({ n: 1 }), traces({ n: 2 }));
    const reader = new StoreReader(folder());
    const rows = reader.summaries();
    rows.next();
    const began = performance.now();
    let longest = 0;
    let isDone = false;
    const removing = writer.deleteTraces([idBytes(1)]).then(() => {
      isDone = true;
    });
    while (!isDone) {
      const before = performance.now();
      await turn();
      longest = Math.max(longest, performance.now() - before);
    }
    await removing;
    assert.ok(longest < 500, `senders waited ${longest} ms`);
    assert.ok(performance.now() - began > 1_000, 'it tried again for a while');
    assert.deepEqual(found(folder(), [1]), [1], 'the log has it as long as the reader needs it');
    rows.return(undefined);
    await writer.retain({});
    assert.deepEqual(found(folder(), [1]), []);
    reader.close();
  }).timeout(10_000);

  const crashes: [string, readonly number[], () => Promise<void>][] = [
    ['a deletion', [1, 3], () => writer.deleteTraces([1, 3].map(idBytes))],
    ['clearing', [1, 2, 3, 4, 5], () => writer.clear()],
  ];
  for (const [what, removed, remove] of crashes) {
    it(`brings ${what} to its end or leaves all as it was, wherever the process dies`, async () => {
      commit(writer, traces({ n: 1, to: 4 }, { n: 2 }), traces({ n: 3, size: WHOLE_SEGMENT }));
      commit(writer, traces({ n: 1, from: 4, to: 6 }), traces({ n: 4, size: WHOLE_SEGMENT }));
      await writer.compress(false);
      commit(writer, traces({ n: 1, from: 6, to: 8 }), traces({ n: 5 }));
      send('logs', logs([1, 2]));
      const before = readAll(folder(), all);
      const copies: string[] = [];
      const restore = beforeDiskCalls(() => {
        const copy = join(`${folder()}-copies`, String(copies.length));
        cpSync(folder(), copy, { recursive: true });
        copies.push(copy);
      });
      await remove().finally(restore);
      try {
        assert.ok(copies.length >= 6, `there were ${copies.length} steps`);
        let undone = 0;
        for (const copy of copies) {
          const opened = new StoreWriter(copy);
          await opened.tidy();
          const after = readAll(copy, all);
          opened.close();
          if (after.size === before.size) undone++;
          const gone = after.size === before.size ? [] : removed;
          assert.deepEqual(after, new Map([...before].filter(([n]) => !gone.includes(n))));
          assert.deepEqual(found(copy, gone), []);
        }
        assert.ok(undone < copies.length, 'some copies are of a time after the removal was decided');
      } finally {
        rmSync(`${folder()}-copies`, { recursive: true, force: true });
      }
    }).timeout(30_000);
  }
});

/** Calls `snapshot` before every call that changes files other than the database; answers how to end that. */
function beforeDiskCalls(snapshot: () => void): () => void {
  const names = ['rmSync', 'unlinkSync', 'renameSync', 'writeSync', 'fsyncSync', 'fdatasyncSync'] as const;
  const originals = names.map(name => fs[name]);
  let isTaking = false;
  const hooks = originals.map(original => (...args: unknown[]) => {
    if (!isTaking) {
      isTaking = true;
      snapshot();
      isTaking = false;
    }
    return (original as (...args: unknown[]) => unknown)(...args);
  });
  const set = (functions: readonly unknown[]) => {
    Object.assign(fs, Object.fromEntries(names.map((name, i) => [name, functions[i]])));
    syncBuiltinESMExports();
  };
  set(hooks);
  return () => set(originals);
}
