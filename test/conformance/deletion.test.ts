import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CollectorApi } from '../../src/collector/api.ts';
import { type Collecting, collect } from '../harness/collecting.ts';
import { until } from '../harness/processes.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { bytesOnDisk, found, idOf, logs, metrics, readAll, traces, WHOLE_SEGMENT } from '../unit/store/keeperStore.ts';

const ALL = [1, 2, 3, 4, 5];

/** Sends one request and expects it to be taken. */
async function send(url: string, signal: string, body: Uint8Array): Promise<void> {
  const headers = { 'content-type': 'application/x-protobuf' };
  const response = await fetch(`${url}/v1/${signal}`, { method: 'POST', headers, body: Uint8Array.from(body) });
  assert.equal(response.status, 200, await response.text());
}

describe('X-53: what is stored', () => {
  const folder = temporaryFolder();
  const storage = () => join(folder(), 'store');
  let running: Collecting;
  beforeEach(async () => {
    running = await collect(storage());
  });
  afterEach(() => running.collector.dispose());

  /** Several segments, one of them compressed; waits until all can be found. */
  async function fill(collector: CollectorApi, url: string): Promise<void> {
    await send(url, 'traces', traces({ n: 1 }, { n: 2 }));
    await send(url, 'traces', traces({ n: 3, size: WHOLE_SEGMENT }));
    await send(url, 'traces', traces({ n: 1, from: 2, to: 5 }, { n: 4 }));
    await send(url, 'logs', logs([1, 2], 'loose'));
    await send(url, 'metrics', metrics('metric'));
    await until('a segment is compressed', () =>
      readdirSync(join(storage(), 'segments')).some(n => n.endsWith('.zst')),
    );
    await send(url, 'traces', traces({ n: 1, from: 5, to: 6 }, { n: 5 }));
    await until('all can be found', async () => (await collector.listTraces({ limit: 10 })).total === ALL.length);
    await until('all logs and spans can be found', async () => {
      const [one, five] = [await collector.summary(idOf(1)), await collector.summary(idOf(5))];
      return one?.spanCount === 6 && one.logCount === 1 && five?.spanCount === 2;
    });
  }

  it('can be read by its owner alone: files have the mode 0600, folders 0700', async function () {
    if (process.platform === 'win32') return this.skip();
    await fill(running.collector, running.url);
    const open = readdirSync(storage(), { recursive: true, withFileTypes: true }).flatMap(entry => {
      const mode = (statSync(join(entry.parentPath, entry.name)).mode & 0o777).toString(8);
      return mode === (entry.isDirectory() ? '700' : '600') ? [] : [`${entry.name} ${mode}`];
    });
    assert.deepEqual(open, []);
    assert.equal((statSync(storage()).mode & 0o777).toString(8), '700');
    const names = readdirSync(storage());
    for (const name of ['spanside.db', 'spanside.db-wal', 'segments']) assert.ok(names.includes(name), name);
  });

  it('is counted: spans, bytes on disk, and since when', async () => {
    const { collector, url } = running;
    const { spans, oldest } = await collector.storeInfo();
    assert.deepEqual({ spans, oldest }, { spans: 0, oldest: undefined });
    const began = Date.now();
    await fill(collector, url);
    const info = await collector.storeInfo();
    assert.equal(info.spans, 14);
    assert.equal(info.bytes, bytesOnDisk(storage()));
    assert.ok(info.oldest !== undefined && info.oldest >= began && info.oldest <= Date.now());
    await collector.clear();
    assert.equal((await collector.storeInfo()).oldest, undefined);
  });

  it('is in no file any more when deleting it was answered, and all else reads as before', async () => {
    const { collector, url } = running;
    await fill(collector, url);
    const before = readAll(storage(), ALL);
    assert.deepEqual(found(storage(), ALL), ALL, 'the search finds what is there');
    for (const gone of [[1], [3, 5]]) {
      // The worker that reads has it in memory, and its files open.
      for (const n of gone) assert.ok(await collector.otlp(idOf(n)));
      assert.equal(await collector.deleteTraces(gone.map(idOf)), 0);
      assert.deepEqual(found(storage(), gone), []);
      for (const n of gone) {
        before.delete(n);
        assert.equal(await collector.otlp(idOf(n)), undefined);
      }
      assert.deepEqual(readAll(storage(), ALL), before);
    }
    assert.deepEqual(found(storage(), ['loose', 'metric']), ['loose', 'metric']);
    await collector.dispose();
    assert.deepEqual(found(storage(), [1, 3, 5]), []);
  });

  it('is in no file any more when clearing it was answered, although programs go on sending', async () => {
    const { collector, url } = running;
    await fill(collector, url);
    const marks = [...ALL, 'loose', 'metric', 'shared service'];
    let isCleared = false;
    const sending = (async () => {
      for (let n = 1000; !isCleared; n++) await send(url, 'metrics', metrics(`later ${n}`));
    })();
    assert.equal(await collector.clear(), 0);
    assert.deepEqual(found(storage(), marks), []);
    isCleared = true;
    await sending;
    assert.equal((await collector.listTraces({ limit: 10 })).total, 0);
    await send(url, 'traces', traces({ n: 2 }));
    await until('what comes later is kept', async () => (await collector.summary(idOf(2)))?.spanCount === 2);
  });
});
