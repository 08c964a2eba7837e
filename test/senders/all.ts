import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import type { Say } from '../harness/cache.ts';
import { providePython } from '../harness/programs.ts';
import { provideCollector, provideTelemetrygen } from './go.ts';
import { javaAgent, provideJava } from './java.ts';
import { javascriptSdk } from './javascript.ts';
import { throughCollector } from './otelcol.ts';
import { pythonSdk } from './python.ts';
import type { Send } from './sent.ts';
import { telemetrygen } from './telemetrygen.ts';

/** A program that exports by OTLP, set up in one of the ways its manual tells. */
export interface Sender {
  name: string;
  /** Brings the program; `undefined`, and said aloud, where this machine lacks its language. */
  bring(say: Say): Promise<Send | undefined>;
}

const proto = javascriptSdk(endpoint => new ProtoExporter({ url: `${endpoint}/v1/traces` }));

const ofJavascript: Sender[] = [
  ['http/protobuf', proto],
  [
    'http/protobuf, gzip',
    javascriptSdk(
      endpoint => new ProtoExporter({ url: `${endpoint}/v1/traces`, compression: CompressionAlgorithm.GZIP }),
    ),
  ],
  ['http/json', javascriptSdk(endpoint => new JsonExporter({ url: `${endpoint}/v1/traces` }))],
  ['grpc', javascriptSdk(endpoint => new GrpcExporter({ url: endpoint }))],
  [
    'grpc, gzip',
    javascriptSdk(endpoint => new GrpcExporter({ url: endpoint, compression: CompressionAlgorithm.GZIP })),
  ],
].map(([how, send]) => ({ name: `JavaScript SDK, ${how}`, bring: async () => send as Send }));

const ofTelemetrygen: Sender[] = (['traces', 'logs', 'metrics'] as const).flatMap(signal =>
  [true, false].map(http => ({
    name: `telemetrygen ${signal}, ${http ? 'http' : 'grpc'}`,
    bring: async (say: Say) => {
      const binary = await provideTelemetrygen(say);
      return binary === undefined ? undefined : telemetrygen(binary, signal, http);
    },
  })),
);

const ofCollector: Sender[] = (['otlp_grpc', 'otlp_http'] as const).flatMap(exporter =>
  (['none', 'gzip', 'zstd'] as const).map(compression => ({
    name: `Collector ${exporter}, ${compression}`,
    bring: async (say: Say) => {
      const binary = await provideCollector(say);
      return binary === undefined ? undefined : throughCollector(binary, exporter, compression, proto);
    },
  })),
);

const ofJava: Sender[] = (['http/protobuf', 'grpc'] as const).map(protocol => ({
  name: `Java agent, ${protocol}`,
  bring: async (say: Say) => {
    const java = await provideJava(say);
    return java === undefined ? undefined : javaAgent(java, protocol);
  },
}));

const ofPython: Sender[] = (
  [
    ['http/protobuf', 'none'],
    ['http/protobuf', 'gzip'],
    ['http/protobuf', 'deflate'],
    ['grpc', 'none'],
    ['grpc', 'gzip'],
  ] as const
).map(([protocol, compression]) => ({
  name: `Python SDK, ${protocol}, ${compression}`,
  bring: async (say: Say) => {
    const bin = await providePython(say);
    return bin === undefined ? undefined : pythonSdk(bin, protocol, compression);
  },
}));

export const SENDERS: readonly Sender[] = [...ofTelemetrygen, ...ofCollector, ...ofJava, ...ofPython, ...ofJavascript];
