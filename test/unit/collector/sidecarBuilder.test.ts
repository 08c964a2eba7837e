import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { SidecarBuilder } from '../../../src/collector/sidecarBuilder.ts';
import type { SearchStore } from '../../../src/store/search/searchStore.ts';

/** A store of closed segments and an open one, that counts how often each sidecar is looked for. */
function fakeStore() {
  const files = new Set<number>();
  const asked: number[] = [];
  const state = { removals: 0 };
  const segments = [3, 2, 1].map(id => ({ id, bytes: 10 * id, spans: 1, isClosed: id < 3, isStale: false }));
  const sidecars = {
    isFit: () => true,
    get: ({ id }: { id: number }) => {
      asked.push(id);
      return files.has(id) ? {} : undefined;
    },
    *make({ id }: { id: number }) {
      yield;
      files.add(id);
    },
  };
  const reader = { removals: () => state.removals };
  const store = () => ({ reader, sidecars, segments: () => segments }) as unknown as SearchStore;
  return { store, files, asked, state };
}

describe('SidecarBuilder', () => {
  it('makes those of closed segments, and asks for none again until something is removed', async () => {
    const { store, files, asked, state } = fakeStore();
    // A new one each time, as after what was kept was let go.
    const stores = { reading: <T>(work: (now: readonly SearchStore[]) => T) => work([store()]), isChanging: false };
    new SidecarBuilder(stores, () => false).start();
    await sleep(100);
    assert.deepEqual([...files], [2, 1]);
    const before = asked.length;
    await sleep(1_200);
    assert.equal(asked.length, before);
    files.delete(1);
    state.removals++;
    await sleep(700);
    assert.deepEqual([...files], [2, 1]);
  });
});
