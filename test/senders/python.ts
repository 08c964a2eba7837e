import path from 'node:path';
import { run } from '../harness/processes.ts';
import { tracedEnvironment } from '../harness/programs.ts';
import { assertQuiet, type Send, type SentSpan, sentSpans } from './sent.ts';

/**
 * Runs a program under the SDK's own `opentelemetry-instrument`.
 * @param bin folder of the virtual environment's programs
 */
export function pythonSdk(
  bin: string,
  protocol: 'http/protobuf' | 'grpc',
  compression: 'none' | 'gzip' | 'deflate',
): Send {
  return async endpoint => {
    const env = {
      ...tracedEnvironment(endpoint, protocol),
      OTEL_SERVICE_NAME: 'orders',
      // Its gRPC exporter knows no "none".
      ...(compression === 'none' ? {} : { OTEL_EXPORTER_OTLP_COMPRESSION: compression }),
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '64',
    };
    const program = path.join(import.meta.dirname, 'python/orders.py');
    const args = [path.join(bin, 'python'), program];
    const log = await run(path.join(bin, 'opentelemetry-instrument'), args, { env, timeout: 60_000 });
    const lines = log.split('\n').filter(line => line !== '');
    const printed = lines.filter(line => line.startsWith('span '));
    // The program prints nothing else; what the SDK logs is a warning or worse.
    assertQuiet('The Python SDK', lines.filter(line => !line.startsWith('span ')).join('\n'), /./);
    return sentSpans(printed.map(line => JSON.parse(line.slice('span '.length)) as SentSpan));
  };
}
