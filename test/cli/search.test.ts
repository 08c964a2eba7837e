import assert from 'node:assert/strict';
import { parseTraceId } from '../../src/model/ids.ts';
import { SearchError } from '../../src/model/search/query.ts';
import { type Collecting, collect } from '../harness/collecting.ts';
import { spanId, traceRequest } from '../harness/requests.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { post } from './program.ts';

const idOf = (n: number) => parseTraceId(n.toString(16).padStart(32, '0'))!;

describe('searching through the collector', () => {
  const folder = temporaryFolder();
  let collecting: Collecting;
  beforeEach(async () => {
    collecting = await collect(folder());
  });
  afterEach(() => collecting.collector.dispose());

  const send = (n: number, name: string) =>
    post(
      collecting.url,
      traceRequest([
        {
          traceId: idOf(n),
          spanId: spanId(n),
          name,
          start: String(1_760_000_000_000_000_000n + BigInt(n)),
          end: String(1_760_000_000_000_000_000n + BigInt(2 * n)),
        },
      ]),
    );

  it('finds what was acknowledged just before, newest first, page by page', async () => {
    for (let n = 1; n <= 7; n++) {
      await send(n, n % 2 ? 'odd' : 'even');
      const { traces } = await collecting.collector.search({ text: `name:${n % 2 ? 'odd' : 'even'}`, limit: 1 });
      assert.deepEqual(
        traces.map(({ traceId }) => traceId),
        [idOf(n)],
      );
    }
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page = await collecting.collector.search({ text: 'name:odd', limit: 3, ...(after && { after }) });
      assert.ok(page.traces.length <= 3);
      found.push(...page.traces.map(({ traceId }) => traceId));
      after = page.next;
    } while (after);
    assert.deepEqual(found, [7, 5, 3, 1].map(idOf));
  });

  it('tells what it finds on the way, and how far it has looked', async () => {
    for (let n = 1; n <= 3; n++) await send(n, 'one');
    const told: string[] = [];
    let looked = 0;
    const page = await collecting.collector.search({ text: 'name:one', limit: 50 }, progress => {
      told.push(...progress.traces.map(({ traceId }) => traceId));
      looked = progress.looked;
      assert.equal(progress.spans, 3);
    });
    assert.deepEqual(told, [3, 2, 1].map(idOf));
    assert.ok(looked <= 3);
    assert.deepEqual([page.looked, page.spans, page.next], [3, 3, undefined]);
    assert.deepEqual(await collecting.collector.countMatches({ text: 'name:one' }), { traces: 3, isComplete: true });
  });

  it('says where a mistake is', async () => {
    await assert.rejects(collecting.collector.search({ text: '{ name = }', limit: 1 }), (error: unknown) => {
      assert.ok(error instanceof SearchError);
      assert.deepEqual([error.position, error.end > error.position], [9, true]);
      return true;
    });
  });

  it('stops when it is cancelled, and answers the next search', async () => {
    await send(1, 'one');
    const abort = new AbortController();
    const cancelled = collecting.collector.search({ text: 'name:two', limit: 50 }, undefined, abort.signal);
    abort.abort();
    await assert.rejects(cancelled, { name: 'AbortError' });
    await assert.rejects(collecting.collector.search({ text: 'name:two', limit: 50 }, undefined, AbortSignal.abort()), {
      name: 'AbortError',
    });
    const { traces } = await collecting.collector.search({ text: 'name:one', limit: 50 });
    assert.equal(traces.length, 1);
  });

  it('knows keys and values that were sent', async () => {
    await send(1, 'one');
    const { keys } = await collecting.collector.searchVocabulary();
    assert.ok(keys.some(({ key, values }) => key === 'service.name' && values.length > 0));
  });
});
