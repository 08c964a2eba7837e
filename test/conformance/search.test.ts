import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectorApi, SearchProgress } from '../../src/collector/api.ts';
import { formatAttributeTerm } from '../../src/model/search/format.ts';
import { SearchError } from '../../src/model/search/query.ts';
import type { TraceSummary } from '../../src/model/summary.ts';
import { body } from '../bench/bodies.ts';
import { BRACES, BROKEN_BRACES, BROKEN_TERMS, TERMS, WORDS } from '../fixtures/search/queries.ts';
import { EARLIER_SPANS, LOGS, SPANS, TRACES, traceIdOf } from '../fixtures/search/traces.ts';
import { type Collecting, collect } from '../harness/collecting.ts';
import { spanId, traceBody, traceId } from '../harness/requests.ts';
import { logsRequest, spansRequest } from '../harness/searchData.ts';
import { http1, PROTOBUF } from './support/clients.ts';

const nameOf = new Map([...TRACES.keys()].map(name => [traceIdOf(name), name]));
const namesOf = (traces: readonly TraceSummary[]) => traces.map(({ traceId }) => nameOf.get(traceId)).join(' ');

describe('searching what the collector stores', () => {
  let folder: string;
  let running: Collecting;
  let collector: CollectorApi;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
    running = await collect(folder);
    collector = running.collector;
    await send(spansRequest(EARLIER_SPANS).body);
    await send(spansRequest(SPANS).body);
    await send(logsRequest(LOGS).body, '/v1/logs');
  });
  after(async () => {
    await running.collector.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(bytes: Uint8Array, path = '/v1/traces'): Promise<void> {
    const answer = await http1(running.port, { path, headers: PROTOBUF, body: bytes });
    assert.equal(answer.status, 200, answer.body.toString());
  }

  /** Everything that is found, over pages. */
  async function all(text: string, limit = 50): Promise<TraceSummary[]> {
    const traces: TraceSummary[] = [];
    for (let after: string | undefined; ; ) {
      const page = await collector.search({ text, limit, ...(after !== undefined && { after }) });
      traces.push(...page.traces);
      if (page.next === undefined) return traces;
      after = page.next;
    }
  }

  it('finds what the golden queries say, and counts it', async () => {
    for (const [query, found] of [...WORDS, ...TERMS, ...BRACES]) {
      assert.equal(namesOf(await all(query)), found, query);
      const count = await collector.countMatches({ text: query });
      assert.deepEqual(count, { traces: found.split(' ').filter(Boolean).length, isComplete: true }, query);
    }
  });

  it('says what is wrong in a query, and where', async () => {
    for (const [query, carets, says] of [...BROKEN_TERMS, ...BROKEN_BRACES]) {
      const error: unknown = await collector.search({ text: query, limit: 1 }).catch((error: unknown) => error);
      assert.ok(error instanceof SearchError, `${query}: ${String(error)}`);
      assert.match(error.message, says);
      assert.equal(`${' '.repeat(error.position)}${'^'.repeat(error.end - error.position)}`, carets, query);
    }
    await assert.rejects(collector.countMatches({ text: 'name:' }), SearchError);
  });

  it('offers keys and values each of which finds something', async () => {
    const { keys } = await collector.searchVocabulary();
    const offered = new Map(keys.map(({ key, values }) => [key, values]));
    assert.deepEqual(offered.get('http.response.status_code'), ['200', '404', '500']);
    assert.ok(offered.get('feature.flags')?.includes('Dark-Mode'));
    assert.ok(offered.get('exception.type')?.includes('OutOfStock'));
    for (const [key, values] of offered) {
      for (const value of values) {
        // What is out of date is offered too; what is no number is compared with nothing.
        const isFound =
          !['running', 'red', 'NaN', 'Infinity'].includes(value) && !/^(span|event|instrumentation):/.test(key);
        if (isFound) assert.notEqual(namesOf(await all(formatAttributeTerm(key, value))), '', `${key} ${value}`);
      }
    }
  });

  it('tells at once what it finds: the same as the page in the end', async () => {
    const heard: SearchProgress[] = [];
    const page = await collector.search({ text: 'service:*', limit: 6 }, progress => heard.push(progress));
    assert.equal(namesOf(page.traces), 'shared twice logs updated unicode loop');
    const told = heard.flatMap(({ traces }) => traces);
    assert.deepEqual(told, page.traces.slice(0, told.length));
    for (const { looked, spans } of [...heard, page]) assert.ok(looked <= spans);
  });

  it('finds every span from the moment it is acknowledged, however many come at once', async () => {
    const senders = Array.from({ length: 4 }, async (_, sender) => {
      for (let n = 0; n < 15; n++) {
        const order = `o-${sender}-${n}`;
        const id = traceId(0x5000 + 100 * sender + n);
        await send(traceBody([{ traceId: id, spanId: spanId(1), name: order, attributes: { 'order.id': order } }]));
        const texts = [`order.id:${order}`, `name:${order}`, `{ .order.id = "${order}" }`, id, `"${order}"`];
        const text = texts[n % texts.length]!;
        const { traces } = await collector.search({ text, limit: 5 });
        // What begins with the number of another is no other.
        assert.ok(traces.some(({ traceId }) => traceId === id) && traces.length <= 10, `${text}: ${traces.length}`);
        if (!text.startsWith('"')) assert.equal(traces.length, 1, text);
      }
    });
    await Promise.all(senders);
  });

  it('forgets at once what was deleted, and finds what came anew', async () => {
    const id = traceId(0x7001);
    const bytes = traceBody([{ traceId: id, spanId: spanId(1), attributes: { 'order.id': 'deleted' } }]);
    for (let times = 0; times < 3; times++) {
      await send(bytes);
      assert.equal((await all('order.id:deleted')).length, 1);
      await collector.deleteTraces([traceIdIn(await all('order.id:deleted'))]);
      assert.equal((await all('order.id:deleted')).length, 0);
    }
  });

  it('goes on page by page while other traces come', async () => {
    const names = (traces: readonly TraceSummary[]) => traces.map(({ name }) => name);
    const one = (n: number) => ({
      traceId: traceId(0x6000 + n),
      spanId: spanId(1),
      name: `paged ${n}`,
      start: String(1e18 + n),
    });
    await send(traceBody(Array.from({ length: 20 }, (_, n) => one(n))));
    const found: string[] = [];
    let next: string | undefined;
    for (let n = 20; ; n++) {
      const page = await collector.search({
        text: 'name:paged*',
        limit: 3,
        ...(next !== undefined && { after: next }),
      });
      found.push(...names(page.traces));
      if (page.next === undefined) break;
      next = page.next;
      // Newer than all that were found: it belongs on a page that has been.
      await send(traceBody([one(n)]));
    }
    assert.deepEqual(
      found,
      Array.from({ length: 20 }, (_, i) => `paged ${19 - i}`),
    );
  });

  describe('among many', () => {
    before(async function () {
      this.timeout(60_000);
      for (let seed = 1; seed <= 10; seed++) await send(body({ spans: 4_000, shape: 'traces', seed }).proto);
    });

    it('stops when it is told to, and answers others meanwhile', async () => {
      const slow = { text: 'name:/.*no such thing.*/', limit: 50 };
      const abort = new AbortController();
      const began = performance.now();
      const stopped = collector.search(slow, undefined, abort.signal);
      setTimeout(() => abort.abort(), 5);
      const other = collector.search({ text: traceIdOf('chat'), limit: 5 });
      await assert.rejects(Promise.all([stopped, longer(5_000)]), { name: 'AbortError' });
      assert.ok(performance.now() - began < 2_000);
      assert.equal(namesOf((await other).traces), 'chat');

      const before = new AbortController();
      before.abort();
      await assert.rejects(collector.search(slow, undefined, before.signal), { name: 'AbortError' });
      await assert.rejects(collector.countMatches(slow, before.signal), { name: 'AbortError' });
    });

    it('says how far it has looked, which in the end is everything', async () => {
      const heard: SearchProgress[] = [];
      const page = await collector.search({ text: 'name:/.*no such thing.*/', limit: 5 }, one => heard.push(one));
      const { spans } = await collector.storeInfo();
      assert.deepEqual(page, { traces: [], looked: spans, spans });
      const looked = heard.map(one => one.looked);
      assert.deepEqual(
        looked,
        [...looked].sort((a, b) => a - b),
      );
    });
  });
});

function traceIdIn([trace]: readonly TraceSummary[]) {
  assert.ok(trace);
  return trace.traceId;
}

/** Fails after so many milliseconds. */
async function longer(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms).unref());
  throw new Error(`It took longer than ${ms} ms.`);
}
