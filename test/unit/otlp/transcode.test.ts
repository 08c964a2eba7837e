import assert from 'node:assert/strict';
import { jsonToProto, messageToJson, protoToJson } from '../../../src/otlp/transcode.ts';
import { comparable, encode, jsonOf, typeOf } from './oracle.ts';
import { REQUEST_NAMES, REQUESTS, SIGNALS, utf8, VALUES, withSpan, withValue } from './samples.ts';

function back(json: string): string {
  return protoToJson('traces', jsonToProto('traces', utf8(json)));
}

describe('OTLP/JSON to protobuf and back', () => {
  for (const signal of SIGNALS) {
    it(`gives back every field of ${signal}, letter by letter`, () => {
      assert.equal(protoToJson(signal, jsonToProto(signal, utf8(REQUESTS[signal]))), REQUESTS[signal]);
    });

    it(`writes ${signal} that another reader understands the same way`, () => {
      const bytes = jsonToProto(signal, utf8(REQUESTS[signal]));
      assert.deepEqual(jsonOf(REQUEST_NAMES[signal], bytes), comparable(REQUEST_NAMES[signal], REQUESTS[signal]));
    });

    it(`reads ${signal} that another writer encoded`, () => {
      const bytes = jsonToProto(signal, utf8(REQUESTS[signal]));
      const name = REQUEST_NAMES[signal];
      const rewritten = typeOf(name).encode(typeOf(name).decode(bytes)).finish();
      assert.deepEqual(comparable(name, protoToJson(signal, rewritten)), jsonOf(name, rewritten));
    });

    it(`reads its own indented ${signal}`, () => {
      const bytes = jsonToProto(signal, utf8(REQUESTS[signal]));
      const indented = protoToJson(signal, bytes, 2);
      assert.equal(indented, canonicalIndent(REQUESTS[signal]));
      assert.deepEqual(jsonToProto(signal, utf8(indented)), bytes);
    });
  }

  for (const [what, value] of Object.entries(VALUES)) {
    it(`keeps ${what}`, () => {
      assert.equal(back(withValue(value)), withValue(value));
    });
  }

  it('keeps a span without a name apart from one with an empty name', () => {
    assert.equal(back(withSpan('')), withSpan(''));
    assert.equal(back(withSpan('"name":""')), withSpan('"name":""'));
  });
});

/** JSON.stringify loses the sign of zero, so the sign is hidden from it. */
function canonicalIndent(json: string): string {
  const hidden = json.replace(/(?<=[:[,])-0(?=[,}\]])/g, '"negative zero"');
  return JSON.stringify(JSON.parse(hidden), undefined, 2).replaceAll('"negative zero"', '-0');
}

describe('OTLP/JSON as senders write it', () => {
  const cases: [what: string, sent: string, canonical: string][] = [
    [
      'snake_case keys',
      withSpan('"trace_id":"00","start_time_unix_nano":"5"'),
      withSpan('"traceId":"00","startTimeUnixNano":"5"'),
    ],
    ['upper-case ids', withSpan('"spanId":"EEE19B7EC3C1B174"'), withSpan('"spanId":"eee19b7ec3c1b174"')],
    [
      'nanoseconds as a number',
      withSpan('"startTimeUnixNano":1725000000123456789'),
      withSpan('"startTimeUnixNano":"1725000000123456789"'),
    ],
    ['an integer with an exponent', withValue('{"intValue":12.5e2}'), withValue('{"intValue":"1250"}')],
    ['a whole decimal', withValue('{"intValue":"5.0"}'), withValue('{"intValue":"5"}')],
    ['a double in quotes', withValue('{"doubleValue":"-1.5e3"}'), withValue('{"doubleValue":-1500}')],
    ['a boolean in quotes', withValue('{"boolValue":"true"}'), withValue('{"boolValue":true}')],
    ['an enum by name', withSpan('"kind":"SPAN_KIND_SERVER"'), withSpan('"kind":2')],
    ['an enum this version does not know', withSpan('"kind":77'), withSpan('"kind":77')],
    ['URL-safe base64 without padding', withValue('{"bytesValue":"_-8"}'), withValue('{"bytesValue":"/+8="}')],
    ['null for a field', withSpan('"name":null,"attributes":null,"kind":1'), withSpan('"kind":1')],
    ['null for a value', withSpan('"attributes":[{"key":"k","value":null}]'), withSpan('"attributes":[{"key":"k"}]')],
    ['null in a list', withValue('{"arrayValue":{"values":[null]}}'), withValue('{"arrayValue":{"values":[{}]}}')],
    ['an escaped key', withSpan('"n\\u0061me":"x"'), withSpan('"name":"x"')],
    ['half a surrogate pair', withSpan('"name":"\\ud83d"'), withSpan('"name":"\ufffd"')],
    ['white space', ' {\t"resourceSpans"\r\n: [ ] } \n', '{}'],
    ['a key sent twice', withSpan('"name":"a","kind":1,"name":"b"'), withSpan('"kind":1,"name":"b"')],
    ['a list sent twice', withSpan('"events":[{},{}],"events":[{"name":"b"}]'), withSpan('"events":[{"name":"b"}]')],
    [
      'a message sent twice',
      withSpan('"status":{"code":2},"status":{"message":"b"}'),
      withSpan('"status":{"message":"b"}'),
    ],
    ['a key taken back by null', withSpan('"kind":1,"name":"a","name":null'), withSpan('"kind":1')],
  ];
  for (const [what, sent, canonical] of cases) {
    it(`takes ${what}`, () => assert.equal(back(sent), canonical));
  }
});

describe('what OTLP does not know', () => {
  it('keeps unknown JSON keys of every level with their source', () => {
    const foreign = '"fooBar":{"big":12345678901234567890, "list":[1,{"x":null}],"__proto__":1.50}';
    const json = `{"resourceSpans":[{"resource":{${foreign}},"scopeSpans":[{"scope":{${foreign}},"spans":[{"attributes":[{"key":"k","value":{${foreign}}}],"status":{${foreign}},${foreign}}],${foreign}}],${foreign}}],${foreign}}`;
    assert.equal(back(json), json);
  });

  it('keeps two unknown keys of one name, and keys that are properties of objects', () => {
    const json = withSpan('"a":1,"a":2,"__proto__":{"x":1},"constructor":"","toString":[]');
    assert.equal(back(json), json);
  });

  it('shows unknown protobuf fields of every wire type and takes them back', () => {
    // Field 100 as varint, fixed64, bytes, group and fixed32, each around a known field.
    const unknown = ['a00601', 'a1060102030405060708', 'a2060161', 'a306080ba406', 'a50601020304'];
    const span = Buffer.from(`2a0161${unknown.join('3001')}`, 'hex');
    const base64 = Buffer.from(unknown.join(''), 'hex').toString('base64');
    const json = messageToJson('Span', span);
    assert.equal(json, `{"name":"a","kind":1,"@unknownFields":"${base64}"}`);
    const rewritten = jsonToProto('traces', utf8(withSpan(json.slice(1, -1))));
    assert.ok(Buffer.from(rewritten).includes(Buffer.from(unknown.join(''), 'hex')));
    assert.equal(protoToJson('traces', rewritten), withSpan(json.slice(1, -1)));
  });

  it('shows a known field of the wrong wire type as unknown', () => {
    assert.equal(messageToJson('Span', Buffer.from('2801', 'hex')), '{"@unknownFields":"KAE="}');
  });

  const intruders = [
    '"name":1',
    '"@unknownFields":"AA=="',
    '"a":1}',
    '"a":1,"b":2',
    '"a"',
    'a',
    '"a":NaN',
    '"a":"\n"',
    '',
  ];
  for (const intruder of intruders) {
    it(`does not print what a protobuf sender put where unknown JSON keys are kept: ${JSON.stringify(intruder)}`, () => {
      // The tag of field 18999 with wire type 2, and a length of one byte.
      const bytes = Buffer.concat([Buffer.from([0xba, 0xa3, 0x09, intruder.length]), Buffer.from(intruder)]);
      assert.deepEqual(JSON.parse(messageToJson('Span', bytes)), { '@unknownFields': bytes.toString('base64') });
    });
  }
});

describe('protobuf as senders write it', () => {
  it('takes no bytes for an empty request', () => {
    for (const signal of SIGNALS) assert.equal(protoToJson(signal, new Uint8Array()), '{}');
  });

  it('takes the last of a scalar and joins the parts of a message', () => {
    const parts = [
      encode('Span', { name: 'a', status: { code: 2 } }),
      encode('Span', { name: 'b', status: { message: 'm' } }),
    ];
    assert.equal(messageToJson('Span', Buffer.concat(parts)), '{"name":"b","status":{"code":2,"message":"m"}}');
  });

  it('takes the last member of a oneof', () => {
    const values = [{ array_value: { values: [{}] } }, { string_value: 'a' }, { array_value: {} }];
    const bytes = Buffer.concat(values.map(value => encode('AnyValue', value)));
    assert.equal(messageToJson('AnyValue', bytes), '{"arrayValue":{"values":[]}}');
  });

  it('takes packed and unpacked numbers for the same list', () => {
    const packed = encode('ExponentialHistogramDataPoint.Buckets', { bucket_counts: [1, 300] });
    const unpacked = Buffer.from('100110ac02', 'hex');
    const name = 'ExponentialHistogramDataPoint.Buckets';
    assert.equal(messageToJson(name, packed), '{"bucketCounts":["1","300"]}');
    assert.equal(messageToJson(name, unpacked), '{"bucketCounts":["1","300"]}');
    assert.equal(messageToJson(name, Buffer.concat([unpacked, packed])), '{"bucketCounts":["1","300","1","300"]}');
  });

  it('shows bytes that are not UTF-8 as U+FFFD and a byte order mark as itself', () => {
    assert.equal(messageToJson('Span', Buffer.from('2a03ff6180', 'hex')), '{"name":"\ufffda\ufffd"}');
    assert.equal(messageToJson('Span', Buffer.from('2a04efbbbf61', 'hex')), '{"name":"\ufeffa"}');
  });

  it('takes a negative enum and a number with more bytes than it needs', () => {
    assert.equal(messageToJson('Span', Buffer.from('30ffffffffffffffffff01', 'hex')), '{"kind":-1}');
    assert.equal(messageToJson('Span', Buffer.from('30828000', 'hex')), '{"kind":2}');
  });
});
