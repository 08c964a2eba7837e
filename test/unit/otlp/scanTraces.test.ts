import assert from 'node:assert/strict';
import { hexOf } from '../../../src/model/ids.ts';
import { ScanFlag, scanTraces, type TraceScan } from '../../../src/otlp/scanTraces.ts';
import { Sink } from '../../../src/otlp/sink.ts';
import { textOf } from '../../../src/otlp/text.ts';
import { decode, encode, type Plain } from './oracle.ts';
import { REQUESTS } from './samples.ts';
import { request, SPAN_ID, span, spansRequest, TRACE_ID, text, traces } from './spans.ts';

function flagsOf(scan: TraceScan, i = 0): string[] {
  return Object.entries(ScanFlag)
    .filter(([, bit]) => (scan.flags[i]! & bit) !== 0)
    .map(([name]) => name);
}

function nameOf(body: Uint8Array, scan: TraceScan, i = 0): string {
  return textOf(body, scan.nameOffsets[i]!, scan.nameLengths[i]!);
}

describe('the scanner of traces', () => {
  it('finds what another reader finds, in a request that uses every field', () => {
    const body = traces(REQUESTS.traces);
    const scan = scanTraces(body);
    const decoded = decode('ExportTraceServiceRequest', body) as { resource_spans: Plain[] };
    const expected = decoded.resource_spans.flatMap((resource, r) =>
      (resource['scope_spans'] as Plain[]).flatMap(scope => (scope['spans'] as Plain[]).map(each => ({ each, r }))),
    );
    assert.equal(scan.count, 4);
    assert.equal(scan.count, expected.length);
    for (const [i, { each, r }] of expected.entries()) {
      assert.equal(nameOf(body, scan, i), each['name']);
      assert.equal(scan.times[2 * i], BigInt(String(each['start_time_unix_nano'])));
      assert.equal(scan.times[2 * i + 1], BigInt(String(each['end_time_unix_nano'])));
      assert.equal(scan.scopes[scan.scope[i]!]!.resource, r);
      const payload = body.subarray(scan.offsets[i]!, scan.offsets[i]! + scan.lengths[i]!);
      assert.deepEqual(decode('Span', payload), each);
    }
    assert.equal(hexOf(scan.ids, 0, 24), '5b8efff798038103d269b633813fc60ceee19b7ec3c1b174');
    assert.equal(hexOf(scan.parents, 0, 8), 'eee19b7ec3c1b173');
    assert.deepEqual(flagsOf(scan, 0), ['error', 'exception', 'events', 'links']);
    assert.deepEqual(flagsOf(scan, 1), ['invalid', 'root']);
    assert.deepEqual(flagsOf(scan, 3), ['root']);
    assert.equal(scan.invalid, 2);
    assert.deepEqual(
      scan.resources.map(resource => resource.service),
      ['shop', '', ''],
    );
    assert.equal(scan.scopes.length, 3);
  });

  const flags: [what: string, fields: Plain, expected: string[]][] = [
    ['an error', { status: { code: 2 } }, ['error', 'root']],
    ['another status', { status: { code: 1, message: 'fine' } }, ['root']],
    [
      'a code attribute',
      { attributes: [text('a', 'b'), text('code.file.path', 'x'), text('c', 'd')] },
      ['code', 'root'],
    ],
    ['a key that is only the prefix', { attributes: [text('code.', 'x')] }, ['root']],
    ['a key that begins alike', { attributes: [text('codex', 'x'), text('codes.a', 'x')] }, ['root']],
    ['an exception', { events: [{ name: 'exception' }] }, ['exception', 'root', 'events']],
    ['another event', { events: [{ name: 'exceptions' }, { name: 'xception' }] }, ['root', 'events']],
    [
      'a code attribute of an event',
      { events: [{ name: 'e', attributes: [text('code.line', '')] }] },
      ['root', 'events'],
    ],
    ['a link', { links: [{}] }, ['root', 'links']],
    ['a parent', { parent_span_id: SPAN_ID }, []],
    ['a parent of zeros', { parent_span_id: Buffer.alloc(8) }, ['root']],
    ['a parent of the wrong length', { parent_span_id: Buffer.from('abcd') }, []],
    ['a trace id of zeros', { trace_id: Buffer.alloc(16) }, ['invalid', 'root']],
    ['a span id of zeros', { span_id: Buffer.alloc(8) }, ['invalid', 'root']],
    ['a trace id that is too short', { trace_id: Buffer.alloc(15, 1) }, ['invalid', 'root']],
    ['a span id that is too long', { span_id: Buffer.alloc(9, 1) }, ['invalid', 'root']],
    ['no trace id', { trace_id: undefined }, ['invalid', 'root']],
  ];
  for (const [what, fields, expected] of flags) {
    it(`flags ${what}`, () => {
      const scan = scanTraces(spansRequest(span(fields)));
      assert.deepEqual(flagsOf(scan), expected);
      assert.equal(scan.invalid, expected.includes('invalid') ? 1 : 0);
    });
  }

  it('keeps what is left of a parent id of the wrong length', () => {
    const scan = scanTraces(spansRequest(span({ parent_span_id: Buffer.from('0102', 'hex') })));
    assert.equal(hexOf(scan.parents), '0102000000000000');
  });

  it('takes the last of a field that was sent twice', () => {
    const parts = [
      encode('Span', {
        trace_id: Buffer.alloc(3),
        name: 'a',
        parent_span_id: SPAN_ID,
        start_time_unix_nano: 1,
        status: { code: 2 },
      }),
      encode('Span', { ...span({ name: 'bc', start_time_unix_nano: 2, status: { message: 'm' } }) }),
      // An empty parent id, which protobufjs would leave out.
      Buffer.from('2200', 'hex'),
    ];
    const payload = Buffer.concat(parts);
    const body = Buffer.concat([
      Buffer.from([0x0a, payload.length + 4, 0x12, payload.length + 2, 0x12, payload.length]),
      payload,
    ]);
    const scan = scanTraces(body);
    assert.equal(nameOf(body, scan), 'bc');
    assert.equal(scan.times[0], 2n);
    assert.equal(hexOf(scan.ids), TRACE_ID.toString('hex') + SPAN_ID.toString('hex'));
    assert.equal(hexOf(scan.parents), '0000000000000000');
    // The second status has no code of its own, so the first one's stays.
    assert.deepEqual(flagsOf(scan), ['error', 'root']);
  });

  it('finds the service in a resource that comes after its spans, the last name of several', () => {
    const names = (...values: string[]) => ({ attributes: values.map(value => text('service.name', value)) });
    const spans = encode('ResourceSpans', { scope_spans: [{ spans: [span()] }] });
    const first = encode('ResourceSpans', { resource: names('a', 'b') });
    const second = encode('ResourceSpans', { resource: { attributes: [text('host.name', 'h')] } });
    const payload = Buffer.concat([spans, first, second]);
    const scan = scanTraces(Buffer.concat([Buffer.from([0x0a, payload.length]), payload]));
    assert.deepEqual(scan.resources, [{ offset: 2, length: payload.length, service: 'b' }]);
  });

  it('takes a service name that is no text for none', () => {
    const scan = scanTraces(
      request({
        resource: { attributes: [text('service.name', 'a'), { key: 'service.name', value: { int_value: 1 } }] },
      }),
    );
    assert.equal(scan.resources[0]?.service, '');
  });

  it('passes over fields it does not know', () => {
    const body = traces(
      '{"x":1,"resourceSpans":[{"x":1,"scopeSpans":[{"x":1,"spans":[{"x":1,"name":"n","@unknownFields":"owYIC6QG"}]}]}]}',
    );
    const scan = scanTraces(body);
    assert.equal(nameOf(body, scan), 'n');
  });

  it('flags every record of a logs export as invalid', () => {
    const record = { time_unix_nano: 1, body: { string_value: 'hello' }, trace_id: TRACE_ID, span_id: SPAN_ID };
    const body = encode('ExportLogsServiceRequest', {
      resource_logs: [{ scope_logs: [{ log_records: [record, record] }] }],
    });
    const scan = scanTraces(body);
    assert.equal(scan.count, 2);
    assert.equal(scan.invalid, 2);
  });

  it('flags every metric of a metrics export as invalid', () => {
    const metric = { name: 'm', unit: '1', histogram: { data_points: [{ count: 1, bucket_counts: [1, 2] }] } };
    const body = encode('ExportMetricsServiceRequest', {
      resource_metrics: [{ scope_metrics: [{ metrics: [metric] }] }],
    });
    assert.equal(scanTraces(body).invalid, 1);
  });

  it('looks at only so many broken spans without ids', () => {
    const broken = Buffer.from('12044a02ff00', 'hex');
    const spans = (count: number) => wrapTwice(Buffer.concat(Array.from({ length: count }, () => broken)));
    assert.equal(scanTraces(spans(10_000)).invalid, 10_000);
    assert.throws(() => scanTraces(spans(10_001)), /in 10000 spans before, all without ids: these may be logs$/);
  });

  it('refuses a broken attribute whether the ids come before or after it', () => {
    const ids = Buffer.from(encode('Span', span()));
    const attribute = Buffer.from('4a02ff00', 'hex');
    for (const parts of [
      [ids, attribute],
      [attribute, ids],
      [attribute, attribute, ids],
    ]) {
      const payload = Buffer.concat(parts);
      const body = wrapTwice(Buffer.concat([Buffer.from([0x12, payload.length]), payload]));
      assert.throws(() => scanTraces(body), { name: 'MalformedError' });
    }
  });

  it('takes an empty body', () => {
    assert.equal(scanTraces(new Uint8Array()).count, 0);
  });
});

/** Puts the bytes of a ScopeSpans message into a request. */
function wrapTwice(scopeSpans: Uint8Array): Uint8Array {
  const sink = new Sink();
  sink.tag(1, 2);
  const resource = sink.open();
  sink.tag(2, 2);
  const scope = sink.open();
  sink.raw(scopeSpans);
  sink.close(scope);
  sink.close(resource);
  return sink.finish();
}
