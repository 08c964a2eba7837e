import assert from 'node:assert/strict';
import type { LogRecord } from '../../../src/model/span.ts';
import type { AnyValue } from '../../../src/model/value.ts';
import { decodeLogRecord, decodeResource, decodeScope, decodeSpan } from '../../../src/otlp/decode.ts';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import { encode } from './oracle.ts';
import { REQUESTS, utf8, VALUES, withValue } from './samples.ts';
import { decodeAll, traces } from './spans.ts';

const RESOURCE = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
const SCOPE = { ...RESOURCE, name: '', version: '' };

const DECODED: Record<keyof typeof VALUES, AnyValue> = {
  'an empty string': { type: 'string', value: '' },
  'text in many scripts': { type: 'string', value: 'día 火 🦉 \0 " \\ \u2028' },
  'a false': { type: 'bool', value: false },
  'a true': { type: 'bool', value: true },
  'a zero integer': { type: 'int', value: 0n },
  'the smallest integer': { type: 'int', value: -(2n ** 63n) },
  'the largest integer': { type: 'int', value: 2n ** 63n - 1n },
  'an integer beyond doubles': { type: 'int', value: 9007199254740993n },
  'a zero': { type: 'double', value: 0 },
  'a negative zero': { type: 'double', value: -0 },
  'not a number': { type: 'double', value: Number.NaN },
  infinity: { type: 'double', value: Number.POSITIVE_INFINITY },
  'negative infinity': { type: 'double', value: Number.NEGATIVE_INFINITY },
  'the smallest double': { type: 'double', value: Number.MIN_VALUE },
  'the largest double': { type: 'double', value: Number.MAX_VALUE },
  bytes: { type: 'bytes', value: Uint8Array.of(0, 1, 255) },
  'no bytes': { type: 'bytes', value: new Uint8Array() },
  'an index of strings': { type: 'empty' },
  nothing: { type: 'empty' },
  'an empty list': { type: 'array', values: [] },
  'an empty map': { type: 'map', entries: [] },
  'a mixed list': {
    type: 'array',
    values: [
      { type: 'string', value: 'a' },
      { type: 'int', value: 1n },
      { type: 'empty' },
      { type: 'array', values: [{ type: 'double', value: -0 }] },
    ],
  },
  'a map with a key twice': {
    type: 'map',
    entries: [
      { key: 'k', value: { type: 'int', value: 1n } },
      { key: 'k', value: { type: 'empty' } },
      { key: 'k', value: { type: 'empty' } },
      { key: '', value: { type: 'empty' } },
    ],
  },
  'a key that is no property': {
    type: 'map',
    entries: [{ key: '__proto__', value: { type: 'string', value: 'constructor' } }],
  },
};

describe('decoding', () => {
  for (const [what, json] of Object.entries(VALUES)) {
    it(`reads ${what}`, () => {
      const [span] = decodeAll(traces(withValue(json)));
      assert.deepEqual(span?.attributes, [{ key: 'k', value: DECODED[what] }]);
    });
  }

  const attributes = Object.values(DECODED).map((value, i) => ({ key: `k${i % 5}`, value }));

  it('reads every field of a span', () => {
    const [span, second, third, last] = decodeAll(traces(REQUESTS.traces));
    assert.deepEqual(span, {
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      parentSpanId: 'eee19b7ec3c1b173',
      traceState: 'a=b,c=d',
      flags: 4294967041,
      name: 'GET /',
      kind: 2,
      startTimeUnixNano: 1725000000123456789n,
      endTimeUnixNano: 2n ** 64n - 1n,
      attributes: [...attributes, { key: 's', value: { type: 'empty' } }],
      droppedAttributesCount: 2,
      events: [
        { timeUnixNano: 1725000000123456790n, name: 'exception', attributes, droppedAttributesCount: 3 },
        { timeUnixNano: 0n, name: '', attributes: [], droppedAttributesCount: 0 },
      ],
      droppedEventsCount: 4,
      links: [
        { traceId: '00', spanId: '', traceState: 'x', attributes, droppedAttributesCount: 5, flags: 768 },
        { traceId: '', spanId: '', traceState: '', attributes: [], droppedAttributesCount: 0, flags: 0 },
      ],
      droppedLinksCount: 6,
      status: { code: 2, message: 'no' },
      resource: {
        attributes: [{ key: 'service.name', value: { type: 'string', value: 'shop' } }, ...attributes],
        droppedAttributesCount: 1,
        schemaUrl: 'https://r',
      },
      scope: { name: 'lib', version: '1.0', attributes, droppedAttributesCount: 4294967295, schemaUrl: 'https://s' },
      maskedValues: 0,
    });
    assert.equal(second?.kind, -1);
    assert.deepEqual(third?.status, { code: 0, message: '' });
    assert.deepEqual(last?.resource, RESOURCE);
    assert.deepEqual(last?.scope, SCOPE);
  });

  it('reads every field of a log record', () => {
    const body = jsonToProto('logs', utf8(REQUESTS.logs));
    const scan = scanLogs(body);
    const { offset, length } = scan.resources[0]!;
    const resource = decodeResource(body, offset, length);
    const scope = decodeScope(body, scan.scopes[0]!.offset, scan.scopes[0]!.length);
    const records = Array.from({ length: scan.count }, (_, i) =>
      decodeLogRecord(body, scan.offsets[i]!, scan.lengths[i]!, resource, scope),
    );
    const first: LogRecord = {
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      timeUnixNano: 1n,
      observedTimeUnixNano: 2n,
      severityNumber: 24,
      severityText: 'FATAL4',
      eventName: 'e',
      body: [{ key: 'body', value: { type: 'string', value: '' } }],
      attributes,
      droppedAttributesCount: 3,
      flags: 1,
      resource,
      scope,
      maskedValues: 0,
    };
    assert.deepEqual(records[0], first);
    assert.deepEqual(records[1]?.body, [{ key: 'body', value: { type: 'empty' } }]);
    assert.deepEqual(records[2]?.body, []);
    assert.equal(resource.schemaUrl, 'https://r');
    assert.equal(scope.schemaUrl, 'https://s');
  });

  it('joins what was sent in parts, as protobuf does', () => {
    const list = (...values: number[]) => ({ array_value: { values: values.map(value => ({ int_value: value })) } });
    const attribute = Buffer.concat([
      encode('KeyValue', { key: 'k', value: list(1) }),
      encode('KeyValue', { value: list(2, 3) }),
    ]);
    const span = Buffer.concat([Buffer.from([0x4a, attribute.length]), attribute]);
    const ints = [1n, 2n, 3n].map(value => ({ type: 'int', value }));
    assert.deepEqual(decodeSpan(span, 0, span.length, RESOURCE, SCOPE).attributes, [
      { key: 'k', value: { type: 'array', values: ints } },
    ]);
  });

  it('reads bytes that are not UTF-8 as U+FFFD, and a parent of zeros as none', () => {
    const span = Buffer.from('2a03ff6180220800000000000000009a0101ff', 'hex');
    const decoded = decodeSpan(span, 0, span.length, RESOURCE, SCOPE);
    assert.equal(decoded.name, '\ufffda\ufffd');
    assert.equal(decoded.parentSpanId, '');
  });

  it('copies bytes out of the body', () => {
    const body = traces(withValue('{"bytesValue":"AAH/"}'));
    const [span] = decodeAll(body);
    body.fill(0);
    assert.deepEqual(span?.attributes[0]?.value, DECODED['bytes']);
  });
});
