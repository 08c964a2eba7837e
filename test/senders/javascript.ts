import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { type Send, type SentSpan, sentSpans } from './sent.ts';

/** Sends a few traces by the SDK for JavaScript, in this process. */
export function javascriptSdk(makeExporter: (endpoint: string) => SpanExporter): Send {
  return async endpoint => {
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'orders' }),
      spanProcessors: [new BatchSpanProcessor({ exporter: makeExporter(endpoint), maxExportBatchSize: 64 })],
    });
    const tracer = provider.getTracer('shop');
    const sent: SentSpan[] = [];
    const tell = (name: string, within: Context): Span => {
      const span = tracer.startSpan(name, { attributes: { sent: sent.length } }, within);
      const { traceId, spanId } = span.spanContext();
      sent.push({ traceId, spanId, name });
      return span;
    };
    for (let order = 0; order < 5; order++) {
      const parent = tell('order', ROOT_CONTEXT);
      for (let item = 0; item < 30; item++) tell(`pick ${item % 3}`, trace.setSpan(ROOT_CONTEXT, parent)).end();
      parent.end();
    }
    await provider.shutdown();
    return sentSpans(sent);
  };
}
