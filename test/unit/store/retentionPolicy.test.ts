import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planRetention, type RetainedSegment, type RetentionLimits } from '../../../src/store/retentionPolicy.ts';

const NOW = 1_760_000_000_000;
const DAY = 86_400_000;

/** Ten segments of 100 bytes and 10 spans, one a day, the newest of today. */
const TEN: RetainedSegment[] = Array.from({ length: 10 }, (_, i) => ({
  id: i + 1,
  bytes: 100,
  spans: 10,
  lastAt: NOW - (9 - i) * DAY,
}));

describe('planRetention', () => {
  const cases: [string, RetentionLimits, number[], string[]][] = [
    ['keeps all without limits', {}, [], []],
    ['keeps all at the limits', { maxBytes: 1000, maxSpans: 100, maxAgeMs: 9 * DAY }, [], []],
    ['drops down to 95 % of the bytes', { maxBytes: 999 }, [1], ['bytes']],
    ['drops more where 95 % is less', { maxBytes: 840 }, [1, 2, 3], ['bytes']],
    ['drops by spans', { maxSpans: 50 }, [1, 2, 3, 4, 5, 6], ['spans']],
    ['drops by age alone', { maxAgeMs: 7 * DAY }, [1, 2], ['age']],
    ['counts what age has dropped', { maxAgeMs: 7 * DAY, maxBytes: 800 }, [1, 2], ['age']],
    [
      'drops by several limits',
      { maxAgeMs: 8 * DAY, maxBytes: 500, maxSpans: 70 },
      [1, 2, 3, 4, 5, 6],
      ['age', 'spans', 'bytes'],
    ],
    ['drops all for a limit of nothing', { maxBytes: 0 }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], ['bytes']],
  ];
  for (const [what, limits, drop, reasons] of cases) {
    it(what, () => {
      const plan = planRetention(limits, { bytes: 1000, spans: 100 }, TEN, NOW);
      assert.deepEqual(plan, {
        drop,
        reasons,
        unmet: [],
        left: { bytes: 1000 - 100 * drop.length, spans: 100 - 10 * drop.length },
      });
    });
  }

  it('says which limit cannot be met, because the rest may not go', () => {
    const plan = planRetention({ maxBytes: 1500, maxSpans: 1000 }, { bytes: 3000, spans: 100 }, TEN, NOW);
    assert.equal(plan.drop.length, 10);
    assert.deepEqual(plan.unmet, ['bytes']);
    assert.deepEqual(plan.left, { bytes: 2000, spans: 0 });
  });

  it('keeps logs and metrics when there are only too many spans', () => {
    const segments = TEN.map(segment => (segment.id % 2 ? { ...segment, spans: 0 } : segment));
    const { drop } = planRetention({ maxSpans: 40 }, { bytes: 1000, spans: 50 }, segments, NOW);
    assert.deepEqual(drop, [2, 4]);
  });

  it('judges every segment by its own time, because clocks are set', () => {
    const segments = TEN.map(segment => (segment.id === 1 ? { ...segment, lastAt: NOW + 400 * DAY } : segment));
    const { drop } = planRetention({ maxAgeMs: 7 * DAY }, { bytes: 1000, spans: 100 }, segments, NOW);
    assert.deepEqual(drop, [2]);
  });

  it('comes back under the limits, drops nothing that need not go, and is content then', () => {
    const amount = fc.nat(1000);
    const segment = fc.record({ bytes: amount, spans: amount, lastAt: fc.integer({ min: NOW - 1000, max: NOW }) });
    const limits = fc.record(
      { maxAgeMs: amount, maxSpans: fc.nat(9000), maxBytes: fc.nat(9000) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 30 }), limits, (made, set) => {
        const segments = made.map((one, i) => ({ ...one, id: i }));
        const sum = (of: 'bytes' | 'spans', all = segments) => all.reduce((total, one) => total + one[of], 0);
        const totals = { bytes: sum('bytes'), spans: sum('spans') };
        const plan = planRetention(set, totals, segments, NOW);
        const rest = segments.filter(({ id }) => !plan.drop.includes(id));
        assert.deepEqual(plan.left, { bytes: sum('bytes', rest), spans: sum('spans', rest) });
        assert.deepEqual(plan.unmet, []);
        assert.ok(plan.left.bytes <= (set.maxBytes ?? Infinity) && plan.left.spans <= (set.maxSpans ?? Infinity));
        for (const { lastAt } of rest) assert.ok(NOW - lastAt <= (set.maxAgeMs ?? Infinity));
        assert.equal(plan.drop.length > 0, plan.reasons.length > 0);
        assert.deepEqual(planRetention(set, plan.left, rest, NOW).drop, []);
        // Without the last step one limit or another would still have been above its mark.
        const last = segments[plan.drop.at(-1) ?? -1];
        if (last && plan.reasons.some(reason => reason !== 'age') && NOW - last.lastAt <= (set.maxAgeMs ?? Infinity)) {
          const over = (of: 'bytes' | 'spans', limit = Infinity) =>
            plan.reasons.includes(of) && plan.left[of] + last[of] > limit * 0.95;
          assert.ok(over('bytes', set.maxBytes) || over('spans', set.maxSpans));
        }
      }),
      { numRuns: 300 },
    );
  });
});
