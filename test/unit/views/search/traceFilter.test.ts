import assert from 'node:assert/strict';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import {
  filterKey,
  isFiltering,
  rangeLabel,
  rangeTerms,
  searchOf,
  TIME_RANGES,
  type TimeRange,
} from '../../../../src/views/search/traceFilter.ts';

const NANOS_PER_HOUR = 3_600_000_000_000n;

describe('the times of a filter', () => {
  const cases: [TimeRange, terms: string, label: string][] = [
    [{ since: '15m' }, 'since:15m', 'last 15 min'],
    [{ since: '20m' }, 'since:20m', 'last 20m'],
    [{ since: 'yesterday', until: 'yesterday' }, 'since:yesterday until:yesterday', 'yesterday'],
    [{ since: '3h', until: '1h' }, 'since:3h until:1h', '3h ago to 1h ago'],
    [{ until: '1h' }, 'until:1h', 'until 1h ago'],
    [{ since: '2026-01-31 14:00' }, 'since:"2026-01-31 14:00"', 'since 2026-01-31 14:00'],
    [{ since: '9:00', until: '10:00' }, 'since:9:00 until:10:00', '9:00 to 10:00'],
  ];
  for (const [range, terms, label] of cases) {
    it(`are written and said: ${label}`, () => {
      assert.equal(rangeTerms(range), terms);
      assert.equal(rangeLabel(range), label);
      parseSearch(terms);
    });
  }

  it('can all be searched that are offered, and end after they begin', () => {
    for (const { label, range } of TIME_RANGES) {
      const { since, until } = searchOf({ text: '', range });
      assert.ok(since !== undefined && since > 0n, label);
      if (until !== undefined) assert.equal(until - since > 22n * NANOS_PER_HOUR, true, label);
    }
  });

  it('move on with the clock', async () => {
    const filter = { text: 'shop', range: { since: '5m' } };
    const first = searchOf(filter);
    await new Promise(resolve => setTimeout(resolve, 20));
    assert.ok(searchOf(filter).since! > first.since!);
    assert.equal(first.text, 'shop');
  });

  it('are a filter by themselves, and tell filters apart', () => {
    assert.equal(isFiltering({ text: '' }), false);
    assert.equal(isFiltering({ text: '', range: { since: '5m' } }), true);
    const keys = [{ text: 'a' }, { text: 'a', range: { since: '5m' } }, { text: 'a', range: { until: '5m' } }].map(
      filterKey,
    );
    assert.equal(new Set(keys).size, 3);
  });
});
