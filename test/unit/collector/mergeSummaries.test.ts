import assert from 'node:assert/strict';
import { mergeSummaries } from '../../../src/collector/mergeSummaries.ts';
import type { TraceId } from '../../../src/model/ids.ts';
import type { TraceSummary } from '../../../src/model/summary.ts';

function summary(parts: Partial<TraceSummary>): TraceSummary {
  return {
    traceId: '5b8efff798038103d269b633813fc60c' as TraceId,
    name: '',
    service: '',
    services: [],
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    spanCount: 0,
    errorCount: 0,
    logCount: 0,
    hasRoot: false,
    pinned: false,
    receivedAt: 5,
    version: 1,
    ...parts,
  };
}

const order = summary({
  name: 'order',
  service: 'shop',
  services: ['shop'],
  startTimeUnixNano: 100n,
  endTimeUnixNano: 300n,
  spanCount: 2,
  hasRoot: true,
});
const logs = summary({ logCount: 3 });
const stock = summary({
  name: 'stock',
  service: 'stock',
  services: ['stock'],
  startTimeUnixNano: 90n,
  endTimeUnixNano: 350n,
  spanCount: 1,
});
const timeless = summary({ name: 'never set', service: 'odd', services: ['odd'], spanCount: 1 });

describe('mergeSummaries', () => {
  for (const [what, a, b, expected] of [
    ['only the logs lie in the other store', order, logs, ['order', 'shop', 100n, 300n, 2, 3]],
    ['a root names it, whatever began before', order, stock, ['order', 'shop', 90n, 350n, 3, 0]],
    ['without a root the earlier one does', stock, timeless, ['stock', 'stock', 90n, 350n, 2, 0]],
    ['of spans without a start and of logs the spans do', timeless, logs, ['never set', 'odd', 0n, 0n, 1, 3]],
  ] as const) {
    it(what, () => {
      for (const merged of [mergeSummaries(a, b), mergeSummaries(b, a)]) {
        const { name, service, startTimeUnixNano, endTimeUnixNano, spanCount, logCount } = merged;
        assert.deepEqual([name, service, startTimeUnixNano, endTimeUnixNano, spanCount, logCount], expected);
      }
    });
  }
});
