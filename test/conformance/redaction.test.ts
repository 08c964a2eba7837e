import assert from 'node:assert/strict';
import { DEFAULT_INGEST_SETTINGS } from '../../src/collector/api.ts';
import { Door } from '../../src/collector/door.ts';
import type { Signal } from '../../src/otlp/schema.ts';
import { jsonToProto, protoToJson } from '../../src/otlp/transcode.ts';
import { http1, http2, JSON_TYPE, PROTOBUF } from './support/clients.ts';
import { GrpcClient } from './support/grpcClient.ts';
import { receiving } from './support/receiving.ts';

const SECRET = 'hunter2-Zz9';
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const map = (...values: object[]) => ({ kvlistValue: { values } });

/** A request whose span has these attributes; every field of it is there again when it is printed. */
const withAttributes = (...attributes: object[]) => ({
  resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, name: 'GET /', attributes }] }] }],
});

const paths = {
  traces: '/v1/traces',
  logs: '/v1/logs',
  metrics: '/v1/metrics',
} as const;
const services = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
} as const;

describe('what is kept of a request', () => {
  const r = receiving();
  const proto = (signal: Signal, request: object) => jsonToProto(signal, Buffer.from(JSON.stringify(request)));

  /** Sends a request every way there is; answers what comes out of the door for each. */
  async function kept(signal: Signal, request: object, door = new Door(DEFAULT_INGEST_SETTINGS)): Promise<unknown[]> {
    const path = paths[signal];
    const bytes = Buffer.from(proto(signal, request));
    const json = Buffer.from(JSON.stringify(request));
    for (const send of [http1, http2]) {
      assert.equal((await send(r.port, { path, headers: PROTOBUF, body: bytes })).status, 200);
      assert.equal((await send(r.port, { path, headers: JSON_TYPE, body: json })).status, 200);
    }
    const client = new GrpcClient(`127.0.0.1:${r.port}`);
    try {
      assert.equal((await client.call(`/${services[signal]}/Export`, bytes)).code, 0);
    } finally {
      client.close();
    }
    assert.equal(r.sink.requests.length, 5);
    return r.sink.requests.map(got => {
      assert.equal(got.signal, signal);
      const { body } = door.pass(got);
      return body && JSON.parse(protoToJson(signal, body));
    });
  }

  async function masks(signal: Signal, request: object): Promise<void> {
    const sent = JSON.parse(protoToJson(signal, proto(signal, request)));
    const expected = JSON.parse(JSON.stringify(sent).replaceAll(SECRET, '[masked]'));
    assert.notDeepEqual(expected, sent);
    assert.deepEqual(await kept(signal, request), Array(5).fill(expected));
  }

  for (const key of [
    ...['authorization', 'Proxy-Authorization', 'cookie', 'set-cookie', 'x-api-key', 'api_key', 'api-key', 'apiKey'],
    ...['token', 'access_token', 'refreshToken', 'secret', 'client_secret', 'password', 'DB_PASSWORD'],
    ...['http.request.header.authorization', 'db.connection_string'],
  ]) {
    it(`X-50: masks the value of ${key}`, () => masks('traces', withAttributes(text('a', 'b'), text(key, SECRET))));
  }

  const shapes: [string, string][] = [
    ['a bearer token', `Bearer ${SECRET}`],
    ['a password in a URL', `postgres://bob:${SECRET}@db/shop`],
    ['a token in a query', `https://h/p?a=1&token=${SECRET}&b=2`],
    ['JSON inside a text', JSON.stringify({ headers: { authorization: SECRET }, n: 1 })],
  ];
  for (const [what, value] of shapes) {
    it(`X-50: masks ${what} wherever it stands`, () => masks('traces', withAttributes(text('note', value))));
  }
  for (const [what, secret] of [
    ['a key of OpenAI', `sk-${'aB3d'.repeat(8)}`],
    ['a key of AWS', 'AKIAIOSFODNN7EXAMPLE'],
    ['a JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${'aB3d'.repeat(8)}`],
  ] as const) {
    it(`X-50: masks ${what}`, async () => {
      const [first] = await kept('traces', withAttributes(text('note', `with ${secret} sent`)));
      assert.deepEqual(first, withAttributes(text('note', 'with [masked] sent')));
    });
  }
  it('X-50: masks a private key', async () => {
    const pem = `-----BEGIN PRIVATE KEY-----\n${'aB3d'.repeat(16)}\n-----END PRIVATE KEY-----`;
    const [first] = await kept('traces', withAttributes(text('note', pem)));
    const masked = '-----BEGIN PRIVATE KEY-----[masked]-----END PRIVATE KEY-----';
    assert.deepEqual(first, withAttributes(text('note', masked)));
  });

  it('X-50: leaves counts of tokens, numbers and what only looks like a credential', async () => {
    const request = withAttributes(
      text('gen_ai.usage.input_tokens', '12'),
      text('max_tokens', '100'),
      text('token_count', '7'),
      text('tokenizer', 'cl100k'),
      { key: 'password', value: { intValue: '5' } },
      text('package', 'sk-learn'),
      text('id', 'task-1234567890123456789012345'),
    );
    assert.deepEqual(await kept('traces', request), Array(5).fill(request));
  });

  it('X-51: masks in events and their stack traces', () =>
    masks('traces', {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  ...ids,
                  events: [
                    {
                      name: 'exception',
                      attributes: [
                        text('exception.message', `no answer of https://bob:${SECRET}@h/`),
                        text('exception.stacktrace', `Error: Bearer ${SECRET}\n  at send (a.ts:1)`),
                        text('cookie', SECRET),
                      ],
                    },
                  ],
                  status: { message: `https://bob:${SECRET}@h/ failed`, code: 2 },
                },
              ],
            },
          ],
        },
      ],
    }));
  it('X-51: masks in links', () =>
    masks('traces', {
      resourceSpans: [
        { scopeSpans: [{ spans: [{ ...ids, links: [{ ...ids, attributes: [text('token', SECRET)] }] }] }] },
      ],
    }));
  it('X-51: masks in resources and scopes', () =>
    masks('traces', {
      resourceSpans: [
        {
          resource: { attributes: [text('vault.password', SECRET)] },
          scopeSpans: [{ scope: { name: 's', attributes: [text('api_key', SECRET)] }, spans: [ids] }],
        },
      ],
    }));
  it('X-51: masks in nested maps and lists', () =>
    masks(
      'traces',
      withAttributes({
        key: 'request',
        value: map({ key: 'headers', value: { arrayValue: { values: [map(text('Authorization', SECRET))] } } }),
      }),
    ));
  it('X-51: masks in bodies and attributes of log records', () =>
    masks('logs', {
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                { body: { stringValue: `sent Bearer ${SECRET}` }, attributes: [text('password', SECRET)] },
                { body: map(text('secret', SECRET)) },
              ],
            },
          ],
        },
      ],
    }));
  it('X-51: masks in attributes of metrics', () =>
    masks('metrics', {
      resourceMetrics: [
        {
          scopeMetrics: [
            { metrics: [{ name: 'm', sum: { dataPoints: [{ attributes: [text('api-key', SECRET)], asInt: '1' }] } }] },
          ],
        },
      ],
    }));

  it('X-52: keeps the very bytes where redaction is off', async () => {
    const door = new Door({ ...DEFAULT_INGEST_SETTINGS, redaction: { enabled: false, keys: [], patterns: [] } });
    const request = withAttributes(text('password', SECRET));
    const bytes = proto('traces', request);
    await kept('traces', request, door);
    for (const got of r.sink.requests) assert.deepEqual(door.pass(got).body, bytes);
  });
});
