import type { TraceId } from '../../../../src/model/ids.ts';
import type { LogRecord, Span } from '../../../../src/model/span.ts';
import { decodeLogRecord, decodeResource, decodeScope, decodeSpan } from '../../../../src/otlp/decode.ts';
import { type LogScan, scanLogs } from '../../../../src/otlp/scanLogs.ts';
import { scanTraces } from '../../../../src/otlp/scanTraces.ts';
import { jsonToProto } from '../../../../src/otlp/transcode.ts';
import { type Recorded, signalOf } from '../../../capture/recording.ts';

export interface RecordedTrace {
  spans: Span[];
  logs: LogRecord[];
}

/** The traces in recorded requests, as a store gives them back, in the order in which they were first seen. */
export function recordedTraces(requests: readonly Recorded[]): Map<TraceId, RecordedTrace> {
  const traces = new Map<TraceId, RecordedTrace>();
  const of = (traceId: string) => {
    const trace = traces.get(traceId as TraceId) ?? { spans: [], logs: [] };
    traces.set(traceId as TraceId, trace);
    return trace;
  };
  for (const { path, contentType, body } of requests) {
    const signal = signalOf(path) ?? 'traces';
    if (signal === 'metrics') continue;
    const bytes = contentType.startsWith('application/json') ? jsonToProto(signal, body) : body;
    if (signal === 'traces') {
      for (const span of spansOf(bytes)) of(span.traceId).spans.push(span);
    } else for (const log of logsOf(bytes)) of(log.traceId).logs.push(log);
  }
  return traces;
}

function spansOf(body: Uint8Array): Span[] {
  const scan = scanTraces(body);
  return Array.from({ length: scan.count }, (_, at) => {
    const [resource, scope] = aboutOf(scan as unknown as LogScan, body, at);
    return decodeSpan(body, scan.offsets[at]!, scan.lengths[at]!, resource, scope);
  });
}

function logsOf(body: Uint8Array): LogRecord[] {
  const scan = scanLogs(body);
  return Array.from({ length: scan.count }, (_, at) => {
    const [resource, scope] = aboutOf(scan, body, at);
    return decodeLogRecord(body, scan.offsets[at]!, scan.lengths[at]!, resource, scope);
  });
}

function aboutOf(scan: LogScan, body: Uint8Array, at: number) {
  const scope = scan.scopes[scan.scope[at]!]!;
  const resource = scan.resources[scope.resource]!;
  return [
    decodeResource(body, resource.offset, resource.length),
    decodeScope(body, scope.offset, scope.length),
  ] as const;
}
