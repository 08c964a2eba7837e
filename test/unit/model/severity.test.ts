import assert from 'node:assert/strict';
import { severityOf } from '../../../src/model/severity.ts';

describe('severityOf', () => {
  const cases: [number, string | undefined][] = [
    [-1, undefined],
    [0, undefined],
    [1, 'TRACE'],
    [4, 'TRACE'],
    [5, 'DEBUG'],
    [9, 'INFO'],
    [12, 'INFO'],
    [13, 'WARN'],
    [17, 'ERROR'],
    [21, 'FATAL'],
    [24, 'FATAL'],
    [25, undefined],
  ];
  for (const [number, name] of cases) it(`${number} is ${name}`, () => assert.equal(severityOf(number), name));
});
