import assert from 'node:assert/strict';
import { durationNanos, numberOfText, readNumber } from '../../../../src/model/search/number.ts';

describe('numbers of a search', () => {
  const durations: [text: string, nanos: number | undefined][] = [
    ['1ns', 1],
    ['1us', 1_000],
    ['1\u00b5s', 1_000],
    ['1\u03bcs', 1_000],
    ['200ms', 200_000_000],
    ['1.1s', 1_100_000_000],
    ['.5s', 500_000_000],
    ['1m', 60e9],
    ['2h', 7_200e9],
    ['1d', 86_400e9],
    ['1w', 604_800e9],
    ['1y', 31_536_000e9],
    ['1h30m', 5_400e9],
    ['-5s', -5e9],
    ['+5s', 5e9],
    ['', undefined],
    ['-', undefined],
    ['5', undefined],
    ['5q', undefined],
    ['5S', undefined],
    ['5 s', undefined],
    ['1h30', undefined],
    ['s', undefined],
  ];
  for (const [text, nanos] of durations)
    it(`duration ${text || '(nothing)'}`, () => assert.equal(durationNanos(text), nanos));

  const numbers: [text: string, value: number | undefined, exponent?: boolean][] = [
    ['200', 200],
    ['-1.5', -1.5],
    ['.5', 0.5],
    ['007', 7],
    ['1.1k', 1_100],
    ['3M', 3_000_000],
    ['2G', 2e9],
    ['5m', 300e9],
    ['5K', undefined],
    ['1e3', undefined],
    ['1e3', 1_000, true],
    ['1.e-2', 0.01, true],
    ['0x10', undefined, true],
    ['1_000', undefined],
    ['Infinity', undefined, true],
    ['NaN', undefined, true],
    ['', undefined],
  ];
  for (const [text, value, exponent] of numbers) {
    const expected = value === undefined ? undefined : { type: 'number', value, text };
    it(`number ${text || '(nothing)'}${exponent ? ' with exponent' : ''}`, () => {
      assert.deepEqual(readNumber(text, exponent), expected);
    });
  }

  const texts: [text: string, value: number | bigint | undefined][] = [
    ['200', 200n],
    ['+7', 7n],
    ['-9007199254740993', -9_007_199_254_740_993n],
    ['1.0', 1],
    ['1e3', 1_000],
    ['5s', undefined],
    [' 5', undefined],
    ['', undefined],
    ['abc', undefined],
    ['9'.repeat(400), 10n ** 400n - 1n],
    ['9'.repeat(401), undefined],
  ];
  for (const [text, value] of texts)
    it(`text ${JSON.stringify(text.slice(0, 20))} of ${text.length}`, () => assert.equal(numberOfText(text), value));
});
