import assert from 'node:assert/strict';
import type { StoreInfo } from '../../../src/collector/api.ts';
import { clearDetail, isWorthClearing, keptSentence } from '../../../src/views/storeText.ts';

describe('clearing', () => {
  const empty: StoreInfo = { folder: '/data', traces: 0, spans: 0, bytes: 40_000, alsoReading: [] };
  const cases: [string, Partial<StoreInfo>, boolean][] = [
    ['an empty store', {}, false],
    ['traces', { traces: 2, oldest: 5 }, true],
    ['logs without a trace', { oldest: 5 }, true],
    ['the store of another window', { alsoReading: ['/data-1'] }, true],
  ];
  for (const [what, changes, expected] of cases) {
    it(`${expected ? 'asks' : 'does not ask'} for ${what}`, () =>
      assert.equal(isWorthClearing({ ...empty, ...changes }), expected));
  }

  it('says what will be gone', () => {
    const now = Date.UTC(2026, 10, 21, 12);
    const some = { ...empty, traces: 1200, spans: 18_000, bytes: 3 * 1024 * 1024, oldest: now - 3 * 86_400_000 };
    assert.equal(
      clearDetail(some, now),
      '1,200 traces of 18,000 spans, 3 MB on disk, the oldest from 3 d ago. They will be gone for good, and all logs and metrics.',
    );
    assert.match(
      clearDetail({ ...some, traces: 1, spans: 1, oldest: now }, now),
      /^1 trace of 1 span, 3 MB .* just now\./,
    );
    assert.match(clearDetail({ ...empty, oldest: 5 }, now), /^There is no trace, but logs/);
  });

  it('says which stores keep what they have', () => {
    assert.equal(keptSentence(0), undefined);
    assert.match(keptSentence(1) ?? '', /^The store of another window that is open keeps/);
    assert.match(keptSentence(3) ?? '', /^The stores of 3 other windows that are open keep/);
  });
});
