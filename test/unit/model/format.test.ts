import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatNanos,
} from '../../../src/model/format.ts';

describe('formatDuration', () => {
  const cases: [number, string][] = [
    [0, '0 ms'],
    [1e-9, '0 ms'],
    [0.000417, '417 ns'],
    [0.0009996, '1 µs'],
    [0.012, '12 µs'],
    [0.0123456, '12.3 µs'],
    [0.9996, '1 ms'],
    [1, '1 ms'],
    [1.5, '1.5 ms'],
    [12.34, '12.3 ms'],
    [842.4, '842 ms'],
    [999.4, '999 ms'],
    [999.5, '1 s'],
    [2410, '2.41 s'],
    [2400, '2.4 s'],
    [41_320, '41.3 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min'],
    [192_000, '3 min 12 s'],
    [3_599_499, '59 min 59 s'],
    [3_599_501, '1 h'],
    [7_500_000, '2 h 5 min'],
    [86_399_000, '1 d'],
    [277_200_000, '3 d 5 h'],
    [-12, '-12 ms'],
    [Number.NaN, '?'],
    [Number.POSITIVE_INFINITY, '?'],
  ];
  for (const [ms, text] of cases) it(`${ms} ms is ${text}`, () => assert.equal(formatDuration(ms), text));

  it('never has more than three figures, nor sixty seconds or minutes', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), ms => {
        const text = formatDuration(ms);
        for (const [, number, unit] of text.matchAll(/([\d.]+) (\S+)/g)) {
          assert.ok(number!.replace(/\D/g, '').replace(/^0+/, '').length <= 3, text);
          assert.ok(Number(number) < (unit === 's' || unit === 'min' ? 60 : 1000), text);
        }
      }),
    );
  });
});

describe('formatNanos', () => {
  const cases: [bigint, string][] = [
    [0n, '0 ns'],
    [999n, '999 ns'],
    [1000n, '1 µs'],
    [12_340n, '12.34 µs'],
    [108_340_417n, '108.340417 ms'],
    [1_000_000n, '1 ms'],
    [2_408_340_417n, '2.408340417 s'],
    [3_612_500_000_000n, '3,612.5 s'],
    [18_446_744_073_709_551_615n, '18,446,744,073.709551615 s'],
    [-1_500n, '-1.5 µs'],
  ];
  for (const [nanos, text] of cases) it(`${nanos} is ${text}`, () => assert.equal(formatNanos(nanos), text));
});

describe('formatCount', () => {
  const cases: [number, string, string][] = [
    [0, '0', '0'],
    [412, '412', '412'],
    [999, '999', '999'],
    [1000, '1,000', '1k'],
    [1649, '1,649', '1.6k'],
    [8204, '8,204', '8.2k'],
    [9960, '9,960', '10k'],
    [99_499, '99,499', '99k'],
    [999_499, '999,499', '999k'],
    [999_500, '999,500', '1M'],
    [1_250_000, '1,250,000', '1.3M'],
    [7e9, '7,000,000,000', '7G'],
    [2e12, '2,000,000,000,000', '2T'],
    [-8204, '-8,204', '-8.2k'],
    [Number.NaN, '?', '?'],
  ];
  for (const [n, full, short] of cases) {
    it(`${n} is ${full}, in short ${short}`, () => {
      assert.equal(formatCount(n), full);
      assert.equal(formatCount(n, 'short'), short);
    });
  }
});

describe('formatAge', () => {
  const now = 1_700_000_000_000;
  const cases: [number, string][] = [
    [-5000, 'now'],
    [0, 'now'],
    [4999, 'now'],
    [12_900, '12 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_999, '59 min'],
    [3 * 3_600_000, '3 h'],
    [5 * 86_400_000, '5 d'],
    [1200 * 86_400_000, '1,200 d'],
  ];
  for (const [ago, text] of cases) it(`${ago} ms ago is ${text}`, () => assert.equal(formatAge(now - ago, now), text));
});

describe('formatClock', () => {
  const at = (...parts: [number, number, number, number, number, number]) => new Date(...parts).getTime();
  const now = at(2025, 10, 5, 18, 0, 0);
  const cases: [number, string][] = [
    [at(2025, 10, 5, 14, 2, 11), 'today 14:02:11'],
    [at(2025, 10, 5, 0, 0, 0), 'today 00:00:00'],
    [at(2025, 10, 4, 23, 59, 59), 'Nov 4, 23:59:59'],
    [at(2024, 1, 29, 9, 8, 7), 'Feb 29, 2024, 09:08:07'],
    [1e300, 'unknown time'],
    [Number.NaN, 'unknown time'],
  ];
  for (const [time, text] of cases) it(text, () => assert.equal(formatClock(time, now), text));
});

describe('formatBytes', () => {
  const cases: [number, string][] = [
    [0, '0 B'],
    [812, '812 B'],
    [1023, '0.999 KB'],
    [1024, '1 KB'],
    [1536, '1.5 KB'],
    [262_144, '256 KB'],
    [1_023_999, '0.977 MB'],
    [1_500_000_000, '1.4 GB'],
    [5e15, '4,547 TB'],
    [-1, '?'],
  ];
  for (const [bytes, text] of cases) it(`${bytes} is ${text}`, () => assert.equal(formatBytes(bytes), text));

  it('never has more than three figures below a petabyte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 49 }), bytes => {
        assert.match(formatBytes(bytes), /^(\d{1,3}|\d\.\d{1,2}|\d\d\.\d|0\.\d{1,3}) ([KMGT]?B)$/);
      }),
    );
  });
});
