import { elapsedNanos } from './nanos.ts';
import { type PlainObject, type PlainValue, plainObject, plainValue } from './plainValue.ts';
import { type LogRecord, type Resource, type Scope, type Span, SpanKind, StatusCode } from './span.ts';
import type { TraceSummary } from './summary.ts';

/** A trace in a list. Nanoseconds are decimal text throughout: they do not fit a JSON number. */
export interface SummaryJson {
  traceId: string;
  name: string;
  service: string;
  services: string[];
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  durationNano: string;
  spanCount: number;
  errorCount: number;
  logCount: number;
  /** Whether a root span has arrived. */
  hasRoot: boolean;
  /** Kept beyond the limits of what is kept. */
  pinned: boolean;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

export interface TraceJson extends SummaryJson {
  spans: SpanJson[];
  /** Those of the trace that name no span of it. */
  logs: LogJson[];
  warnings: string[];
}

export interface SpanJson {
  traceId: string;
  spanId: string;
  /** '' where the span is a root. */
  parentSpanId: string;
  traceState: string;
  flags: number;
  name: string;
  /** `server`, `client` and so on; a number that has no name as text. */
  kind: string;
  service: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  /** Never negative. */
  durationNano: string;
  status: { code: string; message: string };
  attributes: PlainObject;
  droppedAttributesCount: number;
  events: { name: string; timeUnixNano: string; attributes: PlainObject; droppedAttributesCount: number }[];
  droppedEventsCount: number;
  links: LinkJson[];
  droppedLinksCount: number;
  resource: ResourceJson;
  scope: ScopeJson;
  logs: LogJson[];
}

export interface LinkJson {
  traceId: string;
  spanId: string;
  traceState: string;
  flags: number;
  attributes: PlainObject;
  droppedAttributesCount: number;
}

export interface ResourceJson {
  attributes: PlainObject;
  droppedAttributesCount: number;
  schemaUrl: string;
}

export interface ScopeJson extends ResourceJson {
  name: string;
  version: string;
}

export interface LogJson {
  traceId: string;
  spanId: string;
  timeUnixNano: string;
  observedTimeUnixNano: string;
  severityNumber: number;
  severityText: string;
  eventName: string;
  /** Absent where the record was sent without one. */
  body?: PlainValue;
  attributes: PlainObject;
  droppedAttributesCount: number;
  flags: number;
  resource: ResourceJson;
  scope: ScopeJson;
}

/** What `spanside traces --json` writes, one object a line. */
export function summaryToJson(summary: TraceSummary): SummaryJson {
  return {
    traceId: summary.traceId,
    name: summary.name,
    service: summary.service,
    services: summary.services,
    startTimeUnixNano: summary.startTimeUnixNano.toString(),
    endTimeUnixNano: summary.endTimeUnixNano.toString(),
    durationNano: elapsedNanos(summary.startTimeUnixNano, summary.endTimeUnixNano).toString(),
    spanCount: summary.spanCount,
    errorCount: summary.errorCount,
    logCount: summary.logCount,
    hasRoot: summary.hasRoot,
    pinned: summary.pinned,
    receivedAt: summary.receivedAt,
  };
}

/** What `spanside trace --json` writes: every span in the order given, with the logs that name it. */
export function traceToJson(trace: {
  summary: TraceSummary;
  spans: readonly Span[];
  logs: readonly LogRecord[];
  warnings: readonly string[];
}): TraceJson {
  const bySpan = new Map<string, LogJson[]>(trace.spans.map(span => [span.spanId, []]));
  const others: LogJson[] = [];
  for (const log of trace.logs) (bySpan.get(log.spanId) ?? others).push(logToJson(log));
  return {
    ...summaryToJson(trace.summary),
    spans: trace.spans.map(span => spanToJson(span, bySpan.get(span.spanId) ?? [])),
    logs: others,
    warnings: [...trace.warnings],
  };
}

function spanToJson(span: Span, logs: LogJson[]): SpanJson {
  const resource = resourceToJson(span.resource);
  const service = resource.attributes['service.name'];
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceState: span.traceState,
    flags: span.flags,
    name: span.name,
    kind: nameOf(SpanKind, span.kind),
    service: typeof service === 'string' ? service : '',
    startTimeUnixNano: span.startTimeUnixNano.toString(),
    endTimeUnixNano: span.endTimeUnixNano.toString(),
    durationNano: elapsedNanos(span.startTimeUnixNano, span.endTimeUnixNano).toString(),
    status: { code: nameOf(StatusCode, span.status.code), message: span.status.message },
    attributes: plainObject(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(event => ({
      name: event.name,
      timeUnixNano: event.timeUnixNano.toString(),
      attributes: plainObject(event.attributes),
      droppedAttributesCount: event.droppedAttributesCount,
    })),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(link => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceState: link.traceState,
      flags: link.flags,
      attributes: plainObject(link.attributes),
      droppedAttributesCount: link.droppedAttributesCount,
    })),
    droppedLinksCount: span.droppedLinksCount,
    resource,
    scope: scopeToJson(span.scope),
    logs,
  };
}

function logToJson(log: LogRecord): LogJson {
  const body = log.body[0];
  return {
    traceId: log.traceId,
    spanId: log.spanId,
    timeUnixNano: log.timeUnixNano.toString(),
    observedTimeUnixNano: log.observedTimeUnixNano.toString(),
    severityNumber: log.severityNumber,
    severityText: log.severityText,
    eventName: log.eventName,
    ...(body && { body: plainValue(body.value) }),
    attributes: plainObject(log.attributes),
    droppedAttributesCount: log.droppedAttributesCount,
    flags: log.flags,
    resource: resourceToJson(log.resource),
    scope: scopeToJson(log.scope),
  };
}

function resourceToJson({ attributes, droppedAttributesCount, schemaUrl }: Resource): ResourceJson {
  return { attributes: plainObject(attributes), droppedAttributesCount, schemaUrl };
}

function scopeToJson({ name, version, attributes, droppedAttributesCount, schemaUrl }: Scope): ScopeJson {
  return { name, version, attributes: plainObject(attributes), droppedAttributesCount, schemaUrl };
}

function nameOf(names: Record<string, number>, code: number): string {
  return Object.keys(names).find(name => names[name] === code) ?? String(code);
}
