import { type Attributes, type Span, type SpanOptions, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

/** Starts the OpenTelemetry SDK; where spans go is up to the environment. What is left is sent when the program ends. */
export function startTelemetry(serviceName: string): void {
  const sdk = new NodeSDK({ serviceName });
  sdk.start();
  const end = async () => {
    await sdk.shutdown().catch(error => console.error(`The last spans were not sent: ${error.message}`));
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

/** Runs `work` in a span; an error is recorded in it and thrown on. */
export async function traced<T>(
  name: string,
  options: SpanOptions & { attributes?: Attributes },
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return trace.getTracer('shop').startActiveSpan(name, options, async span => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  });
}
