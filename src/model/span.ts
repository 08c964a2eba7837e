import type { SpanId, TraceId } from './ids.ts';
import { type Attributes, stringAttribute } from './value.ts';

export const SpanKind = { unspecified: 0, internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
export const StatusCode = { unset: 0, ok: 1, error: 2 } as const;

/** What produced the telemetry. `schemaUrl` is that of ResourceSpans. */
export interface Resource {
  attributes: Attributes;
  droppedAttributesCount: number;
  schemaUrl: string;
  /** Values of it that were masked before it was kept; absent where none were. */
  maskedValues?: number;
}

/** `service.name` of a resource; '' where it names none. */
export function serviceOf(resource: Resource): string {
  return stringAttribute(resource.attributes, 'service.name') ?? '';
}

/** The instrumentation scope. `schemaUrl` is that of ScopeSpans. */
export interface Scope {
  name: string;
  version: string;
  attributes: Attributes;
  droppedAttributesCount: number;
  schemaUrl: string;
  /** As of a {@link Resource}. */
  maskedValues?: number;
}

export interface SpanEvent {
  timeUnixNano: bigint;
  name: string;
  attributes: Attributes;
  droppedAttributesCount: number;
}

/** A link to another span; its ids are as sent and may be of any length. */
export interface SpanLink {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: Attributes;
  droppedAttributesCount: number;
  flags: number;
}

/** A span, fully decoded. Times are nanoseconds since 1970 as sent: zero, reversed or far away are possible. */
export interface Span {
  traceId: TraceId;
  spanId: SpanId;
  /** '' where the span is a root. */
  parentSpanId: string;
  traceState: string;
  flags: number;
  name: string;
  /** The number as sent; see {@link SpanKind}. */
  kind: number;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  attributes: Attributes;
  droppedAttributesCount: number;
  events: SpanEvent[];
  droppedEventsCount: number;
  links: SpanLink[];
  droppedLinksCount: number;
  status: { code: number; message: string };
  resource: Resource;
  scope: Scope;
  /** Values that were masked before it was kept: its own, and those of its resource and scope. */
  maskedValues: number;
}

/** A log record; `traceId` and `spanId` are '' where it belongs to no span. */
export interface LogRecord {
  traceId: string;
  spanId: string;
  timeUnixNano: bigint;
  observedTimeUnixNano: bigint;
  severityNumber: number;
  severityText: string;
  eventName: string;
  /** The body as a one-entry list under the key `body`, or empty: so that a missing body and an empty one differ. */
  body: Attributes;
  attributes: Attributes;
  droppedAttributesCount: number;
  flags: number;
  resource: Resource;
  scope: Scope;
  /** Values that were masked before it was kept: its own and those of its resource and scope. */
  maskedValues: number;
}
