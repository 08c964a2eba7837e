import { deepEqual, equal, throws } from 'node:assert/strict';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { decodeRequest } from '../../../src/collector/decodeRequest.ts';
import { jsonToProto } from '../../../src/otlp/transcode.ts';
import { anonymous, assertAnonymous } from '../../capture/anonymous.ts';
import { type Recorder, recorder } from '../../capture/recorder.ts';
import { readRecording, signalOf, writeRecording } from '../../capture/recording.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import { javascriptSdk } from '../../senders/javascript.ts';

const GZIP = { compression: CompressionAlgorithm.GZIP };

const EXPORTERS: [string, string, (to: Recorder) => SpanExporter][] = [
  ['http/protobuf', '/v1/traces', ({ http }) => new ProtoExporter({ url: `${http}/v1/traces` })],
  ['http/protobuf, gzip', '/v1/traces', ({ http }) => new ProtoExporter({ url: `${http}/v1/traces`, ...GZIP })],
  [
    'http/json',
    '/api/public/otel/v1/traces',
    ({ http }) => new JsonExporter({ url: `${http}/api/public/otel/v1/traces` }),
  ],
  [
    'grpc',
    '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    ({ grpc }) => new GrpcExporter({ url: grpc }),
  ],
  [
    'grpc, gzip',
    '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    ({ grpc }) => new GrpcExporter({ url: grpc, ...GZIP }),
  ],
];

describe('the recorder of OTLP', () => {
  const folder = temporaryFolder();
  let to: Recorder;
  beforeEach(async () => {
    to = await recorder();
  });
  afterEach(() => to.close());

  for (const [name, at, exporter] of EXPORTERS) {
    it(`keeps what comes by ${name}, as it can be sent again`, async () => {
      const { spans } = await javascriptSdk(() => exporter(to))(to.http);
      const file = path.join(folder(), 'otlp.jsonl');
      writeRecording(file, to.requests());
      const read = readRecording(file);
      deepEqual(read, to.requests());
      deepEqual(new Set(read.map(({ path }) => path)), new Set([at]));
      const found = read.flatMap(({ contentType, body }) =>
        decodeRequest(contentType.includes('json') ? jsonToProto('traces', body) : body).map(
          ({ spanId }) => spanId as string,
        ),
      );
      deepEqual(found.sort(), spans!.map(({ spanId }) => spanId).sort());
    });
  }

  it('answers metrics and forgets them', async () => {
    const response = await fetch(`${to.http}/v1/metrics`, { method: 'POST', body: 'x' });
    equal(response.status, 200);
    deepEqual(to.requests(), []);
  });

  it('says what it was asked for and does not have', async () => {
    equal((await fetch(`${to.http}/info`)).status, 404);
    deepEqual(to.missing(), ['GET /info']);
  });

  it('tells the signals of HTTP and gRPC apart', () => {
    const paths = [
      '/v1/traces',
      '/otel/v1/logs',
      '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      '/v1/tracesx',
      '/',
    ];
    deepEqual(paths.map(signalOf), ['traces', 'logs', 'logs', undefined, undefined]);
  });
});

describe('a recording tells nothing of the machine', () => {
  const folder = path.join(tmpdir(), 'some where');

  it('shows other folders of the same length, the inner ones first', () => {
    const told = Buffer.from(`at ${folder}/lib/a.py, at ${folder}/b.py, é`);
    const shown = anonymous(told, [
      [folder, '/srv/app'],
      [`${folder}/lib`, '/lib'],
    ]);
    equal(shown.length, told.length);
    const fill = (name: string, like: string) => name.padEnd(like.length, '-');
    equal(`${shown}`, `at ${fill('/lib', `${folder}/lib`)}/a.py, at ${fill('/srv/app', folder)}/b.py, é`);
    assertAnonymous('It', `${shown}`);
  });

  it('refuses what still tells', () => {
    throws(() => assertAnonymous('It', `at ${folder}/b.py`), /tells of this machine/);
  });
});
