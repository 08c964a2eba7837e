import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CollectorApi } from '../../src/collector/api.ts';
import { DEFAULT_INGEST_SETTINGS } from '../../src/collector/api.ts';
import type { SpanId, TraceId } from '../../src/model/ids.ts';
import { jsonToProto } from '../../src/otlp/transcode.ts';
import { post, serve, spanside } from '../cli/program.ts';
import { collect } from '../harness/collecting.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';

const SECRET = 'hunter2-Zz9';
const ways = ['protobuf', 'JSON', 'gRPC'] as const;
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const traceIds = ways.map((_, i) => `0af7651916cd43dd8448eb211c80319${i}` as TraceId);
const SPAN_ID = 'b7ad6b7169203331' as SpanId;

const request = (traceId: string, service = 'shop') => ({
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', service), text('vault.password', SECRET)] },
      scopeSpans: [
        {
          scope: { name: 'n' },
          spans: [
            {
              traceId,
              spanId: SPAN_ID,
              name: 'GET /',
              startTimeUnixNano: '1760000000000000000',
              endTimeUnixNano: '1760000000000000001',
              attributes: [
                text('http.request.header.authorization', `Bearer ${SECRET}`),
                text('gen_ai.usage.input_tokens', '12'),
              ],
              events: [{ name: 'e', attributes: [text('exception.message', `https://bob:${SECRET}@h/`)] }],
            },
          ],
        },
      ],
    },
  ],
});

/** Sends one trace each way; resolves when each is acknowledged. */
async function sendAll(url: string, service?: string): Promise<void> {
  for (const [i, way] of ways.entries()) {
    const json = JSON.stringify(request(traceIds[i]!, service));
    const bytes = jsonToProto('traces', Buffer.from(json));
    if (way === 'JSON') await post(url, json);
    else if (way === 'protobuf') {
      const headers = { 'content-type': 'application/x-protobuf' };
      const answer = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: bytes });
      assert.equal(answer.status, 200);
    } else {
      const client = new GrpcClient(new URL(url).host);
      assert.equal((await client.call(TRACES_METHOD, bytes)).code, 0);
      client.close();
    }
  }
}

function isOnDisk(folder: string, needle: string): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .some(entry => readFileSync(join(entry.parentPath, entry.name)).includes(needle));
}

const expected = (traceId: string) =>
  JSON.parse(
    JSON.stringify(request(traceId)).replaceAll(`Bearer ${SECRET}`, '[masked]').replaceAll(SECRET, '[masked]'),
  );

describe('what is on disk and what is shown of it', () => {
  const folder = temporaryFolder();

  it('X-50, X-51, X-52: `spanside serve` keeps and shows what was redacted, however it was sent', async () => {
    const server = await serve(folder());
    await sendAll(server.url);
    assert.equal(await server.stop(), 0);
    assert.equal(isOnDisk(folder(), SECRET), false);
    for (const traceId of traceIds) {
      const { out } = await spanside(['trace', traceId, '--otlp', '--storage', folder()]);
      assert.deepEqual(JSON.parse(out), expected(traceId));
    }
  }).timeout(20_000);

  async function collecting(work: (collector: CollectorApi, url: string) => Promise<void>): Promise<void> {
    const { collector, url } = await collect(folder());
    try {
      await work(collector, url);
    } finally {
      await collector.dispose();
    }
  }

  it('X-50: the span says how many of its values were masked, in its details and nowhere in its JSON', () =>
    collecting(async (collector, url) => {
      await sendAll(url);
      for (const traceId of traceIds) {
        const found = await collector.span(traceId, SPAN_ID);
        assert.equal(found?.span.maskedValues, 3);
        assert.equal(found?.details.maskedValues, 3);
        assert.doesNotMatch((await collector.rawSpan(traceId, SPAN_ID)) ?? '', /unknownFields|spanside/);
      }
    })).timeout(20_000);

  it('X-52: with redaction off everything is kept as it was sent, from the next request on', () =>
    collecting(async (collector, url) => {
      await collector.configure({ ...DEFAULT_INGEST_SETTINGS, redaction: { enabled: false, keys: [], patterns: [] } });
      await sendAll(url);
      for (const traceId of traceIds) {
        assert.deepEqual(JSON.parse((await collector.otlp(traceId)) ?? ''), request(traceId));
        assert.equal((await collector.span(traceId, SPAN_ID))?.span.maskedValues, 0);
      }
    })).timeout(20_000);

  it('muted services are answered as if they were kept, are counted, and are not on disk', () =>
    collecting(async (collector, url) => {
      await collector.configure({ ...DEFAULT_INGEST_SETTINGS, mutedServices: ['noisy'] });
      await sendAll(url, 'noisy');
      await post(url, request('0af7651916cd43dd8448eb211c80319f'));
      const { total } = await collector.listTraces({ limit: 10 });
      assert.equal(total, 1);
      while (collector.counts.muted < 3) await new Promise(resolve => setTimeout(resolve, 20));
      assert.equal(isOnDisk(folder(), 'noisy'), false);
    })).timeout(20_000);
});
