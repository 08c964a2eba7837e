import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_INGEST_SETTINGS } from '../../../src/collector/api.ts';
import { IngestService } from '../../../src/collector/ingestService.ts';
import { StoreView } from '../../../src/collector/storeView.ts';
import type { TraceId } from '../../../src/model/ids.ts';
import { tryLock } from '../../../src/store/lock.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { spanId, traceBody, traceId } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

const LARGE = 'x'.repeat(200_000);
const TRACES = 100;

describe('the ingest service, with the store of another window', () => {
  const folder = temporaryFolder();
  let storage: string;
  let sibling: string;
  let service: IngestService;
  let warnings: string[];

  beforeEach(() => {
    storage = join(folder(), 'own', 'store');
    sibling = join(folder(), 'other', 'store');
    const other = new StoreWriter(sibling);
    // More than one group of a merge.
    for (let n = 1; n <= TRACES; n++) {
      const body = traceBody([{ spanId: spanId(1), traceId: traceId(n), attributes: { large: LARGE } }]);
      other.commit([{ signal: 'traces', body, receivedAt: Date.now() }]);
    }
    other.close();
    warnings = [];
    service = new IngestService(
      {
        storage,
        siblings: [sibling],
        mergeSiblings: true,
        listen: false,
        receiver: {},
        receiveFile: '',
        lockWaitMs: 0,
        settings: DEFAULT_INGEST_SETTINGS,
      },
      event => {
        if (event.type === 'warn') warnings.push(event.message);
      },
    );
  });
  afterEach(() => service.stop());

  const total = () => {
    const view = new StoreView([storage, sibling]);
    try {
      return view.list({ limit: 1 }).total;
    } finally {
      view.close();
    }
  };
  /** Resolves when a part of it is in the own store, but not all. */
  const midway = async () => {
    await service.start();
    const view = new StoreView([storage]);
    while (view.list({ limit: 1 }).total === 0) await new Promise(resolve => setImmediate(resolve));
    const { total: merged } = view.list({ limit: 1 });
    view.close();
    assert.ok(merged < TRACES, `${merged} of ${TRACES} are merged already`);
  };
  const merged = async () => {
    while (existsSync(join(sibling, 'spanside.db'))) await new Promise(resolve => setTimeout(resolve, 5));
  };

  it('clears all while that is being merged, and nothing comes back', async () => {
    await midway();
    assert.equal(await service.handlers.clear(), 0);
    assert.equal(total(), 0);
    await merged();
    assert.equal(total(), 0);
    assert.deepEqual(warnings, []);
  });

  it('deletes and pins traces while they are being merged; the merge goes on afterwards', async () => {
    await midway();
    const ids = Array.from({ length: TRACES }, (_, i) => traceId(i + 1) as TraceId);
    const results = [
      service.handlers.deleteTraces(ids.slice(0, 30)),
      service.handlers.pinTraces(ids.slice(95), true),
      service.handlers.deleteTraces(ids.slice(60, 90)),
    ];
    assert.deepEqual(await Promise.all(results), [0, undefined, 0]);
    await merged();
    assert.equal(total(), TRACES - 60);
    const view = new StoreView([storage]);
    assert.equal(view.list({ limit: 200 }).traces.filter(trace => trace.pinned).length, 5);
    view.close();
    assert.deepEqual(warnings, []);
  });

  it('stops while that is being merged, and while something is being removed', async () => {
    await midway();
    const clearing = service.handlers.clear();
    await new Promise(resolve => setImmediate(resolve));
    await service.stop();
    assert.equal(await clearing, 0);
    assert.equal(total(), 0);
    for (const store of [storage, sibling]) tryLock(store)!.release();
    await assert.rejects(service.handlers.clear(), /not open/);
    assert.deepEqual(warnings, []);
  });

  it('makes its index anew while that is being merged', async () => {
    await midway();
    await service.handlers.indexDamaged('a test says so');
    assert.match(warnings.join(), /was set aside/);
    await merged();
    assert.equal(total(), TRACES);
    assert.equal(warnings.length, 1);
  });

  it('clears what was set aside too, of stores that nobody else writes', async () => {
    const aside = ['store-damaged-segments', 'store-damaged-2026-01-02T03-04-05-678Z'];
    const others = ['store-damaged-by-me', 'store2-damaged-segments', 'damaged-segments'];
    for (const parent of ['own', 'other']) {
      for (const name of [...aside, ...others]) mkdirSync(join(folder(), parent, name), { recursive: true });
    }
    const lock = tryLock(sibling)!;
    await service.start();
    assert.equal(await service.handlers.clear(), 1);
    lock.release();
    assert.deepEqual(readdirSync(join(folder(), 'own')).sort(), [...others, 'store'].sort());
    assert.deepEqual(readdirSync(join(folder(), 'other')).sort(), [...aside, ...others, 'store'].sort());
  });
});
