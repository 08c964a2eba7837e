import { quoted, Refused } from './refused.ts';
import type { Signal } from './sink.ts';

/** Says which Spanside this is, to another one that finds the port taken. */
export const IDENTITY_PATH = '/.well-known/spanside';

/** What nearly every sender uses, for which nothing has to be searched. */
const USUAL = new Map<string, Signal>([
  ['/v1/traces', 'traces'],
  ['/v1/logs', 'logs'],
  ['/v1/metrics', 'metrics'],
]);
const SIGNAL_PATH = /^(.*)\/v1\/(traces|logs|metrics)$/;
const ANY_SIGNAL_PATH = /\/v1\/(?:traces|logs|metrics)(?=\/|$)/;

/** Wrong paths that are met in practice, and the signal that was meant. */
const NEAR_MISSES: [RegExp, Signal][] = [
  [/log/i, 'logs'],
  [/metric/i, 'metrics'],
];

/**
 * The signal a path is for. A prefix (as hosted services have it), doubled and trailing slashes are tolerated.
 * @param url path with or without a query
 * @throws {Refused} 404 with the right path.
 */
export function signalOfPath(url: string): Signal {
  const usual = USUAL.get(url);
  if (usual) return usual;
  const sent = url.split(/[?#]/, 1)[0] ?? '';
  const path = sent.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  const match = SIGNAL_PATH.exec(path);
  if (match && !ANY_SIGNAL_PATH.test(match[1] ?? '')) return match[2] as Signal;

  const shown = quoted(sent || '/');
  if (match) {
    throw new Refused(
      404,
      `The path ${shown} names a signal twice; the path is /v1/${match[2]}. Give OTEL_EXPORTER_OTLP_ENDPOINT without a path.`,
      `A program sent to ${shown}; give OTEL_EXPORTER_OTLP_ENDPOINT without a path, the SDK adds /v1/${match[2]} itself.`,
    );
  }
  if (path === '') {
    throw new Refused(
      404,
      'Nothing is received at /; the path is /v1/traces. OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is used as it stands: add /v1/traces to it, or use OTEL_EXPORTER_OTLP_ENDPOINT.',
      'A program sent to /; the path is /v1/traces: add it to OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, or set OTEL_EXPORTER_OTLP_ENDPOINT instead.',
    );
  }
  if (/profiles/i.test(path)) {
    throw new Refused(
      404,
      'Profiles are not received; the paths are /v1/traces, /v1/logs and /v1/metrics.',
      'A program sent profiles, which are not received; turn its profiles exporter off.',
    );
  }
  const meant = NEAR_MISSES.find(([pattern]) => pattern.test(path))?.[1] ?? 'traces';
  throw new Refused(
    404,
    `Nothing is received at ${shown}; the path is /v1/${meant}.`,
    `A program sent to ${shown}; the path is /v1/${meant}.`,
  );
}

const GRPC_PATH =
  /^\/opentelemetry\.proto\.collector\.(?:trace\.v1\.(Trace)|logs\.v1\.(Logs)|metrics\.v1\.(Metrics))Service\/Export$/;

/**
 * The signal of a gRPC method.
 * @throws {Refused} there is no such method.
 */
export function signalOfMethod(path: string): Signal {
  const match = GRPC_PATH.exec(path);
  if (match?.[1]) return 'traces';
  if (match?.[2]) return 'logs';
  if (match?.[3]) return 'metrics';
  throw new Refused(
    404,
    `There is no method ${quoted(path)}; OTLP's Export for traces, logs and metrics is served.`,
    `A program called the gRPC method ${quoted(path)}, which is not OTLP's; point only OTLP exporters at this port.`,
    'grpcMethod',
  );
}
