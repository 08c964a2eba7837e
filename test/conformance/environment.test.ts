import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, SimpleSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { type DebugConfigurationLike, withVariables } from '../../src/environment/debugConfiguration.ts';
import {
  ENDPOINT_VARIABLE,
  endpointToSet,
  HEADERS_VARIABLE,
  variablesToSet,
} from '../../src/environment/endpointVariable.ts';
import { DEFAULT_LIMITS } from '../../src/receiver/limits.ts';
import { Receiver } from '../../src/receiver/receiver.ts';
import type { ReceiverState } from '../../src/receiver/state.ts';
import { makeToken, tokenHeaders } from '../../src/receiver/token.ts';
import { collect } from '../harness/collecting.ts';
import { run } from '../harness/processes.ts';
import { providePython } from '../harness/programs.ts';
import { spanId, traceBody, traceId } from '../harness/requests.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { http1, PROTOBUF } from './support/clients.ts';
import { GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';
import { receiving } from './support/receiving.ts';
import { RecordingSink } from './support/recordingSink.ts';
import { spanNames, traceRequest } from './support/wire.ts';

const PYTHON_PROGRAM = `
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
provider.get_tracer("shop").start_span("from python").end()
provider.shutdown()
`;

const TRACES_ENDPOINT = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
const exporters: [string, () => SpanExporter][] = [
  ['http/protobuf', () => new ProtoExporter()],
  ['http/json', () => new JsonExporter()],
  ['grpc', () => new GrpcExporter()],
];
const overHttp = exporters.slice(0, 2);

/** Exports some spans by an exporter of the SDK that was made under these variables; answers how that ended. */
async function exportUnder(
  env: Record<string, string>,
  make: () => SpanExporter,
  spans = 1,
): Promise<Error | undefined> {
  const exporter = under(env, make);
  let failed: Error | undefined;
  const provider = new TracerProvider({
    spanProcessors: [
      new SimpleSpanProcessor({
        exporter: {
          export: (batch, done) =>
            exporter.export(batch, result => {
              failed ??= result.error;
              done(result);
            }),
          shutdown: () => exporter.shutdown(),
        },
      }),
    ],
  });
  for (let i = 0; i < spans; i++) provider.getTracer('shop').startSpan(`order ${i}`).end();
  await provider.shutdown();
  return failed;
}

function under<T>(env: Record<string, string>, make: () => T): T {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
  Object.assign(process.env, env);
  try {
    return make();
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

describe('the variables of OpenTelemetry, as the SDK for JavaScript reads them', () => {
  const r = receiving();
  const names = () => r.sink.requests.flatMap(request => spanNames(request.body));

  for (const [protocol, make] of exporters) {
    it(`E-01, E-04, E-07: the endpoint that programs are told works for ${protocol}, without another word`, async () => {
      assert.equal(await exportUnder({ [ENDPOINT_VARIABLE]: r.main.url }, make), undefined);
      assert.deepEqual(names(), ['order 0']);
      assert.equal(r.sink.refusals.length, 0);
    });
  }

  for (const [protocol, make] of overHttp) {
    for (const behind of ['/', '/mycollector', '/mycollector/']) {
      it(`E-01: a base of ${behind} gets /v1/traces behind it by ${protocol}, which is received`, async () => {
        assert.equal(await exportUnder({ [ENDPOINT_VARIABLE]: `${r.main.url}${behind}` }, make), undefined);
        assert.deepEqual(names(), ['order 0']);
      });
    }

    it(`E-02: the endpoint of a signal is used as it stands, and with a path received, by ${protocol}`, async () => {
      const env = { [TRACES_ENDPOINT]: `${r.main.url}/v1/traces`, [ENDPOINT_VARIABLE]: 'http://127.0.0.1:1' };
      assert.equal(await exportUnder(env, make), undefined);
      assert.deepEqual(names(), ['order 0']);
    });

    it(`E-02: without a path it is sent to /, and a person hears the cure, by ${protocol}`, async () => {
      const error = await exportUnder({ [TRACES_ENDPOINT]: r.main.url }, make);
      assert.match(String(error), /Not Found|404/);
      assert.equal(r.sink.requests.length, 0);
      assert.match(r.sink.reason, /sent to \/; .*OTEL_EXPORTER_OTLP_TRACES_ENDPOINT.*OTEL_EXPORTER_OTLP_ENDPOINT/);
    });

    it(`E-02, H-07: a base with /v1/traces in it is doubled by ${protocol}, and the cure is told`, async () => {
      const error = await exportUnder({ [ENDPOINT_VARIABLE]: `${r.main.url}/v1/traces` }, make);
      assert.match(String(error), /Not Found|404/);
      assert.match(r.sink.reason, /\/v1\/traces\/v1\/traces; give OTEL_EXPORTER_OTLP_ENDPOINT without a path/);
    });
  }

  it('E-01: logs go to their path of the same base', async () => {
    const exporter = under({ [ENDPOINT_VARIABLE]: r.main.url }, () => new OTLPLogExporter());
    const code = await new Promise<number>(done => exporter.export([], result => done(result.code)));
    await exporter.shutdown();
    assert.equal(code, 0);
    assert.deepEqual(
      r.sink.requests.map(({ signal }) => signal),
      ['logs'],
    );
  });

  it('E-03: no endpoint is ever told without its port, for which an SDK would take 80', () => {
    for (const { url } of (r.receiver.state as { endpoints: { url: string }[] }).endpoints) {
      assert.match(url, /^http:\/\/(127\.0\.0\.1|\[::1\]):\d+$/);
    }
    const main = { host: '127.0.0.1', port: 80, url: 'http://127.0.0.1:80' };
    assert.equal(endpointToSet({ phase: 'listening', endpoints: [main], main, taken: [] }, []), 'http://127.0.0.1:80');
  });

  it('E-04: a gRPC exporter takes http:// for a plain connection, also where it is told to be secure', async () => {
    const env = { [ENDPOINT_VARIABLE]: r.main.url, OTEL_EXPORTER_OTLP_INSECURE: 'false' };
    assert.equal(await exportUnder(env, () => new GrpcExporter()), undefined);
    assert.deepEqual(names(), ['order 0']);
  });

  it('E-04: https:// to this port fails, and a person hears why', async () => {
    await exportUnder(
      { [ENDPOINT_VARIABLE]: r.main.url.replace('http:', 'https:'), OTEL_EXPORTER_OTLP_TIMEOUT: '300' },
      () => new ProtoExporter(),
    );
    assert.equal(r.sink.requests.length, 0);
    assert.match(r.sink.reason, /https.*http:\/\//);
  });

  it('E-06: 2,048 spans at once, the queue of an SDK, come in requests of 512, none lost', async () => {
    const exporter = under({ [ENDPOINT_VARIABLE]: r.main.url }, () => new ProtoExporter());
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
    for (let i = 0; i < 2048; i++) provider.getTracer('shop').startSpan(`order ${i}`).end();
    await provider.shutdown();
    assert.deepEqual(
      r.sink.requests.map(({ body }) => spanNames(body).length),
      [512, 512, 512, 512],
    );
    assert.equal(new Set(names()).size, 2048);
  });

  it('E-06: a commit that takes two seconds is waited for by an SDK that was told nothing', async () => {
    r.sink.behave = () => new Promise(resolve => setTimeout(() => resolve({ rejected: 0, message: '' }), 2_000));
    // All at once: the time is that of one of them.
    const ends = await Promise.all(exporters.map(([, make]) => exportUnder({ [ENDPOINT_VARIABLE]: r.main.url }, make)));
    assert.deepEqual(ends, [undefined, undefined, undefined]);
    assert.equal(r.sink.requests.length, 3);
  });

  it('E-06, E-12: every wait of the receiver ends before senders give up, and no connection before their next batch', () => {
    const exportMs = 10_000;
    const batchMs = 5_000;
    assert.ok(DEFAULT_LIMITS.roomMs + DEFAULT_LIMITS.commitMs <= exportMs);
    assert.ok(DEFAULT_LIMITS.keepAliveMs > 60_000 + batchMs, 'metrics come every 60 s');
    assert.ok(DEFAULT_LIMITS.sessionIdleMs > 60_000 + batchMs);
  });

  // The one real program in between: a receiver that starts after it.
  it('E-10: what a program sends before the receiver listens arrives once it does', async () => {
    const port = await freePort();
    const sink = new RecordingSink();
    const late = new Receiver(sink, { ports: [port], fallback: false, graceMs: 200 });
    const ended = exportUnder({ [ENDPOINT_VARIABLE]: `http://127.0.0.1:${port}` }, () => new ProtoExporter());
    await new Promise(resolve => setTimeout(resolve, 300));
    try {
      const began = performance.now();
      assert.equal((await late.start()).phase, 'listening');
      assert.ok(performance.now() - began < 1_000);
      assert.equal(await ended, undefined);
      assert.deepEqual(
        sink.requests.flatMap(({ body }) => spanNames(body)),
        ['order 0'],
      );
    } finally {
      await late.close();
    }
  });

  it('E-10: the extension starts with the window, and before anything is debugged', () => {
    const { activationEvents } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.ok(activationEvents.includes('onStartupFinished'));
    assert.ok(activationEvents.includes('onDebug'));
  });
});

describe('the token in OTEL_EXPORTER_OTLP_HEADERS', () => {
  const token = makeToken();
  const r = receiving({ token });

  for (const [protocol, make] of exporters) {
    it(`E-05: arrives by ${protocol} as it was made, after the decoding of the SDK`, async () => {
      const env = { [ENDPOINT_VARIABLE]: r.main.url, [HEADERS_VARIABLE]: tokenHeaders(token) };
      assert.equal(await exportUnder(env, make), undefined);
      assert.equal(r.sink.requests.length, 1);
    });

    it(`E-05: is missed by ${protocol}, with the cure`, async () => {
      assert.ok(await exportUnder({ [ENDPOINT_VARIABLE]: r.main.url }, make));
      assert.equal(r.sink.requests.length, 0);
      assert.match(r.sink.reason, /without the token/);
    });
  }

  let python: string | undefined;
  before(async function () {
    // Installed where it has not been, once.
    this.timeout(330_000);
    python = await providePython(line => console.log(line));
  });

  it('E-01, E-05: the SDK for Python reads both variables the same way', async function () {
    if (!python) return this.skip();
    const env = { ...process.env, [ENDPOINT_VARIABLE]: `${r.main.url}/base/`, [HEADERS_VARIABLE]: tokenHeaders(token) };
    await run(path.join(python, 'python'), ['-c', PYTHON_PROGRAM], { env, timeout: 15_000 });
    assert.deepEqual(
      r.sink.requests.flatMap(({ body }) => spanNames(body)),
      ['from python'],
    );
  });

  it('E-05: survives the decoders of all SDKs, of which some read + as a space', () => {
    for (let i = 0; i < 200; i++) {
      const [, value = ''] = tokenHeaders(makeToken()).split('=');
      assert.equal(decodeURIComponent(value), value);
      assert.doesNotMatch(value, /[+%,;="\\ ]/);
    }
  });
});

describe('E-07: what programs are told', () => {
  const main = { host: '127.0.0.1', port: 40_001, url: 'http://127.0.0.1:40001' };
  const listening: ReceiverState = { phase: 'listening', endpoints: [main], main, taken: [] };
  const told = variablesToSet(listening, undefined, []);
  const config: DebugConfigurationLike = { type: 'node', request: 'launch' };

  it('is the endpoint and nothing else: it is right for every protocol', () => {
    assert.deepEqual([...told], [[ENDPOINT_VARIABLE, main.url]]);
    assert.deepEqual(withVariables(config, told)['env'], { [ENDPOINT_VARIABLE]: main.url });
  });

  const own = ['http://collector:4318', ''];
  for (const value of own) {
    for (const name of [ENDPOINT_VARIABLE, TRACES_ENDPOINT, ENDPOINT_VARIABLE.toLowerCase()]) {
      it(`is nothing where ${name} is set to ${value || '(empty)'} already`, () => {
        assert.equal(variablesToSet(listening, undefined, [{}, { [name]: value }]).size, 0);
        const env = { [name]: value, PORT: '80' };
        assert.deepEqual(withVariables({ ...config, env }, told)['env'], env);
        const list = [{ name, value }];
        const native = { type: 'cppdbg', request: 'launch', environment: list };
        assert.deepEqual(withVariables(native, told)['environment'], list);
      });
    }
  }

  it('is nothing for the default port, to which programs send by themselves', () => {
    const usual = { ...main, port: 4318, url: 'http://127.0.0.1:4318' };
    assert.equal(variablesToSet({ ...listening, endpoints: [usual], main: usual }, undefined, []).size, 0);
  });

  it('is nothing for a program that is attached to', () => {
    const attached = { ...config, request: 'attach' };
    assert.equal(withVariables(attached, told), attached);
  });
});

describe('E-11: a short burst is answered late, not refused', () => {
  const KIB = 1024;
  const r = receiving({ limits: { inFlightBytes: 2_000 * KIB, requestBytes: 1_600 * KIB } });
  beforeEach(() => {
    r.sink.behave = () => new Promise(resolve => setTimeout(() => resolve({ rejected: 0, message: '' }), 20));
  });
  const inFlight = 40;
  const body = traceRequest(randomBytes(75 * KIB).toString('hex'));

  const bursts: [string, () => Promise<unknown[]>][] = [
    ['HTTP', () => many(async () => (await http1(r.port, { headers: PROTOBUF, body })).status)],
    [
      'HTTP with gzip',
      () => {
        const headers = { ...PROTOBUF, 'content-encoding': 'gzip' };
        const zipped = gzipSync(body);
        return many(async () => (await http1(r.port, { headers, body: zipped })).status);
      },
    ],
    [
      'gRPC',
      async () => {
        // Connections of their own, so that no window of HTTP/2 holds them back.
        const clients = Array.from(
          { length: 6 },
          (_, i) => new GrpcClient(`127.0.0.1:${r.port}`, { 'burst.client': i }),
        );
        const codes = await many(async i => (await clients[i % 6]?.call(TRACES_METHOD, body))?.code);
        for (const client of clients) client.close();
        return codes.map(code => (code === 0 ? 200 : code));
      },
    ],
  ];
  const many = <T>(send: (i: number) => Promise<T>) => Promise.all(Array.from({ length: inFlight }, (_, i) => send(i)));

  for (const [how, burst] of bursts) {
    it(`four times what there is room for, with a slow disk, by ${how}`, async () => {
      assert.deepEqual([...new Set(await burst())], [200]);
      assert.equal(r.sink.requests.length, inFlight);
      assert.equal(r.sink.refusals.length, 0);
    });
  }
});

describe('E-12: acknowledgements of the whole product', () => {
  const folder = temporaryFolder();

  it('come in a fraction of the 5 s that the most impatient sender waits, while eight send all they can', async () => {
    const { collector, port } = await collect(folder());
    try {
      let sent = 0;
      let slowest = 0;
      const sender = async () => {
        for (let request = 0; request < 6; request++) {
          const first = 512 * sent++;
          const body = traceBody(
            Array.from({ length: 512 }, (_, i) => ({ traceId: traceId(1 + sent), spanId: spanId(1 + first + i) })),
          );
          const began = performance.now();
          const answer = await http1(port, { headers: PROTOBUF, body });
          slowest = Math.max(slowest, performance.now() - began);
          assert.equal(answer.status, 200);
        }
      };
      await Promise.all(Array.from({ length: 8 }, sender));
      assert.equal(sent, 48);
      assert.ok(slowest < 2_500, `${slowest} ms`);
    } finally {
      await collector.dispose();
    }
  });
});

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
