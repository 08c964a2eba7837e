import assert from 'node:assert/strict';
import { SearchMemory } from '../../../../src/views/search/searchMemory.ts';

/** As the editor keeps values: as JSON. */
function store(values: Record<string, unknown> = {}) {
  const kept = new Map(Object.entries(values));
  return {
    kept,
    get: (key: string) => kept.get(key),
    update: async (key: string, value: unknown) => {
      if (value === undefined) kept.delete(key);
      else kept.set(key, JSON.parse(JSON.stringify(value)));
    },
  };
}

describe('the searches that a workspace remembers', () => {
  it('are the one that is set, and the last twenty, each once', async () => {
    const memory = new SearchMemory(store());
    for (let i = 0; i < 25; i++) await memory.use({ text: `word${i}` });
    await memory.use({ text: 'word20' });
    await memory.use({ text: 'word20', range: { since: '15m' } });
    assert.deepEqual(memory.current, { text: 'word20', range: { since: '15m' } });
    assert.equal(memory.recent.length, 20);
    assert.deepEqual(memory.recent.slice(0, 3), [memory.current, { text: 'word20' }, { text: 'word24' }]);
    await memory.use({ text: '' });
    assert.deepEqual(memory.current, { text: '' });
    assert.equal(memory.recent.length, 20, 'no filter is no search');
    await memory.forgetRecent({ text: 'word24' });
    assert.ok(!memory.recent.some(({ text }) => text === 'word24'));
    assert.equal(memory.recent.length, 19);
  });

  it('have a name where they were saved, and can be replaced and removed', async () => {
    const kept = store();
    const memory = new SearchMemory(kept);
    await memory.save({ name: 'slow', filter: { text: 'duration:>1s' } });
    await memory.save({ name: '__proto__', filter: { text: 'error' } });
    await memory.save({ name: 'slow', filter: { text: 'duration:>2s', range: { since: 'today' } } });
    const saved = new SearchMemory(kept).saved;
    assert.deepEqual(saved, [
      { name: '__proto__', filter: { text: 'error' } },
      { name: 'slow', filter: { text: 'duration:>2s', range: { since: 'today' } } },
    ]);
    await memory.removeSaved('__proto__');
    assert.deepEqual(memory.saved, saved.slice(1));
  });

  it('are left out where they have another shape or cannot be understood', () => {
    const strange = [1, null, 'error', {}, { text: 5 }, { text: 'service:' }, { text: 'a', range: { since: 'soon' } }];
    for (const current of strange) {
      assert.deepEqual(new SearchMemory(store({ 'traces.filter': current })).current, { text: '' });
    }
    const memory = new SearchMemory(
      store({
        'traces.recentSearches': [...strange, { text: 'good', range: { since: 3 } }],
        'traces.savedSearches': [...strange, { name: 'x', filter: { text: '' } }, { name: 'y', filter: { text: 'z' } }],
      }),
    );
    assert.deepEqual(memory.recent, [{ text: 'good' }]);
    assert.deepEqual(memory.saved, [{ name: 'y', filter: { text: 'z' } }]);
    assert.deepEqual(new SearchMemory(store({ 'traces.savedSearches': { length: 3 } })).saved, []);
  });
});
