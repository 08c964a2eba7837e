import { jsonToProto } from '../../src/otlp/transcode.ts';

/** A span as a test writes it down; what is left out gets a plain value. */
export interface TestSpan {
  traceId?: string;
  spanId: string;
  parentSpanId?: string;
  name?: string;
  /** Nanoseconds, decimal. */
  start?: string;
  end?: string;
  error?: boolean;
  attributes?: Record<string, string>;
}

export const TRACE = '0af7651916cd43dd8448eb211c80319c';
const START = 1_725_000_000_000_000_000n;

/** An ExportTraceServiceRequest as JSON, all spans under one resource. */
export function traceRequest(spans: TestSpan[], service = 'shop'): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeSpans: [{ scope: { name: 'test' }, spans: spans.map(spanJson) }],
      },
    ],
  };
}

/** The same as a protobuf message. */
export function traceBody(spans: TestSpan[], service?: string): Uint8Array {
  return jsonToProto('traces', Buffer.from(JSON.stringify(traceRequest(spans, service))));
}

/** An ExportLogsServiceRequest with one record for each given span id. */
export function logBody(records: { traceId: string; spanId: string; body: string }[]): Uint8Array {
  const logRecords = records.map(({ traceId, spanId, body }) => ({
    timeUnixNano: String(START),
    severityText: 'INFO',
    body: { stringValue: body },
    traceId,
    spanId,
  }));
  return jsonToProto('logs', Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })));
}

/** Span ids that count up. */
export function spanId(n: number): string {
  return n.toString(16).padStart(16, '0');
}

export function traceId(n: number): string {
  return n.toString(16).padStart(32, '0');
}

function spanJson(span: TestSpan): object {
  const attributes = Object.entries(span.attributes ?? {}).map(([key, value]) => ({
    key,
    value: { stringValue: value },
  }));
  return {
    traceId: span.traceId ?? TRACE,
    spanId: span.spanId,
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    name: span.name ?? `span ${span.spanId}`,
    kind: 1,
    startTimeUnixNano: span.start ?? String(START),
    endTimeUnixNano: span.end ?? String(BigInt(span.start ?? START) + 1_000_000n),
    attributes,
    ...(span.error && { status: { code: 2 } }),
  };
}
