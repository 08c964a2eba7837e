import assert from 'node:assert/strict';
import type { CollectorApi } from '../../src/collector/api.ts';
import { parseSpanId, parseTraceId } from '../../src/model/ids.ts';
import { collect } from '../harness/collecting.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { encode, type Plain } from '../unit/otlp/oracle.ts';
import { GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';
import { readFields } from './support/wire.ts';

const TIME = 1_725_000_000_123_456_789n;
const bytes = (hex: string) => Buffer.from(hex, 'hex');

interface Answer {
  status: number;
  json: { partialSuccess?: { rejectedSpans?: string; errorMessage?: string }; message?: string };
}

describe('the data model of OTLP', () => {
  const folder = temporaryFolder();
  let collector: CollectorApi;
  let url = '';
  let port = 0;
  let traces = 0;
  /** 32 digits, another for each test. */
  let trace = '';
  beforeEach(async () => {
    ({ collector, url, port } = await collect(folder()));
    trace = (++traces).toString(16).padStart(32, 'a');
  });
  afterEach(() => collector.dispose());

  const post = async (signal: string, body: string | Buffer, type = 'application/json'): Promise<Answer> => {
    const response = await fetch(`${url}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from(body),
    });
    const text = type === 'application/json' ? await response.text() : '{}';
    return { status: response.status, json: JSON.parse(text) };
  };
  const sendSpans = (...spans: object[]) =>
    post('traces', JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans.map(whole) }] }] }));
  const whole = (span: object) => ({
    traceId: trace,
    spanId: '00000000000000a1',
    name: 'n',
    startTimeUnixNano: String(TIME),
    endTimeUnixNano: String(TIME + 5n),
    ...span,
  });
  const sendProto = async (request: string, signal: string, message: Plain, behind = Buffer.alloc(0)) => {
    const body = Buffer.concat([encode(request, message), behind]);
    assert.equal((await post(signal, body, 'application/x-protobuf')).status, 200);
  };

  const decoded = (id = trace) => collector.trace(parseTraceId(id)!);
  /** The trace as it is given back, parsed. */
  const otlp = async (id = trace) => JSON.parse((await collector.otlp(parseTraceId(id)!)) ?? '{}');
  const spansOf = async (id = trace): Promise<Record<string, unknown>[]> => {
    type Scopes = { scopeSpans?: { spans: Record<string, unknown>[] }[] };
    const { resourceSpans = [] } = (await otlp(id)) as { resourceSpans?: Scopes[] };
    return resourceSpans.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(scope => scope.spans));
  };
  const names = async (id = trace) => (await spansOf(id)).map(span => span['name']).sort();

  describe('I-01, I-03: a span with a broken id is refused by itself', () => {
    const broken: [string, object][] = [
      ['no trace id', { traceId: '' }],
      ['a trace id of zeros', { traceId: '0'.repeat(32) }],
      ['a trace id of 15 bytes', { traceId: '1'.repeat(30) }],
      ['a trace id of 17 bytes', { traceId: '1'.repeat(34) }],
      ['no span id', { spanId: '' }],
      ['a span id of zeros', { spanId: '0'.repeat(16) }],
      ['a span id of 7 bytes', { spanId: '1'.repeat(14) }],
      ['a span id of 16 bytes', { spanId: '1'.repeat(32) }],
    ];
    for (const [what, ids] of broken) {
      it(what, async () => {
        const { status, json } = await sendSpans({}, { name: 'broken', ...ids }, { spanId: '00000000000000a2' });
        assert.equal(status, 200);
        assert.equal(json.partialSuccess?.rejectedSpans, '1');
        assert.match(json.partialSuccess?.errorMessage ?? '', /1 of 3 spans .*trace id/);
        assert.deepEqual(await names(), ['n', 'n']);
      });
    }

    it('alone in its request too, by HTTP and by gRPC', async () => {
      const { status, json } = await sendSpans({ spanId: '' });
      assert.deepEqual([status, json.partialSuccess?.rejectedSpans], [200, '1']);
      const client = new GrpcClient(`127.0.0.1:${port}`);
      try {
        const span = { trace_id: bytes('11'), span_id: bytes('a1a1a1a1a1a1a1a1'), name: 'n' };
        const message = encode('ExportTraceServiceRequest', {
          resource_spans: [{ scope_spans: [{ spans: [span] }] }],
        });
        const answer = await client.call(TRACES_METHOD, message);
        assert.equal(answer.code, 0);
        const [partial] = readFields(answer.message ?? Buffer.of());
        assert.deepEqual(readFields(partial?.value as Buffer)[0], { number: 1, value: 1 });
      } finally {
        client.close();
      }
    });

    it('and the message names the first one', async () => {
      const { json } = await sendSpans({}, { name: 'the culprit', spanId: '' }, { name: 'another', spanId: '' });
      assert.match(json.partialSuccess?.errorMessage ?? '', /the culprit/);
    });
  });

  it('I-01: a parent id that is absent, empty or zeros is none', async () => {
    await sendSpans(
      { spanId: '00000000000000a1' },
      { spanId: '00000000000000a2', parentSpanId: '' },
      { spanId: '00000000000000a3', parentSpanId: '0'.repeat(16) },
      { spanId: '00000000000000a4', parentSpanId: '00000000000000a1' },
    );
    const parents = (await collector.columns(parseTraceId(trace)!))?.parent;
    assert.equal(parents?.filter(parent => parent === -1).length, 3);
    assert.equal(parents?.length, 4);
  });

  it('I-02: a span id counts only within its trace', async () => {
    const other = 'b'.repeat(32);
    await sendSpans({ name: 'first' }, { traceId: other, name: 'second' });
    await sendSpans({ traceId: 'c'.repeat(32), name: 'third' });
    assert.deepEqual(await names(), ['first']);
    assert.deepEqual(await names(other), ['second']);
    assert.deepEqual(await names('c'.repeat(32)), ['third']);
    assert.equal((await collector.storeInfo()).traces, 3);
  });

  describe('I-04: one signal sent as another is refused with the right path', () => {
    const time = { time_unix_nano: Number(TIME) };
    const ids = { trace_id: bytes('5b8efff798038103d269b633813fc60c'), span_id: bytes('eee19b7ec3c1b174') };
    const log = { ...time, severity_number: 9, body: { string_value: 'hello' }, ...ids };
    const span = { ...ids, name: 'GET /', start_time_unix_nano: Number(TIME), end_time_unix_nano: Number(TIME) };
    const metric = { name: 'heap', gauge: { data_points: [{ ...time, as_int: 5 }] } };
    const bodies: [string, Uint8Array][] = [
      ['traces', encode('ExportTraceServiceRequest', { resource_spans: [{ scope_spans: [{ spans: [span] }] }] })],
      ['logs', encode('ExportLogsServiceRequest', { resource_logs: [{ scope_logs: [{ log_records: [log, log] }] }] })],
      [
        'metrics',
        encode('ExportMetricsServiceRequest', { resource_metrics: [{ scope_metrics: [{ metrics: [metric] }] }] }),
      ],
    ];
    const lists: [string, string][] = [
      ['traces', '{"resourceSpans":[{"scopeSpans":[]}]}'],
      ['logs', '{"resourceLogs":[{"scopeLogs":[]}]}'],
      ['metrics', '{"resource_metrics":[{"scopeMetrics":[]}]}'],
    ];
    for (const [sent, body] of [...bodies, ...lists]) {
      const type = typeof body === 'string' ? 'application/json' : 'application/x-protobuf';
      for (const path of ['traces', 'logs', 'metrics'].filter(signal => signal !== sent)) {
        it(`${sent} as ${path}, ${type}`, async () => {
          const response = await fetch(`${url}/v1/${path}`, {
            method: 'POST',
            headers: { 'content-type': type },
            body: typeof body === 'string' ? body : Buffer.from(body),
          });
          assert.equal(response.status, 400);
          assert.match(await response.text(), new RegExp(`export of ${sent} .*/v1/${sent}`));
          assert.equal((await collector.storeInfo()).traces, 0);
        });
      }
    }
  });

  it('I-05: all 32 bits of the flags are kept, and absent is not zero', async () => {
    const links = [
      { traceId: trace, spanId: '00000000000000b1', flags: 0xfffffcff },
      { traceId: trace, spanId: '00000000000000b2' },
    ];
    await sendSpans(
      { flags: 0x80000301, links },
      { spanId: '00000000000000a2' },
      { spanId: '00000000000000a3', flags: 0 },
    );
    const [first, second, third] = await spansOf();
    assert.equal(first?.['flags'], 0x80000301);
    assert.deepEqual(first?.['links'], links);
    assert.equal(second && 'flags' in second, false);
    assert.equal(third?.['flags'], 0);
  });

  it('I-06: a kind and a status code that nobody knows are kept as numbers', async () => {
    await sendSpans({ kind: 99, status: { code: 42, message: 'm' } }, { spanId: '00000000000000a2', kind: 0 });
    const [first, second] = await spansOf();
    assert.deepEqual([first?.['kind'], first?.['status']], [99, { code: 42, message: 'm' }]);
    assert.equal(second?.['kind'], 0);
    assert.equal((await decoded())?.spans.length, 2);
  });

  it('I-07: spans without a start, without an end and with a reversed one are kept, none with a negative width', async () => {
    const times: [string, string, string][] = [
      ['00000000000000a1', '0', String(TIME)],
      ['00000000000000a2', String(TIME), '0'],
      ['00000000000000a3', String(TIME + 9n), String(TIME)],
      ['00000000000000a4', '0', '0'],
      ['00000000000000a5', String(2n ** 64n - 1n), '1'],
      ['00000000000000a6', String(TIME), String(TIME + 5n)],
    ];
    const spans = times.map(([spanId, startTimeUnixNano, endTimeUnixNano]) => ({
      spanId,
      startTimeUnixNano,
      endTimeUnixNano,
    }));
    assert.deepEqual((await sendSpans(...spans)).json, {});
    const kept = (await spansOf()).map(span => [span['spanId'], span['startTimeUnixNano'], span['endTimeUnixNano']]);
    assert.deepEqual(kept.sort(), times);
    const columns = await collector.columns(parseTraceId(trace)!);
    assert.equal(columns?.rows, 6);
    for (const column of Object.values(columns ?? {})) {
      if (column instanceof Float64Array) assert.ok(column.every(number => number >= 0 && Number.isFinite(number)));
    }
  });

  it('I-07: spans are sorted by their start, then as they came', async () => {
    const at = (spanId: string, after: bigint) => ({
      spanId,
      name: spanId.slice(-2),
      startTimeUnixNano: String(TIME + after),
    });
    await sendSpans(at('00000000000000c1', 2n), at('00000000000000c2', 1n), at('00000000000000c3', 1n));
    await sendSpans(at('00000000000000c4', 0n), at('00000000000000c5', 1n));
    const columns = await collector.columns(parseTraceId(trace)!);
    const ids = Array.from({ length: columns?.rows ?? 0 }, (_, row) => columns?.strings[columns.name[row] ?? 0]);
    assert.deepEqual(ids, ['c4', 'c2', 'c3', 'c5', 'c1']);
  });

  it('I-07: a log without a time has that of its observation', async () => {
    await sendSpans({});
    const ids = { traceId: trace, spanId: '00000000000000a1' };
    const record = (text: string, times: object) => ({ ...ids, body: { stringValue: text }, ...times });
    const logRecords = [
      record('second', { timeUnixNano: '0', observedTimeUnixNano: String(TIME + 2n) }),
      record('first', { timeUnixNano: String(TIME + 1n), observedTimeUnixNano: String(TIME + 9n) }),
    ];
    await post('logs', JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
    const logs = (await decoded())?.logs ?? [];
    assert.deepEqual(
      logs.map(({ body }) => /first|second/.exec(JSON.stringify(body))?.[0]),
      ['first', 'second'],
    );
  });

  it('I-08, I-09, I-10: dropped counts, both schema URLs and entity references', async () => {
    const request = {
      resourceSpans: [
        {
          resource: {
            attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }],
            droppedAttributesCount: 1,
            entityRefs: [
              { schemaUrl: 'https://example.com/e', type: 'service', idKeys: ['service.name'], descriptionKeys: ['x'] },
            ],
          },
          schemaUrl: 'https://example.com/resource',
          scopeSpans: [
            {
              scope: { name: 'lib', droppedAttributesCount: 2 },
              schemaUrl: 'https://example.com/scope',
              spans: [
                {
                  ...whole({}),
                  droppedAttributesCount: 3,
                  events: [{ timeUnixNano: '1', name: 'e', droppedAttributesCount: 4 }],
                  droppedEventsCount: 5,
                  links: [{ traceId: trace, spanId: '00000000000000b1', droppedAttributesCount: 6 }],
                  droppedLinksCount: 4294967295,
                },
              ],
            },
          ],
        },
      ],
    };
    await post('traces', JSON.stringify(request));
    assert.deepEqual(await otlp(), request);
    const found = await collector.span(parseTraceId(trace)!, parseSpanId('00000000000000a1')!);
    // A person sees them as well.
    assert.match(JSON.stringify(found?.details, plainly), /4294967295/);
  });

  it('I-11: values of every kind and depth, and keys that come twice', async () => {
    const nested = (depth: number): object =>
      depth === 0
        ? {}
        : { kvlistValue: { values: [{ key: 'k', value: { arrayValue: { values: [nested(depth - 1)] } } }] } };
    const attributes = [
      { key: 'empty', value: {} },
      { key: 'none' },
      { key: 'bytes', value: { bytesValue: 'AAH/' } },
      {
        key: 'mixed',
        value: { arrayValue: { values: [{ stringValue: '' }, { intValue: '1' }, {}, { boolValue: false }] } },
      },
      { key: 'deep', value: nested(9) },
      { key: 'twice', value: { stringValue: 'first' } },
      { key: 'twice', value: { stringValue: 'last' } },
      { key: '__proto__', value: { kvlistValue: { values: [{ key: 'constructor', value: {} }] } } },
    ];
    await sendSpans({ attributes });
    assert.deepEqual((await spansOf())[0]?.['attributes'], attributes);
  });

  it('I-11: of a key that comes twice the last one is looked up', async () => {
    const service = (value: string) => ({ key: 'service.name', value: { stringValue: value } });
    const resource = { attributes: [service('first'), service('last')] };
    const spans = [whole({})];
    await post('traces', JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
    const services = (await collector.listServices()).map(({ service }) => service);
    assert.deepEqual(services, ['last']);
  });

  it('I-12: an index into a table that only profiles have is no error, and is kept', async () => {
    const attributes = [
      { key: 'k', value: { stringValueStrindex: 7 } },
      { keyStrindex: 3, value: { stringValue: 'v' } },
    ];
    assert.deepEqual((await sendSpans({ attributes })).json, {});
    assert.deepEqual((await spansOf())[0]?.['attributes'], attributes);
    assert.equal((await decoded())?.spans[0]?.attributes.length, 2);
  });

  it('I-13: links lead anywhere, to nothing as well, and never make a parent', async () => {
    const links = [
      { traceId: 'f'.repeat(32), spanId: '00000000000000b1' },
      { traceId: trace, spanId: '00000000000000a2' },
      { traceId: '0'.repeat(32), spanId: '0'.repeat(16) },
      { traceId: '', spanId: '' },
    ];
    assert.deepEqual((await sendSpans({ links }, { spanId: '00000000000000a2' })).json, {});
    const found = await decoded();
    const linked = (await spansOf()).find(span => span['links'] !== undefined);
    assert.deepEqual(linked?.['links'], links);
    assert.equal(found?.spans.length, 2);
    assert.deepEqual([...((await collector.columns(parseTraceId(trace)!))?.parent ?? [])], [-1, -1]);
  });

  it('I-14: fields of a later version are kept as they came, on every level', async () => {
    // Field 4000, a string.
    const later = (text: string) => Buffer.concat([Buffer.of(0x82, 0xfa, 0x01, text.length), Buffer.from(text)]);
    const inside = (tag: number, ...parts: Uint8Array[]) => {
      const content = Buffer.concat(parts);
      assert.ok(content.length < 128);
      return Buffer.concat([Buffer.of(tag, content.length), content]);
    };
    const span = inside(0x12, inside(0x0a, bytes(trace)), inside(0x12, bytes('00000000000000a1')), later('span'));
    const scope = inside(0x12, span, later('scope'));
    const body = Buffer.concat([inside(0x0a, scope, later('resource')), later('request')]);
    assert.equal((await post('traces', body, 'application/x-protobuf')).status, 200);
    const json = JSON.stringify(await otlp());
    for (const level of ['span', 'scope', 'resource', 'request']) {
      assert.ok(json.includes(later(level).toString('base64')), `${level}: ${json}`);
    }
  });

  it('I-15: log records without valid ids are stored, those of a span are found with it, and events have names', async () => {
    await sendSpans({});
    const ids = { trace_id: bytes(trace), span_id: bytes('00000000000000a1') };
    const log_records = [
      { body: { string_value: 'of nothing' } },
      { body: { string_value: 'of no span' }, trace_id: bytes(trace), span_id: bytes('00') },
      { body: { string_value: 'of zeros' }, trace_id: Buffer.alloc(16), span_id: Buffer.alloc(8) },
      { body: { string_value: 'of the span' }, event_name: 'clicked', ...ids },
    ];
    await sendProto('ExportLogsServiceRequest', 'logs', { resource_logs: [{ scope_logs: [{ log_records }] }] });
    const found = await collector.span(parseTraceId(trace)!, parseSpanId('00000000000000a1')!);
    assert.deepEqual(
      found?.details.logs.map(log => log.body),
      [{ type: 'string', value: 'of the span' }],
    );
    assert.match(JSON.stringify(await otlp()), /"eventName":"clicked"/);
    await new Promise<void>(resolve => {
      const { dispose } = collector.onDidCommit(check);
      function check() {
        if (collector.counts.logs < 4) return;
        dispose();
        resolve();
      }
      check();
    });
    assert.equal(collector.counts.logs, 4);
  });
});

function plainly(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
