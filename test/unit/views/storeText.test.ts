import assert from 'node:assert/strict';
import type { StoreInfo } from '../../../src/collector/api.ts';
import { clearDetail, isWorthClearing, keptSentence } from '../../../src/views/storeText.ts';

describe('clearing', () => {
  const empty: StoreInfo = { folder: '/data', traces: 0, bytes: 0, alsoReading: [] };
  const cases: [string, Partial<StoreInfo>, boolean][] = [
    ['an empty store', {}, false],
    ['traces', { traces: 2, bytes: 900 }, true],
    ['logs without a trace', { bytes: 900 }, true],
    ['the store of another window', { alsoReading: ['/data-1'] }, true],
  ];
  for (const [what, changes, expected] of cases) {
    it(`${expected ? 'asks' : 'does not ask'} for ${what}`, () =>
      assert.equal(isWorthClearing({ ...empty, ...changes }), expected));
  }

  it('says what will be gone', () => {
    assert.match(clearDetail({ traces: 1 }), /^1 trace will be gone for good, and all logs and metrics\.$/);
    assert.match(clearDetail({ traces: 1200 }), /^1,200 traces /);
    assert.match(clearDetail({ traces: 0 }), /^There is no trace, but logs/);
  });

  it('says which stores keep what they have', () => {
    assert.equal(keptSentence(0), undefined);
    assert.match(keptSentence(1) ?? '', /^The store of another window that is open keeps/);
    assert.match(keptSentence(3) ?? '', /^The stores of 3 other windows that are open keep/);
  });
});
