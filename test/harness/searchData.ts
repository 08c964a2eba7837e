import { parseTraceId, type TraceId } from '../../src/model/ids.ts';
import { jsonToProto } from '../../src/otlp/transcode.ts';
import type { WriteRequest } from '../../src/store/writeRequest.ts';

// Telemetry as the tests of the search write it down, every kind of value included, and the requests that carry it.

/** An integer is a bigint, a double a number, a value without content null, a map of values a Map. */
export type MadeValue = string | bigint | number | boolean | Uint8Array | null | MadeValue[] | Map<string, MadeValue>;

/** In order; a key may come more than once. */
export type MadeAttributes = readonly (readonly [key: string, value: MadeValue])[];

export interface MadeScope {
  name: string;
  attributes?: MadeAttributes;
}

interface Made {
  traceId: string;
  spanId: string;
  /** Attributes of the resource. */
  resource: MadeAttributes;
  scope: MadeScope;
  attributes?: MadeAttributes;
}

export interface MadeSpan extends Made {
  parentSpanId?: string;
  name: string;
  kind?: number;
  /** Nanoseconds since 1970. */
  start: bigint;
  end: bigint;
  events?: readonly { name: string; attributes?: MadeAttributes }[];
  links?: readonly { attributes: MadeAttributes }[];
  status?: { code?: number; message?: string };
}

/** Both ids may be ''. */
export interface MadeLog extends Made {
  body?: MadeValue;
  eventName?: string;
  time: bigint;
}

/** One request with all of these spans, those of one resource and scope together. */
export function spansRequest(spans: readonly MadeSpan[]): WriteRequest {
  const resourceSpans = grouped(spans).map(({ resource, scopes }) => ({
    resource,
    scopeSpans: scopes.map(({ scope, items }) => ({ scope, spans: items.map(spanJson) })),
  }));
  return requestOf('traces', { resourceSpans });
}

/** One request with all of these log records. */
export function logsRequest(logs: readonly MadeLog[]): WriteRequest {
  const resourceLogs = grouped(logs).map(({ resource, scopes }) => ({
    resource,
    scopeLogs: scopes.map(({ scope, items }) => ({ scope, logRecords: items.map(logJson) })),
  }));
  return requestOf('logs', { resourceLogs });
}

/** The ids of the traces that have spans. */
export function traceIdsOf(spans: readonly MadeSpan[]): TraceId[] {
  return [...new Set(spans.map(({ traceId }) => parseTraceId(traceId)!))];
}

function requestOf(signal: 'traces' | 'logs', request: object): WriteRequest {
  return { signal, body: jsonToProto(signal, Buffer.from(JSON.stringify(request))), receivedAt: Date.now() };
}

function grouped<T extends Made>(items: readonly T[]) {
  return [...Map.groupBy(items, ({ resource }) => resource)].map(([resource, own]) => ({
    resource: { attributes: attributesJson(resource) },
    scopes: [...Map.groupBy(own, ({ scope }) => scope)].map(([{ name, attributes }, items]) => ({
      scope: { name, attributes: attributesJson(attributes) },
      items,
    })),
  }));
}

function spanJson(span: MadeSpan): object {
  const { traceId, spanId, parentSpanId = '', name, kind = 1, events = [], links = [], status = {} } = span;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    startTimeUnixNano: String(span.start),
    endTimeUnixNano: String(span.end),
    attributes: attributesJson(span.attributes),
    events: events.map(event => ({
      timeUnixNano: String(span.end),
      name: event.name,
      attributes: attributesJson(event.attributes),
    })),
    links: links.map(link => ({ traceId, spanId, attributes: attributesJson(link.attributes) })),
    status,
  };
}

function logJson(log: MadeLog): object {
  const { traceId, spanId, eventName = '' } = log;
  return {
    timeUnixNano: String(log.time),
    ...(log.body !== undefined && { body: valueJson(log.body) }),
    attributes: attributesJson(log.attributes),
    eventName,
    traceId,
    spanId,
  };
}

function attributesJson(attributes: MadeAttributes = []): object[] {
  return attributes.map(([key, value]) => ({ key, value: valueJson(value) }));
}

function valueJson(value: MadeValue): object {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  if (typeof value === 'number') return { doubleValue: Number.isFinite(value) ? value : String(value) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(valueJson) } };
  return { kvlistValue: { values: attributesJson([...value]) } };
}
