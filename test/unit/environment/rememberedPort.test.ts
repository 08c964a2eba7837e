import assert from 'node:assert/strict';
import { portToRemember } from '../../../src/environment/rememberedPort.ts';

describe('the port that is asked for again', () => {
  const cases: [string, number, number, number | undefined][] = [
    ['the free one in place of a taken one', 4318, 50_123, 50_123],
    ['none where the default one was had', 4318, 4318, undefined],
    ['none where the configured one was had', 5000, 5000, undefined],
    ['the free one that was asked for', 0, 50_123, 50_123],
  ];
  for (const [what, wanted, main, expected] of cases) {
    it(`is ${what}`, () => assert.equal(portToRemember(wanted, main), expected));
  }
});
