import assert from 'node:assert/strict';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { BatchSpanProcessor, SimpleSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { receiving } from './support/receiving.ts';
import { spanNames } from './support/wire.ts';

describe('the OpenTelemetry SDK for JavaScript', () => {
  const r = receiving();
  const names = () => r.sink.requests.flatMap(request => spanNames(request.body));

  const exporters: [string, () => SpanExporter][] = [
    ['http/protobuf', () => new ProtoExporter({ url: `${r.main.url}/v1/traces` })],
    [
      'http/protobuf with gzip',
      () => new ProtoExporter({ url: `${r.main.url}/v1/traces`, compression: CompressionAlgorithm.GZIP }),
    ],
    ['http/json', () => new JsonExporter({ url: `${r.main.url}/v1/traces` })],
    ['grpc', () => new GrpcExporter({ url: r.main.url })],
    ['grpc with gzip', () => new GrpcExporter({ url: r.main.url, compression: CompressionAlgorithm.GZIP })],
  ];
  for (const [protocol, make] of exporters) {
    it(`sends by ${protocol}`, async () => {
      const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter: make() })] });
      const tracer = provider.getTracer('shop');
      for (let i = 0; i < 700; i++) tracer.startSpan(`order ${i}`).end();
      await provider.shutdown();
      assert.deepEqual(new Set(names()), new Set(Array.from({ length: 700 }, (_, i) => `order ${i}`)));
      assert.equal(r.sink.refusals.length, 0);
    });
  }

  // The gRPC exporter of this SDK never sends again, whatever it is answered.
  for (const [protocol, make] of exporters.filter(([name]) => name.startsWith('http'))) {
    it(`H-37: sends again by ${protocol} what could not be stored the first time`, async () => {
      let failures = 1;
      r.sink.behave = () => {
        if (failures-- > 0) throw new Error('busy');
        return { rejected: 0, message: '' };
      };
      const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: make() })] });
      provider.getTracer('shop').startSpan('once').end();
      await provider.shutdown();
      assert.deepEqual(names(), ['once', 'once']);
      assert.equal(r.sink.refusals.length, 1);
    }).timeout(10_000);
  }
});
