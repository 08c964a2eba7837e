import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RetentionSettings } from '../../../src/collector/api.ts';
import { Housekeeper, type KeptStore } from '../../../src/collector/housekeeper.ts';
import type { RetentionLimits } from '../../../src/store/retentionPolicy.ts';

const NONE: RetentionSettings = { days: 0, spans: 0, bytes: 0 };
const TIMES = { everyMs: 5, idleMs: 60, allMs: 180 };

/** A store that has nothing to do, unless a test says so; notes what it was asked. */
class Store implements KeptStore {
  readonly limits: RetentionLimits[] = [];
  readonly compressed: boolean[] = [];
  tidied = 0;
  traceCount = 10;
  retains = (): Promise<boolean> => Promise.resolve(false);
  compresses = (_all: boolean): Promise<boolean> => Promise.resolve(false);

  retain(limits: RetentionLimits): Promise<boolean> {
    this.limits.push(limits);
    return this.retains();
  }

  compress(all: boolean): Promise<boolean> {
    this.compressed.push(all);
    return this.compresses(all);
  }

  tidy(): Promise<void> {
    this.tidied++;
    return Promise.resolve();
  }
}

describe('Housekeeper', () => {
  const errors: unknown[] = [];
  let removed = 0;
  let store: Store;
  let keeper: Housekeeper;
  const start = (settings: RetentionSettings = NONE) => {
    keeper = new Housekeeper(store, settings, { failed: error => errors.push(error), removed: () => removed++ }, TIMES);
    keeper.start();
  };
  beforeEach(() => {
    store = new Store();
    errors.length = 0;
    removed = 0;
  });
  afterEach(() => keeper.close());

  const cases: [string, RetentionSettings, RetentionLimits][] = [
    ['none', NONE, {}],
    ['all', { days: 1, spans: 5, bytes: 7 }, { maxAgeMs: 86_400_000, maxSpans: 5, maxBytes: 7 }],
    ['half a day', { ...NONE, days: 0.5 }, { maxAgeMs: 43_200_000 }],
    ['one that cannot be', { ...NONE, spans: -1 }, {}],
  ];
  for (const [what, settings, limits] of cases) {
    it(`asks the store to stay within its limits: ${what}`, async () => {
      start(settings);
      await sleep(20);
      assert.deepEqual(store.limits[0], limits);
    });
  }

  it('takes other limits from the next step on, also in the middle of many', async () => {
    store.retains = () => sleep(2).then(() => true);
    start({ ...NONE, spans: 5 });
    await sleep(30);
    keeper.configure({ ...NONE, spans: 3 });
    const before = store.limits.length;
    assert.ok(before > 0);
    await sleep(30);
    assert.deepEqual(new Set(store.limits.slice(before).map(({ maxSpans }) => maxSpans)), new Set([3]));
  });

  it('takes the next step at once while there is more to do, and none beside another', async () => {
    let running = 0;
    let left = 10;
    store.retains = async () => {
      assert.equal(++running, 1);
      await sleep(1);
      running--;
      return --left > 0;
    };
    start();
    await sleep(100);
    assert.ok(left <= 0);
    assert.deepEqual(errors, []);
  });

  it('tells when traces were removed, though nothing more is to be done, and not when none was', async () => {
    let left = 3;
    store.retains = async () => {
      await sleep(1);
      if (left-- > 0) store.traceCount -= 2;
      return false;
    };
    start();
    await sleep(100);
    assert.ok(left < 0);
    assert.equal(removed, 3);
  });

  it('finishes first what was left half done', () => {
    start();
    assert.equal(store.tidied, 1);
    assert.equal(store.limits.length, 0);
  });

  it('compresses when nothing was stored for a while, the open segment when that was long ago', async () => {
    start();
    const began = performance.now();
    while (performance.now() - began < 150) {
      keeper.stored();
      await sleep(5);
    }
    assert.equal(store.compressed.length, 0, 'programs were sending');
    await sleep(100);
    assert.ok(store.compressed.length > 0);
    assert.ok(!store.compressed.includes(true), 'it is not long ago');
    await sleep(200);
    assert.equal(store.compressed.at(-1), true);
  });

  it('stops compressing when something is stored', async () => {
    store.compresses = () => sleep(2).then(() => true);
    start();
    while (store.compressed.length < 3) await sleep(5);
    keeper.stored();
    await sleep(10);
    const count = store.compressed.length;
    await sleep(20);
    assert.equal(store.compressed.length, count);
  });

  it('says what went wrong, and goes on', async () => {
    let fail = true;
    store.retains = () => (fail ? Promise.reject(new Error('the disk is full')) : Promise.resolve(false));
    start();
    await sleep(30);
    assert.match(String(errors[0]), /the disk is full/);
    fail = false;
    const before = errors.length;
    await sleep(30);
    assert.equal(errors.length, before);
    assert.ok(store.limits.length > before);
  });

  it('has ended all work when it is closed', async () => {
    let isWorking = false;
    store.retains = async () => {
      isWorking = true;
      await sleep(20);
      isWorking = false;
      return true;
    };
    start();
    while (!isWorking) await sleep(1);
    await keeper.close();
    assert.equal(isWorking, false);
    const count = store.limits.length;
    await sleep(30);
    assert.equal(store.limits.length, count);
  });
});
