import assert from 'node:assert/strict';
import { readMoment } from '../../../../src/model/search/moment.ts';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import { SearchError } from '../../../../src/model/search/query.ts';
import { show } from './show.ts';

const MS = 1_000_000n;
const local = (...parts: [number, number, number, number?, number?, number?]) =>
  BigInt(new Date(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0, parts[4] ?? 0, parts[5] ?? 0).getTime()) * MS;
const utc = (...parts: [number, number, number, number, number]) =>
  BigInt(Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3], parts[4])) * MS;

/** A moment in the afternoon of the first of March, so that yesterday is of another month. */
const NOW = local(2026, 3, 1, 14, 30) + 5n;

describe('times of a search', () => {
  const moments: [text: string, at: bigint][] = [
    ['10m', NOW - 600_000_000_000n],
    ['1h30m', NOW - 5_400_000_000_000n],
    ['1.5h', NOW - 5_400_000_000_000n],
    ['3d', NOW - 3n * 86_400_000_000_000n],
    ['0s', NOW],
    ['9:05', local(2026, 3, 1, 9, 5)],
    ['14:00:30', local(2026, 3, 1, 14, 0, 30)],
    ['2026-01-31T08:00', local(2026, 1, 31, 8)],
    ['2026-01-31 08:00:01', local(2026, 1, 31, 8, 0, 1)],
    ['2026-01-31t08:00:01.5', local(2026, 1, 31, 8, 0, 1) + 500n * MS],
    ['2026-01-31T08:00:01.123456789', local(2026, 1, 31, 8, 0, 1) + 123_456_789n],
    ['2026-01-31T08:00Z', utc(2026, 1, 31, 8, 0)],
    ['2026-01-31T08:00+02:00', utc(2026, 1, 31, 6, 0)],
    ['2026-01-31T08:00-0530', utc(2026, 1, 31, 13, 30)],
    ['2028-02-29T00:00Z', utc(2028, 2, 29, 0, 0)],
  ];
  for (const [text, at] of moments) {
    it(text, () => assert.deepEqual(readMoment(text, NOW, 0), { from: at, to: at }));
  }

  const days: [text: string, from: bigint, next: bigint][] = [
    ['today', local(2026, 3, 1), local(2026, 3, 2)],
    ['Yesterday', local(2026, 2, 28), local(2026, 3, 1)],
    ['2026-12-31', local(2026, 12, 31), local(2027, 1, 1)],
    ['2028-02-29', local(2028, 2, 29), local(2028, 3, 1)],
  ];
  for (const [text, from, next] of days) {
    it(`${text} is a whole day`, () => assert.deepEqual(readMoment(text, NOW, 0), { from, to: next - 1n }));
  }

  const none = [
    ...[
      '',
      'now',
      '10',
      '-10m',
      '10q',
      '2026',
      '2026-13-01',
      '2026-02-29',
      '2026-00-10',
      '1969-12-31',
      '25:00',
      '9:60',
    ],
    ...[
      '2026-01-31T24:01',
      '2026-02-31T10:00',
      '2026-01-31T10',
      '2026-01-31T10:00 CET',
      '31.01.2026',
      '1969-01-01T10:00Z',
    ],
  ];
  none.push(`${'9'.repeat(400)}d`);
  for (const text of none) {
    it(`${text.slice(0, 40) || '(nothing)'} is none`, () => {
      assert.throws(
        () => readMoment(text, NOW, 7),
        (error: unknown) =>
          error instanceof SearchError &&
          error.position === 7 &&
          error.end === 7 + text.length &&
          /no time/.test(error.message),
      );
    });
  }

  it('all hold together', () => {
    const query = parseSearch('since:1h x since:30m until:yesterday until:10m', NOW);
    assert.equal(show(query), `{contains "x"} since ${NOW - 1_800_000_000_000n} until ${local(2026, 3, 1) - 1n}`);
  });

  it('in quotes stand at their place', () => {
    assert.equal(parseSearch('since:"2026-01-31 08:00"', NOW).since, local(2026, 1, 31, 8));
    assert.throws(() => parseSearch('since:"x y"', NOW), { position: 7, end: 10 });
  });

  it('are counted from the clock', () => {
    const before = BigInt(Date.now() - 60_000) * MS;
    const { since = 0n } = parseSearch('since:1m');
    assert.ok(since >= before && since <= BigInt(Date.now() - 60_000) * MS);
  });
});
