import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { jsonToProto } from '../../src/otlp/transcode.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { post, type Server, serve, spanside } from './program.ts';

const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const attribute = (key: string, value: object) => ({ key, value });

/** Everything that a trace store is known to lose, in one request. */
const HARD = {
  resourceSpans: [
    {
      resource: {
        attributes: [
          attribute('service.name', { stringValue: 'первый 服务' }),
          attribute('service.name', { stringValue: 'sent twice' }),
          attribute('', { stringValue: '' }),
        ],
        droppedAttributesCount: 3,
        entityRefs: [{ schemaUrl: 'https://example.com/e', type: 'service', idKeys: ['service.name'] }],
        futureResource: [1, 2.5, null, { deep: '\u0000' }],
      },
      schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
      scopeSpans: [
        {
          scope: {
            name: '',
            version: '1.2.3',
            attributes: [attribute('scope', { boolValue: false })],
            droppedAttributesCount: 1,
          },
          schemaUrl: 'https://opentelemetry.io/schemas/1.36.0',
          spans: [
            {
              traceId: TRACE_ID,
              spanId: 'eee19b7ec3c1b174',
              traceState: 'a=1,b=2',
              name: '',
              kind: 2,
              flags: 0x301,
              startTimeUnixNano: '1725000000123456789',
              endTimeUnixNano: '1725000000123456789',
              attributes: [
                attribute('int beyond', { intValue: '9223372036854775807' }),
                attribute('int below', { intValue: '-9223372036854775808' }),
                attribute('int odd', { intValue: '9007199254740993' }),
                attribute('zero', { intValue: '0' }),
                attribute('nan', { doubleValue: 'NaN' }),
                attribute('infinity', { doubleValue: 'Infinity' }),
                attribute('minus infinity', { doubleValue: '-Infinity' }),
                attribute('minus zero', { doubleValue: -0 }),
                attribute('tiny', { doubleValue: 5e-324 }),
                attribute('bytes', { bytesValue: 'AAEC/f7/' }),
                attribute('no bytes', { bytesValue: '' }),
                attribute('no value', {}),
                attribute('empty text', { stringValue: '' }),
                attribute('false', { boolValue: false }),
                attribute('mixed', {
                  arrayValue: {
                    values: [
                      { stringValue: 'a' },
                      { intValue: '1' },
                      {},
                      { arrayValue: { values: [] } },
                      {
                        kvlistValue: {
                          values: [attribute('k', { doubleValue: 0.1 }), attribute('k', { boolValue: true })],
                        },
                      },
                    ],
                  },
                }),
                attribute('empty map', { kvlistValue: { values: [] } }),
                attribute('twice', { stringValue: 'one' }),
                attribute('twice', { intValue: '2' }),
                attribute('__proto__', { stringValue: 'just a key' }),
              ],
              droppedAttributesCount: 7,
              events: [
                {
                  timeUnixNano: '1725000000123456790',
                  name: 'exception',
                  attributes: [attribute('exception.message', { stringValue: 'line\nbreak \ud83d\ude80' })],
                  droppedAttributesCount: 2,
                },
                { timeUnixNano: '0', name: '' },
              ],
              droppedEventsCount: 4,
              links: [
                {
                  traceId: '0102030405060708090a0b0c0d0e0f10',
                  spanId: '0102030405060708',
                  traceState: 'x=y',
                  attributes: [attribute('l', { stringValue: 'v' })],
                  droppedAttributesCount: 1,
                  flags: 0x100,
                },
              ],
              droppedLinksCount: 5,
              status: { message: 'no', code: 2 },
              futureField: 'kept',
            },
            {
              traceId: TRACE_ID,
              spanId: 'eee19b7ec3c1b175',
              parentSpanId: 'eee19b7ec3c1b174',
              name: 'x'.repeat(5000),
              kind: 17,
              startTimeUnixNano: '18446744073709551615',
              endTimeUnixNano: '1',
              status: {},
            },
          ],
        },
        { spans: [{ traceId: TRACE_ID, spanId: 'eee19b7ec3c1b176', name: 'without a scope' }] },
      ],
    },
  ],
};

describe('spanside trace --otlp', () => {
  const folder = temporaryFolder();
  let server: Server;
  beforeEach(async () => {
    server = await serve(folder());
  });
  afterEach(() => server.kill());

  const readBack = async () => {
    const { code, out, err } = await spanside(['trace', TRACE_ID, '--otlp', '--storage', folder()]);
    assert.equal(code, 0, err);
    return out;
  };

  it('gives back what was sent as JSON, field by field', async () => {
    await post(server.url, HARD);
    // JSON.stringify drops the sign of zero, so that it is looked for in the text.
    const sent = JSON.stringify(HARD).replace(
      '"minus zero","value":{"doubleValue":0}',
      '"minus zero","value":{"doubleValue":-0}',
    );
    await post(server.url, sent.replaceAll(TRACE_ID, 'ffff'.repeat(8)));
    const out = await readBack();
    assert.deepEqual(JSON.parse(out), JSON.parse(JSON.stringify(HARD)));
    const other = await spanside(['trace', 'ffff'.repeat(8), '--otlp', '--storage', folder()]);
    assert.match(other.out, /"doubleValue":\s*-0[},\s]/);
  });

  it('gives back what was sent as protobuf, by the word of an independent decoder', async () => {
    const proto = await protobuf.load(fileURLToPath(new URL('../fixtures/otlp/otlp.proto', import.meta.url)));
    const type = requestType(proto);
    const { resourceSpans } = HARD;
    const { futureResource: _, ...resource } = resourceSpans[0]!.resource;
    const plain = { resourceSpans: [{ ...resourceSpans[0]!, resource }] };
    const known = jsonToProto('traces', Buffer.from(JSON.stringify(plain).replace(',"futureField":"kept"', '')));
    // Field 4321 of the request, which nobody knows, behind it.
    const unknown = Buffer.from(
      protobuf.Writer.create()
        .uint32((4321 << 3) | 2)
        .string('from the future')
        .finish(),
    );
    const sent = Buffer.concat([known, unknown]);
    const response = await fetch(`${server.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: sent,
    });
    assert.equal(response.status, 200);
    assert.equal((await response.arrayBuffer()).byteLength, 0);

    const back = jsonToProto('traces', Buffer.from(await readBack()));
    const options = { longs: String, bytes: String };
    assert.deepEqual(type.toObject(type.decode(back), options), type.toObject(type.decode(sent), options));
    assert.ok(Buffer.from(back).includes(unknown), 'the unknown field is gone');
  });

  it('gives back logs of the trace beside its spans', async () => {
    await post(server.url, HARD);
    const logs = {
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                {
                  timeUnixNano: '5',
                  severityNumber: 9,
                  body: { stringValue: 'hello' },
                  traceId: TRACE_ID,
                  spanId: 'eee19b7ec3c1b174',
                },
              ],
            },
          ],
        },
      ],
    };
    await post(server.url, logs, 'logs');
    assert.deepEqual(JSON.parse(await readBack()), { ...JSON.parse(JSON.stringify(HARD)), ...logs });
  });
});

function requestType(root: protobuf.Root): protobuf.Type {
  return root.lookupType('ExportTraceServiceRequest');
}
