import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { CollectorApi, CommitNotice, ReceiverState } from '../../src/collector/api.ts';
import { createCollector } from '../../src/collector/collector.ts';
import { parseSpanId, parseTraceId } from '../../src/model/ids.ts';
import { logBody, spanId, TRACE, traceRequest } from '../harness/requests.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { post } from './program.ts';

const bundle = (name: string) => fileURLToPath(new URL(`../../dist/${name}.cjs`, import.meta.url));
const trace = parseTraceId(TRACE)!;

describe('the collector and its workers', () => {
  const folder = temporaryFolder();
  let collector: CollectorApi;
  let url: string;
  beforeEach(async () => {
    collector = createCollector({
      storageFolder: folder(),
      ports: [0],
      listen: true,
      workers: {
        ingest: bundle('ingest'),
        receive: bundle('receive'),
        query: bundle('query'),
        search: bundle('search'),
      },
    });
    url = await listening();
  });
  afterEach(() => collector.dispose());

  const listening = () =>
    new Promise<string>(resolve => {
      const check = (state: ReceiverState) => {
        if (state.phase === 'listening') resolve(state.main.url);
      };
      check(collector.state);
      collector.onDidChangeState(check);
    });

  const committed = () => new Promise<CommitNotice>(resolve => collector.onDidCommit(resolve));

  it('tells of a commit, and answers what was committed', async () => {
    const notice = committed();
    await post(
      url,
      traceRequest([
        { spanId: spanId(1), name: 'GET /' },
        { spanId: spanId(2), parentSpanId: spanId(1) },
      ]),
    );
    assert.deepEqual((await notice).traceIds, [TRACE]);
    assert.equal((await notice).traces, 1);
    const page = await collector.listTraces({ limit: 10 });
    assert.equal(page.traces[0]?.name, 'GET /');
    const columns = await collector.columns(trace);
    assert.deepEqual([...(columns?.parent ?? [])], [-1, 0]);
    const found = await collector.span(trace, parseSpanId(spanId(2))!);
    assert.equal(found?.details.parentSpanId, spanId(1));
    assert.equal(found?.span.name, `span ${spanId(2)}`);
    const raw = await collector.rawSpan(trace, parseSpanId(spanId(2))!);
    assert.equal(JSON.parse(raw ?? '').spanId, spanId(2));
    assert.deepEqual(await collector.listServices(), [
      { service: 'shop', traces: 1, errors: 0, latestUnixNano: page.traces[0]?.startTimeUnixNano },
    ]);
    assert.equal((await collector.storeInfo()).traces, 1);
  });

  it('shows logs with their span', async () => {
    await post(url, traceRequest([{ spanId: spanId(1) }]));
    const body = logBody([{ traceId: TRACE, spanId: spanId(1), body: 'hello' }]);
    const response = await fetch(`${url}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body,
    });
    assert.equal(response.status, 200);
    const found = await collector.span(trace, parseSpanId(spanId(1))!);
    assert.deepEqual(found?.details.logs[0]?.body, { type: 'string', value: 'hello' });
  });

  it('counts what it refuses, with the reason', async () => {
    const notice = committed();
    await fetch(`${url}/v1/trace`, { method: 'POST', body: '{}' });
    assert.equal((await notice).counts.refused, 1);
    assert.match((await notice).counts.lastRefusal?.reason ?? '', /\/v1\/traces/);
  });

  it('gives statistics by line, and forgets what was deleted', async () => {
    const attributes = { 'code.file.path': '/app/src/shop.ts', 'code.line.number': '7', 'code.function.name': 'buy' };
    await post(
      url,
      traceRequest([
        { spanId: spanId(1), attributes, error: true },
        { spanId: spanId(2), attributes },
      ]),
    );
    const report = await collector.sites();
    assert.deepEqual(
      report?.sites.map(({ path, line, count, errors, services }) => ({ path, line, count, errors, services })),
      [{ path: '/app/src/shop.ts', line: 7, count: 2, errors: 1, services: ['shop'] }],
    );
    assert.equal(report?.more, false);
    assert.equal(await collector.sites(report?.version), undefined);
    const spans = await collector.siteSpans([{ path: '/app/src/shop.ts', line: 7 }]);
    assert.deepEqual(new Set(spans.map(span => span.spanId)), new Set([spanId(1), spanId(2)]));
    await collector.deleteTraces([trace]);
    assert.deepEqual((await collector.sites(report?.version))?.sites, []);
    assert.equal((await collector.listTraces({ limit: 10 })).total, 0);
  });

  it('closes and opens its ports on demand', async () => {
    await collector.setListening(false);
    assert.equal(collector.state.phase, 'off');
    await assert.rejects(post(url, traceRequest([{ spanId: spanId(1) }])));
    await collector.setListening(true);
    await post(await listening(), traceRequest([{ spanId: spanId(1) }]));
  });

  it('answers a question with a mistake in words, and goes on', async () => {
    await post(url, traceRequest([{ spanId: spanId(1) }]));
    await assert.rejects(collector.search({ text: 'duration:>soon', limit: 1 }), { name: 'SearchError', position: 10 });
    assert.equal((await collector.columns(trace))?.rows, 1);
  });
});
