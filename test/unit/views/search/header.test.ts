import assert from 'node:assert/strict';
import { headerOf } from '../../../../src/views/traces/header.ts';
import type { ListStatus } from '../../../../src/views/traces/traceList.ts';

describe('what stands above the list', () => {
  const status = (changes: Partial<ListStatus>): ListStatus => ({
    filter: { text: '' },
    matching: 0,
    isExact: true,
    total: 12_345,
    ...changes,
  });
  const cases: [string, ListStatus, title: string, message: string][] = [
    ['nothing yet', status({ total: 0 }), 'Traces', ''],
    ['all of one', status({ total: 1, matching: 1 }), '1 trace', ''],
    ['all of many', status({ matching: 12_345 }), '12,345 traces', ''],
    [
      'some',
      status({ filter: { text: 'shop' }, matching: 3 }),
      '3 of 12,345',
      'Filter: shop (a span with “shop”) · 3 of 12,345',
    ],
    [
      'a page of more',
      status({ filter: { text: 'error' }, matching: 50, isExact: false }),
      '50+ of 12,345',
      'Filter: error (a span whose status is error) · 50+ of 12,345',
    ],
    [
      'times alone',
      status({ filter: { text: '', range: { since: '15m' } }, matching: 3 }),
      '3 of 12,345',
      'Filter: last 15 min · 3 of 12,345',
    ],
    [
      'times and a text',
      status({ filter: { text: 'shop', range: { since: 'yesterday', until: 'yesterday' } }, matching: 3 }),
      '3 of 12,345',
      'Filter: shop · yesterday (a span with “shop”) · 3 of 12,345',
    ],
    [
      'a search under way',
      status({
        filter: { text: 'shop' },
        isExact: false,
        total: 100_000,
        looking: { looked: 420_000, spans: 1_000_000 },
      }),
      '0+ of 100,000',
      'Filter: shop · Looking… 420,000 of 1,000,000 spans',
    ],
    [
      'a search that has just begun',
      status({ filter: { text: 'shop' }, isExact: false }),
      '0+ of 12,345',
      'Filter: shop · Looking…',
    ],
    [
      'nothing found',
      status({ filter: { text: 'shop' } }),
      '0 of 12,345',
      'Filter: shop (a span with “shop”) · None of 12,345 traces matches.',
    ],
    [
      'nothing there',
      status({ filter: { text: 'shop' }, total: 0 }),
      'Traces',
      'Filter: shop (a span with “shop”) · There are no traces yet.',
    ],
    [
      'a failure',
      status({ filter: { text: 'shop' }, failure: new Error('EIO') }),
      '0 of 12,345',
      'Filter: shop · It could not be searched; the log says why. Refresh tries again.',
    ],
  ];
  for (const [name, given, title, message] of cases) {
    it(name, () => assert.deepEqual(headerOf(given, undefined), { title, description: '', message }));
  }

  it('says that the list is paused, and what came since', () => {
    const { description, message } = headerOf(status({ matching: 5 }), 0);
    assert.deepEqual([description, message], ['paused', 'Paused. Traces are still received.']);
    assert.equal(headerOf(status({}), 1).message, 'Paused, 1 trace more since then.');
    assert.equal(
      headerOf(status({ filter: { text: '', range: { since: '1h' } }, matching: 2 }), 2).message,
      'Filter: last hour · 2 of 12,345 · Paused, 2 traces more since then.',
    );
  });
});
