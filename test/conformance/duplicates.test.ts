import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { RowFlag } from '../../src/model/columns.ts';
import { parseSpanId, parseTraceId, type TraceId } from '../../src/model/ids.ts';
import type { TraceSummary } from '../../src/model/summary.ts';
import { jsonToProto } from '../../src/otlp/transcode.ts';
import { type Collecting, collect } from '../harness/collecting.ts';
import { until } from '../harness/processes.ts';
import { logBody, spanId, type TestSpan, TRACE, traceBody, traceRequest } from '../harness/requests.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { countsOf } from '../senders/stored.ts';
import { type Call, http1, JSON_TYPE, PROTOBUF } from './support/clients.ts';
import { GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';

const trace = parseTraceId(TRACE)!;
const START = 1_725_000_000_000_000_000n;
const spans = (from: number, to: number): TestSpan[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ spanId: spanId(from + i), name: `span ${from + i}` }));

describe('telemetry that is sent more than once', () => {
  const folder = temporaryFolder();
  let running: Collecting;
  let counts: ReturnType<typeof countsOf>;
  beforeEach(async () => {
    running = await collect(folder());
    counts = countsOf(running.collector);
  });
  afterEach(() => running.collector.dispose());

  async function send(call: Call): Promise<void> {
    const { status, body } = await http1(running.port, { headers: PROTOBUF, ...call });
    assert.equal(status, 200, body.toString('latin1'));
    assert.equal(body.length, call.headers?.['content-type'] === 'application/json' ? 2 : 0, 'full success');
  }

  /** The summary once it counts so many spans; a moment later it still must. */
  async function settled(spanCount: number, id: TraceId = trace): Promise<TraceSummary> {
    await until(`${spanCount} spans are listed`, async () => {
      return (await running.collector.summary(id))?.spanCount === spanCount;
    });
    // The index follows an acknowledgement within a few hundredths of a second: what is counted twice shows by then.
    await new Promise(resolve => setTimeout(resolve, 150));
    const summary = await running.collector.summary(id);
    assert.equal(summary?.spanCount, spanCount);
    assert.equal((await running.collector.trace(id))?.spans.length, spanCount);
    return summary;
  }

  async function flagsOf(id: string): Promise<number> {
    const columns = await running.collector.columns(trace);
    const row = Array.from({ length: columns?.rows ?? 0 }, (_, i) => i).find(
      i => Buffer.from(columns!.spanIds.subarray(8 * i, 8 * i + 8)).toString('hex') === id,
    );
    assert.ok(row !== undefined);
    return columns!.flags[row] ?? 0;
  }

  it('S-10: a batch sent twice is kept once and acknowledged twice', async () => {
    const body = traceBody(spans(1, 50));
    await send({ body });
    await send({ body });
    await Promise.all([send({ body }), send({ body }), send({ body })]);
    await settled(50);
    assert.equal((await flagsOf(spanId(1))) & RowFlag.updated, 0, 'the same again is no update');
  });

  it('S-10: whatever way it comes the second time', async () => {
    const body = traceBody(spans(1, 20));
    const client = new GrpcClient(`127.0.0.1:${running.port}`);
    await send({ body });
    await send({ body: gzipSync(body), headers: { ...PROTOBUF, 'content-encoding': 'gzip' } });
    await send({ body: Buffer.from(JSON.stringify(traceRequest(spans(1, 20)))), headers: JSON_TYPE });
    assert.equal((await client.call(TRACES_METHOD, body)).code, 0);
    client.close();
    await settled(20);
    assert.equal((await flagsOf(spanId(7))) & RowFlag.updated, 0);
  });

  it('S-10: also after a restart', async () => {
    const body = traceBody(spans(1, 20));
    await send({ body });
    await running.collector.dispose();
    running = await collect(folder());
    await send({ body });
    await send({ body: traceBody(spans(11, 30)) });
    await settled(30);
  });

  it('S-10: batched differently the second time', async () => {
    await send({ body: traceBody(spans(1, 60)) });
    for (const [from, to] of [
      [1, 10],
      [5, 33],
      [33, 61],
      [60, 64],
    ] as const) {
      await send({ body: traceBody(spans(from, to)) });
    }
    await settled(64);
  });

  it('S-11: other content of the same span is kept too and flagged; the later end is shown', async () => {
    const first = { ...spans(1, 1)[0]!, end: String(START + 5_000_000n), attributes: { try: 'first' } };
    const second = { ...first, end: String(START + 9_000_000n), attributes: { try: 'second' }, error: true };
    await send({ body: traceBody([first, ...spans(2, 3)]) });
    await send({ body: traceBody([second]) });
    const summary = await settled(3);
    assert.equal(summary.endTimeUnixNano, START + 9_000_000n);
    assert.equal(summary.errorCount, 1);
    assert.notEqual((await flagsOf(spanId(1))) & RowFlag.updated, 0);
    assert.equal((await flagsOf(spanId(2))) & RowFlag.updated, 0);
    const shown = await running.collector.span(trace, parseSpanId(spanId(1))!);
    assert.equal(shown?.span.endTimeUnixNano, START + 9_000_000n);
    assert.deepEqual(shown?.span.attributes[0]?.value, { type: 'string', value: 'second' });
  });

  it('S-11: the same span id in another trace, or of another case, is told apart', async () => {
    await send({ body: traceBody(spans(1, 3)) });
    const other = 'aa'.repeat(16);
    await send({ body: traceBody(spans(1, 3).map(span => ({ ...span, traceId: other }))) });
    const upper = traceRequest(spans(1, 4).map(span => ({ ...span, traceId: TRACE.toUpperCase() })));
    await send({ body: Buffer.from(JSON.stringify(upper)), headers: JSON_TYPE });
    await settled(4);
    await settled(3, parseTraceId(other)!);
  });

  const metric = (value: number): Uint8Array => {
    const point = { timeUnixNano: String(START), asInt: String(value) };
    const metrics = [{ name: 'orders', gauge: { dataPoints: [point, point] } }];
    return jsonToProto('metrics', Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })));
  };

  it('S-12: logs and metrics sent again are acknowledged and not stored again', async () => {
    const logs = logBody([{ traceId: TRACE, spanId: spanId(1), body: 'hello' }]);
    await send({ body: traceBody(spans(1, 1)) });
    for (const [path, body] of [
      ['/v1/logs', logs],
      ['/v1/metrics', metric(1)],
    ] as const) {
      await send({ path, body });
      await send({ path, body });
      await send({ path, body: gzipSync(body), headers: { ...PROTOBUF, 'content-encoding': 'gzip' } });
      await Promise.all([send({ path, body }), send({ path, body })]);
    }
    await until('all is counted', () => counts().requests === 11);
    assert.equal(counts().logs, 1);
    assert.equal(counts().metricPoints, 2);
    const summary = await settled(1);
    assert.equal(summary.logCount, 1);
    const { details } = (await running.collector.span(trace, parseSpanId(spanId(1))!))!;
    assert.equal(details.logs.length, 1);
  });

  it('S-12: what differs by a byte is stored; a restart forgets nothing', async () => {
    const logs = (text: string) => logBody([{ traceId: TRACE, spanId: spanId(1), body: text }]);
    await send({ body: traceBody(spans(1, 1)) });
    await send({ path: '/v1/logs', body: logs('one') });
    await send({ path: '/v1/metrics', body: metric(1) });
    await running.collector.dispose();
    running = await collect(folder());
    counts = countsOf(running.collector);
    await send({ path: '/v1/logs', body: logs('one') });
    await send({ path: '/v1/logs', body: logs('two') });
    await send({ path: '/v1/metrics', body: metric(1) });
    await send({ path: '/v1/metrics', body: metric(2) });
    await until('all is counted', () => counts().requests === 4);
    assert.equal(counts().logs, 1);
    assert.equal(counts().metricPoints, 2);
    await until('both logs are listed', async () => (await running.collector.summary(trace))?.logCount === 2);
  });

  const begun = { spanId: spanId(1), name: 'work', end: '0', attributes: { state: 'begun' } };
  const between = { ...begun, end: String(START + 1_000_000n), attributes: { state: 'between' } };
  const done = { ...begun, end: String(START + 2_000_000n), attributes: { state: 'done' } };
  for (const order of [
    [begun, done],
    [done, begun],
    [between, begun, done],
    [done, between, begun],
  ]) {
    const states = order.map(({ attributes }) => attributes.state);
    it(`S-15: of one span ${states.join(', then ')}: the latest end is shown`, async () => {
      for (const span of order) {
        await send({ body: traceBody([span]) });
        if (span === begun && order[0] === begun) {
          await settled(1);
          assert.notEqual((await flagsOf(spanId(1))) & RowFlag.open, 0);
        }
      }
      await until('the end is listed', async () => {
        return (await running.collector.summary(trace))?.endTimeUnixNano === START + 2_000_000n;
      });
      await settled(1);
      const shown = await running.collector.span(trace, parseSpanId(spanId(1))!);
      assert.deepEqual(shown?.span.attributes[0]?.value, { type: 'string', value: 'done' });
      assert.equal((await flagsOf(spanId(1))) & RowFlag.open, 0);
      assert.notEqual((await flagsOf(spanId(1))) & RowFlag.updated, 0);
    });
  }
});
