import assert from 'node:assert/strict';
import type { SiteStats } from '../../../src/collector/api.ts';
import type { SpanId } from '../../../src/model/ids.ts';
import { lensText, mergeSites } from '../../../src/views/siteText.ts';
import { TRACE } from './builders.ts';

function site(count: number, medianMs: number, errors = 0, starts: number[] = []): SiteStats {
  return {
    path: 'src/agent.ts',
    line: 45,
    function: 'answer',
    services: ['shop'],
    count,
    errors,
    medianNano: BigInt(medianMs) * 1_000_000n,
    maxNano: BigInt(medianMs) * 2_000_000n,
    spans: starts.map(start => ({
      traceId: TRACE,
      spanId: 'b7ad6b7169203331' as SpanId,
      name: `at ${start}`,
      startTimeUnixNano: BigInt(start),
      durationNano: 1n,
      error: false,
    })),
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

  it('lists the newest first, 50 at most', () => {
    const starts = Array.from({ length: 40 }, (_, i) => i * 2);
    const { spans } = mergeSites([
      site(40, 1, 0, starts),
      site(
        40,
        1,
        0,
        starts.map(start => start + 1),
      ),
    ]);
    assert.equal(spans.length, 50);
    assert.deepEqual(
      spans.slice(0, 3).map(span => span.name),
      ['at 79', 'at 78', 'at 77'],
    );
  });
});
