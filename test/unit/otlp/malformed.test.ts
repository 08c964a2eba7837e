import assert from 'node:assert/strict';
import { decodeSpan } from '../../../src/otlp/decode.ts';
import { MalformedError } from '../../../src/otlp/malformed.ts';
import { countMetricPoints } from '../../../src/otlp/scanMetrics.ts';
import { scanTraces } from '../../../src/otlp/scanTraces.ts';
import { Sink } from '../../../src/otlp/sink.ts';
import { jsonToProto, protoToJson } from '../../../src/otlp/transcode.ts';
import { utf8, withSpan, withValue } from './samples.ts';

const SPAN = 'resourceSpans[0].scopeSpans[0].spans[0]';
const VALUE = `${SPAN}.attributes[0].value`;

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof MalformedError, `not a MalformedError: ${error}`);
    return error.message;
  }
  assert.fail('it was accepted');
}

/** An attribute value of `levels` lists in one another. */
function nestedValue(levels: number): string {
  const open = '{"arrayValue":{"values":['.repeat(levels);
  return `${open}{"intValue":"1"}${']}}'.repeat(levels)}`;
}

/** The request around a value of `levels` lists in one another, as protobuf. */
function nestedRequest(levels: number): Uint8Array {
  const value = wrap(Buffer.from('1801', 'hex'), ...Array.from({ length: levels }, () => [0x0a, 0x2a]).flat());
  const key = Buffer.from('0a016b', 'hex');
  return wrap(Buffer.concat([IDS, wrap(Buffer.concat([key, wrap(value, 0x12)]), 0x4a)]), 0x12, 0x12, 0x0a);
}

/** A trace id and a span id. */
const IDS = Buffer.from(`0a10${'01'.repeat(16)}1208${'01'.repeat(8)}`, 'hex');

/** Puts bytes into a field with the first tag, that into one with the second, and so on. */
function wrap(bytes: Uint8Array, ...tags: number[]): Uint8Array {
  let wrapped = bytes;
  for (const tag of tags) {
    const sink = new Sink();
    sink.uint32(tag);
    const start = sink.open();
    sink.raw(wrapped);
    sink.close(start);
    wrapped = sink.finish();
  }
  return wrapped;
}

describe('JSON that is not OTLP', () => {
  const cases: [what: string, json: string, message: string][] = [
    ['no body', '', 'not an object (byte 0)'],
    ['a list', '[]', 'not an object (byte 0)'],
    ['a byte order mark', '\ufeff{}', 'the body begins with a byte order mark; send JSON without one'],
    ['trailing bytes', '{} {}', 'there is more after the end of the JSON value (byte 3)'],
    ['a body cut short', '{"resourceSpans":[{', 'resourceSpans[0]: expected a key in double quotes'],
    ['a string cut short', withSpan('"name":"a').slice(0, -8), `${SPAN}.name: a string does not end`],
    [
      'a time that is no number',
      withSpan('"startTimeUnixNano":"soon"'),
      `${SPAN}.startTimeUnixNano: not a whole number`,
    ],
    [
      'the place in longer lists',
      withSpan('},{},{"endTimeUnixNano":"x"'),
      'resourceSpans[0].scopeSpans[0].spans[2].endTimeUnixNano: not a whole number',
    ],
    [
      'a fraction of a nanosecond',
      withSpan('"startTimeUnixNano":1.5'),
      `${SPAN}.startTimeUnixNano: not a whole number`,
    ],
    [
      'a negative time',
      withSpan('"startTimeUnixNano":-1'),
      `${SPAN}.startTimeUnixNano: not from 0 to 18446744073709551615`,
    ],
    [
      'a time above 64 bits',
      withSpan('"startTimeUnixNano":"18446744073709551616"'),
      `${SPAN}.startTimeUnixNano: not from 0 to 18446744073709551615`,
    ],
    [
      'an integer above 64 bits',
      withValue('{"intValue":9223372036854775808}'),
      `${VALUE}.intValue: not from -9223372036854775808 to 9223372036854775807`,
    ],
    [
      'an integer with a monstrous exponent',
      withValue('{"intValue":1e999999999}'),
      `${VALUE}.intValue: not a whole number`,
    ],
    [
      'a count above 32 bits',
      withSpan('"droppedLinksCount":4294967296'),
      `${SPAN}.droppedLinksCount: not from 0 to 4294967295`,
    ],
    ['an enum that is no name', withSpan('"kind":"SERVER"'), `${SPAN}.kind: not a number or a name of this enum`],
    ['an id of odd length', withSpan('"traceId":"abc"'), `${SPAN}.traceId: not an even number of hexadecimal digits`],
    [
      'an id in base64',
      withSpan('"traceId":"W47/95gDgQPSabYzgT/GDA=="'),
      `${SPAN}.traceId: not an even number of hexadecimal digits`,
    ],
    ['an id that is a number', withSpan('"traceId":12'), `${SPAN}.traceId: not a string`],
    ['a bare NaN', withValue('{"doubleValue":NaN}'), `${VALUE}.doubleValue: not a number`],
    [
      'a double beyond doubles',
      withValue('{"doubleValue":1e999}'),
      `${VALUE}.doubleValue: not a number that a double can hold`,
    ],
    ['a word for a boolean', withValue('{"boolValue":"yes"}'), `${VALUE}.boolValue: neither true nor false`],
    ['bytes that are not base64', withValue('{"bytesValue":"a*bc"}'), `${VALUE}.bytesValue: not base64`],
    ['base64 of an impossible length', withValue('{"bytesValue":"abcde"}'), `${VALUE}.bytesValue: not base64`],
    ['a number for a name', withSpan('"name":1'), `${SPAN}.name: not a string`],
    ['an object for a list', withSpan('"events":{}'), `${SPAN}.events: not a list`],
    ['a list for an object', withSpan('"status":[]'), `${SPAN}.status: not an object`],
    ['a comma too many', withSpan('"events":[{},]'), `${SPAN}.events[1]: not an object`],
    ['a missing comma', withSpan('"kind":1 "name":""'), `${SPAN}.kind: expected a comma or "}"`],
    ['a number with a leading zero', withSpan('"kind":01'), `${SPAN}.kind: not a number`],
    [
      'an escape JSON does not know',
      withSpan('"name":"\\x41"'),
      `${SPAN}.name: a string has an escape that JSON does not know`,
    ],
    ['half an escape', withSpan('"name":"\\u00"'), `${SPAN}.name: a string has an escape that JSON does not know`],
    [
      'a line break in a string',
      withSpan('"name":"a\nb"'),
      `${SPAN}.name: a string has a control character that is not escaped`,
    ],
    ['an unknown key with a broken value', withSpan('"fooBar":[1,{"a":tru}]'), `${SPAN}.fooBar[1].a: not a JSON value`],
    [
      'unknown fields that are none',
      withSpan('"@unknownFields":"/w=="'),
      `${SPAN}.@unknownFields: not base64 of protobuf fields`,
    ],
  ];
  for (const [what, json, message] of cases) {
    it(`refuses ${what}`, () =>
      assert.equal(
        refusal(() => jsonToProto('traces', utf8(json))),
        message,
      ));
  }

  it('refuses bytes that are not UTF-8', () => {
    const body = utf8(withSpan('"name":"?"'));
    body[body.indexOf(0x3f)] = 0xff;
    assert.equal(
      refusal(() => jsonToProto('traces', body)),
      'the body is not UTF-8 text',
    );
  });

  it('takes 47 lists in one another and refuses 48, on both wires', () => {
    const ids = `"traceId":"${'01'.repeat(16)}","spanId":"${'01'.repeat(8)}"`;
    const json = withSpan(`${ids},"attributes":[{"key":"k","value":${nestedValue(47)}}]`);
    const deepest = jsonToProto('traces', utf8(json));
    assert.deepEqual(deepest, nestedRequest(47));
    assert.equal(protoToJson('traces', deepest), json);
    assert.equal(scanTraces(deepest).count, 1);
    assert.match(
      refusal(() => jsonToProto('traces', utf8(withValue(nestedValue(48))))),
      /: messages are nested more than 100 deep$/,
    );
    const deeper = nestedRequest(48);
    assert.match(
      refusal(() => scanTraces(deeper)),
      /nested more than 100 deep$/,
    );
    assert.match(
      refusal(() => protoToJson('traces', deeper)),
      /nested more than 100 deep$/,
    );
  });

  it('refuses unknown values of any depth at once', () => {
    const json = withSpan(`"x":${'['.repeat(1_000_000)}`);
    assert.match(
      refusal(() => jsonToProto('traces', utf8(json))),
      /values are nested more than 100 deep$/,
    );
  });
});

describe('protobuf that is not OTLP', () => {
  /** Wraps the hexadecimal payload of a span into a request. */
  function request(span: string): Uint8Array {
    return wrap(Buffer.concat([IDS, Buffer.from(span, 'hex')]), 0x12, 0x12, 0x0a);
  }

  const cases: [what: string, body: Uint8Array, message: RegExp][] = [
    ['a length beyond the body', Buffer.from('0a05', 'hex'), /^byte 1: a length of 5 goes beyond the end$/],
    ['a length beyond its message', request('2a0561'), /^byte 35: a length of 5 goes beyond the end$/],
    [
      'a length beyond 64 bits',
      Buffer.from('0affffffffffffffffff01', 'hex'),
      /^byte 1: a length of 1844674407370955\d+ goes/,
    ],
    ['a varint that does not end', request('30ff'), /^byte 35: the bytes end inside a number$/],
    ['a varint of eleven bytes', request('308080808080808080808000'), /^byte 35: a number is longer than ten bytes$/],
    ['a fixed64 cut short', request('3901020304'), /^byte 35: the bytes end inside a value$/],
    ['a fixed32 cut short', request('850101'), /^byte 36: the bytes end inside a value$/],
    ['field number 0', request('0200'), /a field has the number 0$/],
    ['wire type 6', request('2e00'), /a field has the wire type 6, which does not exist$/],
    ['wire type 7', request('2f00'), /a field has the wire type 7, which does not exist$/],
    ['a field number above 29 bits', request('808080808001'), /a field number is too large$/],
    ['a group that does not end', request('a306080b'), /the bytes end inside a group$/],
    ['a group that ends another', request('a306ac06'), /a group ends that never began$/],
    ['a group that never began', request('a406'), /a group ends that never began$/],
    ['an attribute value that is broken', request('4a05120342ffff'), /the bytes end inside a number$/],
    ['a string that goes beyond its value', request('4a0412020a05'), /goes beyond the end$/],
    ['zeros', Buffer.alloc(100), /the number 0$/],
  ];
  for (const [what, body, message] of cases) {
    it(`refuses ${what}`, () => {
      assert.match(
        refusal(() => scanTraces(body)),
        message,
      );
      assert.match(
        refusal(() => protoToJson('traces', body)),
        message,
      );
    });
  }

  it('walks groups only so deep, however many there are', () => {
    const groups = Buffer.alloc(2_000_000);
    for (let i = 0; i < groups.length; i += 2) groups.writeUInt16BE(0xa306, i);
    assert.match(
      refusal(() => scanTraces(groups)),
      /nested more than 100 deep$/,
    );
  });

  it('refuses more spans, or more messages around them, than it has columns for', () => {
    const many = Buffer.alloc(2_000_002);
    for (let i = 0; i < many.length; i += 2) many.writeUInt16BE(0x0a00, i);
    assert.match(
      refusal(() => scanTraces(many)),
      /^the request holds more than 1000000 items; send fewer at once$/,
    );
  });

  it('refuses packed numbers that are cut short', () => {
    // A histogram point whose bucket counts are nine bytes.
    const body = wrap(Buffer.from('3209010000000000000001', 'hex'), 0x0a, 0x4a, 0x12, 0x12, 0x0a);
    assert.match(
      refusal(() => countMetricPoints(body)),
      /the bytes end inside a value$/,
    );
    assert.match(
      refusal(() => protoToJson('metrics', body)),
      /the bytes end inside a value$/,
    );
  });

  it('refuses a span that is cut short when it is opened', () => {
    const resource = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
    const scope = { ...resource, name: '', version: '' };
    assert.match(
      refusal(() => decodeSpan(Buffer.from('2a0561', 'hex'), 0, 3, resource, scope)),
      /goes beyond the end$/,
    );
  });
});
