import type { LogRecord, Span, SpanEvent } from '../model/span.ts';
import { serviceOf } from '../model/span.ts';
import { stringAttribute } from '../model/value.ts';
import { toViewAttributes, toViewValue } from '../model/viewValue.ts';
import { messageToJson } from '../otlp/transcode.ts';
import type { SpanDetails, ViewEvent, ViewLog } from '../protocol/details.ts';

/** Characters of a value that the page gets; the rest is one click away in the raw document. */
const MAX_CHARS = 64 * 1024;
const MAX_RAW = 256 * 1024;
const MAX_ITEMS = 1_000;

export interface DetailsInput {
  span: Span;
  logs: LogRecord[];
  /** The Span message as it was sent. */
  bytes: Uint8Array;
  /** It was sent more than once with different content. */
  updated: boolean;
  /** Whether a trace is in the store, for links. */
  isKnown: (traceId: string) => boolean;
}

/** Everything the inspector shows of a span. Stack traces are left as text: their frames are found where the workspace is known. */
export function spanDetails({ span, logs, bytes, updated, isKnown }: DetailsInput): SpanDetails {
  const start = span.startTimeUnixNano;
  const duration = span.endTimeUnixNano - start;
  const raw = messageToJson('Span', bytes, 2);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    service: serviceOf(span.resource),
    kind: span.kind,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(span.endTimeUnixNano),
    durationNano: String(duration > 0n ? duration : 0n),
    status: span.status,
    traceState: span.traceState,
    flags: span.flags,
    attributes: toViewAttributes(span.attributes, MAX_CHARS),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.slice(0, MAX_ITEMS).map(event => viewEvent(event, start)),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.slice(0, MAX_ITEMS).map(link => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceState: link.traceState,
      attributes: toViewAttributes(link.attributes, MAX_CHARS),
      droppedAttributesCount: link.droppedAttributesCount,
      known: isKnown(link.traceId),
    })),
    droppedLinksCount: span.droppedLinksCount,
    resource: {
      attributes: toViewAttributes(span.resource.attributes, MAX_CHARS),
      droppedAttributesCount: span.resource.droppedAttributesCount,
      schemaUrl: span.resource.schemaUrl,
    },
    scope: {
      name: span.scope.name,
      version: span.scope.version,
      attributes: toViewAttributes(span.scope.attributes, MAX_CHARS),
      droppedAttributesCount: span.scope.droppedAttributesCount,
      schemaUrl: span.scope.schemaUrl,
    },
    logs: logs.slice(0, MAX_ITEMS).map(log => viewLog(log, start)),
    raw: raw.slice(0, MAX_RAW),
    rawCut: raw.length > MAX_RAW,
    warnings: warningsOf(span, logs, updated),
    maskedValues: span.maskedValues,
  };
}

function viewEvent(event: SpanEvent, start: bigint): ViewEvent {
  const view: ViewEvent = {
    name: event.name,
    timeUnixNano: String(event.timeUnixNano),
    offsetMs: offsetMs(event.timeUnixNano, start),
    attributes: toViewAttributes(event.attributes, MAX_CHARS),
    droppedAttributesCount: event.droppedAttributesCount,
  };
  if (event.name !== 'exception') return view;
  const text = (key: string) => stringAttribute(event.attributes, key) ?? '';
  const escaped = event.attributes.some(
    ({ key, value }) =>
      key === 'exception.escaped' &&
      (value.type === 'bool' || value.type === 'string') &&
      String(value.value) === 'true',
  );
  view.exception = {
    type: text('exception.type'),
    message: text('exception.message'),
    escaped,
    stack: [],
    text: text('exception.stacktrace').slice(0, MAX_RAW),
  };
  return view;
}

function viewLog(log: LogRecord, start: bigint): ViewLog {
  // Zero means that the time is not known; the moment it was observed is the next best.
  const time = log.timeUnixNano === 0n ? log.observedTimeUnixNano : log.timeUnixNano;
  return {
    timeUnixNano: String(time),
    offsetMs: offsetMs(time, start),
    severity: log.severityText,
    severityNumber: log.severityNumber,
    eventName: log.eventName,
    body: log.body[0] ? toViewValue(log.body[0].value, MAX_CHARS) : { type: 'empty' },
    attributes: toViewAttributes(log.attributes, MAX_CHARS),
    scope: log.scope.name,
  };
}

function warningsOf(span: Span, logs: LogRecord[], updated: boolean): string[] {
  const warnings: string[] = [];
  const dropped = (count: number, what: string) => {
    if (count > 0) warnings.push(`The program dropped ${count} ${what} of this span.`);
  };
  dropped(span.droppedAttributesCount, 'attributes');
  dropped(span.droppedEventsCount, 'events');
  dropped(span.droppedLinksCount, 'links');
  if (updated) warnings.push('It was sent more than once with different content; the one that ends last is shown.');
  if (span.endTimeUnixNano === 0n) warnings.push('It has no end time: it may still be running.');
  else if (span.endTimeUnixNano < span.startTimeUnixNano) warnings.push('It ends before it starts.');
  for (const [count, what] of [
    [span.events.length, 'events'],
    [span.links.length, 'links'],
    [logs.length, 'logs'],
  ] as const) {
    if (count > MAX_ITEMS)
      warnings.push(`Only the first ${MAX_ITEMS} of its ${count} ${what} are shown; the raw document has all.`);
  }
  return warnings;
}

function offsetMs(time: bigint, start: bigint): number {
  return Number(time - start) / 1e6;
}
