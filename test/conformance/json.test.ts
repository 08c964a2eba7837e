import assert from 'node:assert/strict';
import { jsonOf } from '../unit/otlp/oracle.ts';
import { http1, JSON_TYPE } from './support/clients.ts';
import { receiving } from './support/receiving.ts';

const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const SPAN_ID = 'eee19b7ec3c1b174';
const REQUESTS = {
  traces: 'ExportTraceServiceRequest',
  logs: 'ExportLogsServiceRequest',
  metrics: 'ExportMetricsServiceRequest',
} as const;
type Signal = keyof typeof REQUESTS;

describe('OTLP/JSON', () => {
  const r = receiving();

  const post = (body: string | Uint8Array, signal: Signal = 'traces') =>
    http1(r.port, { path: `/v1/${signal}`, headers: JSON_TYPE, body: Buffer.from(body) });

  /** What became of the request, by the word of an independent decoder of protobuf. */
  const received = async (body: string | Uint8Array, signal: Signal = 'traces'): Promise<unknown> => {
    const answer = await post(body, signal);
    assert.equal(answer.status, 200, answer.body.toString());
    const kept = r.sink.requests.at(-1);
    assert.equal(kept?.signal, signal);
    return jsonOf(REQUESTS[signal], kept.body);
  };

  /** Sends one span of these members; answers it as it was received. */
  const span = async (members: string): Promise<Record<string, unknown>> => {
    const request = (await received(`{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`)) as {
      resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
    };
    return request.resourceSpans[0]!.scopeSpans[0]!.spans[0]!;
  };

  const value = async (json: string): Promise<unknown> => {
    const { attributes } = await span(`"attributes":[{"key":"k","value":${json}}]`);
    return (attributes as { value: unknown }[])[0]?.value;
  };

  /** Sends what must be refused; answers the message. */
  const refused = async (body: string | Uint8Array): Promise<string> => {
    const before = r.sink.requests.length;
    const answer = await post(body);
    assert.equal(answer.status, 400, `${body} was taken`);
    assert.equal(r.sink.requests.length, before);
    const status = JSON.parse(answer.body.toString());
    assert.equal(status.code, 3);
    return status.message;
  };
  const refusedSpan = (members: string) => refused(`{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`);

  describe('J-01: ids are hexadecimal in either case', () => {
    const upper = TRACE_ID.toUpperCase();

    it('of spans, their parents and links', async () => {
      const ids = { traceId: TRACE_ID, spanId: SPAN_ID };
      const sent = `"traceId":"${upper}","spanId":"${SPAN_ID.toUpperCase()}"`;
      const links = [{ ...ids }];
      assert.deepEqual(await span(`${sent},"parentSpanId":"00F067AA0ba902b7","links":[{${sent}}]`), {
        ...ids,
        parentSpanId: '00f067aa0ba902b7',
        links,
      });
      const bytes = Buffer.from(r.sink.requests.at(-1)?.body ?? []);
      // The tag of the field, 16 bytes and nothing else: base64 would have made 24.
      assert.ok(bytes.includes(Buffer.concat([Buffer.of(0x0a, 16), Buffer.from(TRACE_ID, 'hex')])));
      assert.ok(bytes.includes(Buffer.concat([Buffer.of(0x22, 8), Buffer.from('00f067aa0ba902b7', 'hex')])));
    });

    it('of log records', async () => {
      const record = { traceId: TRACE_ID, spanId: SPAN_ID };
      const json = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ ...record, traceId: upper }] }] }] });
      assert.deepEqual(await received(json, 'logs'), { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    });

    it('of exemplars', async () => {
      const request = (traceId: string) => {
        const exemplars = [{ traceId, spanId: SPAN_ID, asInt: '1' }];
        const metric = { name: 'm', gauge: { dataPoints: [{ asInt: '2', exemplars }] } };
        return { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] };
      };
      assert.deepEqual(await received(JSON.stringify(request(upper)), 'metrics'), request(TRACE_ID));
    });

    for (const id of [
      '5b8efff798038103d269b633813fc60',
      'W47/95gDgQPSabYzgT/GDA==',
      '5b8efff798038103d269b633813fc60g',
    ]) {
      it(`and nothing else: ${id}`, async () => {
        assert.match(await refusedSpan(`"traceId":"${id}"`), /spans\[0\]\.traceId: .*hexadecimal/);
      });
    }
  });

  it('J-02: enums are numbers, known or not, and names of old senders are read', async () => {
    assert.equal((await span('"kind":3'))['kind'], 3);
    assert.equal((await span('"kind":77'))['kind'], 77);
    assert.equal((await span('"kind":"SPAN_KIND_CLIENT"'))['kind'], 3);
    assert.deepEqual((await span('"status":{"code":"STATUS_CODE_ERROR"}'))['status'], { code: 2 });
    const log = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":"SEVERITY_NUMBER_WARN"}]}]}]}';
    assert.deepEqual(await received(log, 'logs'), {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityNumber: 13 }] }] }],
    });
    assert.match(await refusedSpan('"kind":"SPAN_KIND_CLEINT"'), /spans\[0\]\.kind: .*enum/);
  });

  it('J-03: fields that are not known are no error, on every level', async () => {
    const unknown = '"fooBar":{"deep":[1,null,{"traceId":7}],"__proto__":{"x":1}}';
    const json = `{${unknown},"resourceSpans":[{${unknown},"resource":{${unknown}},"scopeSpans":[{${unknown},"scope":{${unknown}},"spans":[{${unknown},"name":"n","status":{${unknown}},"events":[{${unknown}}],"links":[{${unknown}}],"attributes":[{${unknown},"key":"k","value":{${unknown},"arrayValue":{${unknown},"values":[{${unknown}}]}}}]}]}]}]}`;
    assert.deepEqual(await received(json), {
      resourceSpans: [
        {
          resource: {},
          scopeSpans: [
            {
              scope: {},
              spans: [
                {
                  name: 'n',
                  status: {},
                  events: [{}],
                  links: [{}],
                  attributes: [{ key: 'k', value: { arrayValue: { values: [{}] } } }],
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('J-04: keys are lowerCamelCase; snake_case is read too', async () => {
    const camel = {
      resourceSpans: [
        {
          schemaUrl: 'r',
          scopeSpans: [
            {
              spans: [
                {
                  traceId: TRACE_ID,
                  parentSpanId: SPAN_ID,
                  startTimeUnixNano: '1',
                  droppedAttributesCount: 2,
                  attributes: [{ key: 'k', value: { stringValue: 'v' } }],
                },
              ],
            },
          ],
        },
      ],
    };
    const json = JSON.stringify(camel);
    assert.deepEqual(await received(json), camel);
    const snake = json.replace(/"(\w+)":/g, key => key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`));
    assert.ok(snake.includes('"start_time_unix_nano"'));
    assert.deepEqual(await received(snake), camel);
  });

  it('J-05, J-06: 64-bit integers keep every digit, in quotes and without', async () => {
    for (const digits of ['1725000000123456789', '18446744073709551615', '9007199254740993']) {
      for (const sent of [digits, `"${digits}"`]) {
        const { startTimeUnixNano, endTimeUnixNano } = await span(
          `"startTimeUnixNano":${sent},"endTimeUnixNano":${sent}`,
        );
        assert.deepEqual([startTimeUnixNano, endTimeUnixNano], [digits, digits]);
      }
    }
    for (const digits of ['9223372036854775807', '-9223372036854775808', '-1']) {
      for (const sent of [digits, `"${digits}"`])
        assert.deepEqual(await value(`{"intValue":${sent}}`), { intValue: digits });
    }
    assert.match(await refusedSpan('"startTimeUnixNano":"18446744073709551616"'), /startTimeUnixNano: not from 0 to/);
    assert.match(await refusedSpan('"startTimeUnixNano":1.5'), /startTimeUnixNano: not a whole number/);
  });

  const base64: [sent: string, bytes: string][] = [
    ['AAH/', '0001ff'],
    ['+/8=', 'fbff'],
    ['-_8=', 'fbff'],
    ['-_8', 'fbff'],
    ['', ''],
  ];
  for (const [sent, hex] of base64) {
    it(`J-07: bytes as base64, URL-safe and unpadded too: ${sent || '(none)'}`, async () => {
      assert.deepEqual(await value(`{"bytesValue":"${sent}"}`), {
        bytesValue: Buffer.from(hex, 'hex').toString('base64'),
      });
    });
  }

  it('J-07: what is not base64 is refused with its place', async () => {
    const json = '"attributes":[{"key":"k","value":{"bytesValue":"a%b"}}]';
    assert.match(await refusedSpan(json), /attributes\[0\]\.value\.bytesValue: not base64/);
  });

  const doubles: [sent: string, is: unknown][] = [
    ['"NaN"', 'NaN'],
    ['"Infinity"', 'Infinity'],
    ['"-Infinity"', '-Infinity'],
    ['"-1.5e3"', -1500],
    ['-0', -0],
    ['5e-324', 5e-324],
    ['1e0', 1],
  ];
  for (const [sent, is] of doubles) {
    it(`J-08: the double ${sent}`, async () => {
      assert.deepEqual(await value(`{"doubleValue":${sent}}`), { doubleValue: is });
    });
  }
  for (const sent of ['NaN', 'Infinity', '-Infinity', '"nan"', '1e999', '01', '.5', '"one"']) {
    it(`J-08: the double ${sent} is refused`, async () => {
      await refusedSpan(`"attributes":[{"key":"k","value":{"doubleValue":${sent}}}]`);
    });
  }

  it('J-09: an id of no digits has no bytes, which is what no id is', async () => {
    assert.deepEqual(await span('"traceId":"","spanId":"","parentSpanId":"","name":"n"'), { name: 'n' });
  });

  it('J-10: an id of the wrong length is the fault of its span, not of the request', async () => {
    assert.deepEqual(await span('"traceId":"abcd","spanId":"00"'), { traceId: 'abcd', spanId: '00' });
  });

  describe('J-11: one JSON value and nothing else', () => {
    for (const [what, body] of [
      ['a byte order mark', '\ufeff{}'],
      ['bytes after the value', '{} x'],
      ['a second value', '{}{}'],
      ['a zero byte at the end', '{}\0'],
      ['a list', '[]'],
      ['a comment', '{/* */}'],
      ['a comma too many', '{"resourceSpans":[],}'],
      ['bytes that are not UTF-8 outside of text', Buffer.from('{}\xff', 'latin1')],
    ] as const) {
      it(`${what} is refused`, async () => {
        await refused(body);
      });
    }

    it('white space around it is not', async () => {
      assert.deepEqual(await received(' \t\r\n{ "resourceSpans" : [ ] }\n'), {});
    });

    it('of a key that comes twice the last one counts', async () => {
      assert.equal((await span('"name":"a","kind":1,"name":"b"'))['name'], 'b');
      assert.deepEqual((await span('"status":{"code":2},"status":{"message":"m"}'))['status'], { message: 'm' });
      assert.deepEqual((await span('"events":[{"name":"a"},{}],"events":[{"name":"b"}]'))['events'], [{ name: 'b' }]);
    });
  });

  const empties: [sent: string, is: unknown][] = [
    ['{}', {}],
    ['{"arrayValue":{"values":[]}}', { arrayValue: {} }],
    ['{"arrayValue":{}}', { arrayValue: {} }],
    ['{"kvlistValue":{"values":[]}}', { kvlistValue: {} }],
    ['{"stringValue":""}', { stringValue: '' }],
    ['{"boolValue":false}', { boolValue: false }],
    ['{"intValue":"0"}', { intValue: '0' }],
    ['{"doubleValue":0}', { doubleValue: 0 }],
    ['{"arrayValue":{"values":[{},{"stringValue":""}]}}', { arrayValue: { values: [{}, { stringValue: '' }] } }],
  ];
  for (const [sent, is] of empties) {
    it(`J-12: the value ${sent} stays what it is`, async () => {
      assert.deepEqual(await value(sent), is);
    });
  }
});
