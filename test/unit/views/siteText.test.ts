import assert from 'node:assert/strict';
import type { SiteStats } from '../../../src/collector/api.ts';
import { lensText, mergeSites } from '../../../src/views/siteText.ts';

function site(count: number, medianMs: number, errors = 0): SiteStats {
  return {
    path: 'src/agent.ts',
    line: 45,
    function: 'answer',
    services: ['shop'],
    count,
    errors,
    medianNano: BigInt(medianMs) * 1_000_000n,
    maxNano: BigInt(medianMs) * 2_000_000n,
  };
}

describe('the lens of a line', () => {
  const cases: [SiteStats[], string][] = [
    [[site(34, 12, 2)], '▸ 34 spans · 12 ms · 2 errors'],
    [[site(1, 842, 1)], '▸ 1 span · 842 ms · 1 error'],
    [[site(8204, 3)], '▸ 8,204 spans · 3 ms'],
    [[site(1, 900), site(9, 10, 1)], '▸ 10 spans · 10 ms · 1 error'],
    [[site(9, 900), site(1, 10)], '▸ 10 spans · 900 ms'],
    [[], '▸ 0 spans · 0 ms'],
  ];
  for (const [sites, expected] of cases) {
    it(expected, () => assert.equal(lensText(mergeSites(sites)), expected));
  }
});
