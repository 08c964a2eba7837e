import { hexOf, type SpanId, type TraceId } from '../model/ids.ts';
import type { LogRecord, Resource, Scope, Span, SpanEvent, SpanLink } from '../model/span.ts';
import type { AnyValue, KeyValue } from '../model/value.ts';
import { Cursor } from './cursor.ts';
import { decodeAnyValue, decodeKeyValue, decodeText } from './decodeValue.ts';
import { ITEM_DEPTH } from './scanEnvelope.ts';

// Attributes lie one message deeper than what they belong to.
const ATTRIBUTE_DEPTH = ITEM_DEPTH + 1;

/**
 * A span, from the payload of its Span message. Its ids are taken as they are: the scanner flags those that are invalid.
 * Throws `MalformedError`.
 */
export function decodeSpan(body: Uint8Array, offset: number, length: number, resource: Resource, scope: Scope): Span {
  const cursor = new Cursor(body, offset);
  const end = offset + length;
  const attributes: KeyValue[] = [];
  const events: SpanEvent[] = [];
  const links: SpanLink[] = [];
  const span: Span = {
    traceId: '' as TraceId,
    spanId: '' as SpanId,
    parentSpanId: '',
    traceState: '',
    flags: 0,
    name: '',
    kind: 0,
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    attributes,
    droppedAttributesCount: 0,
    events,
    droppedEventsCount: 0,
    links,
    droppedLinksCount: 0,
    status: { code: 0, message: '' },
    resource,
    scope,
  };
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    switch (tag) {
      case 10:
        span.traceId = decodeId(cursor, end) as TraceId;
        break;
      case 18:
        span.spanId = decodeId(cursor, end) as SpanId;
        break;
      case 26:
        span.traceState = decodeText(cursor, end);
        break;
      case 34:
        span.parentSpanId = parentOf(decodeId(cursor, end));
        break;
      case 42:
        span.name = decodeText(cursor, end);
        break;
      case 48:
        span.kind = cursor.int32(end);
        break;
      case 57:
        span.startTimeUnixNano = cursor.fixed64(end);
        break;
      case 65:
        span.endTimeUnixNano = cursor.fixed64(end);
        break;
      case 74:
        attributes.push(decodeKeyValue(cursor, cursor.enter(end), ATTRIBUTE_DEPTH));
        break;
      case 80:
        span.droppedAttributesCount = cursor.int32(end) >>> 0;
        break;
      case 90:
        events.push(decodeEvent(cursor, cursor.enter(end)));
        break;
      case 96:
        span.droppedEventsCount = cursor.int32(end) >>> 0;
        break;
      case 106:
        links.push(decodeLink(cursor, cursor.enter(end)));
        break;
      case 112:
        span.droppedLinksCount = cursor.int32(end) >>> 0;
        break;
      case 122:
        decodeStatus(cursor, cursor.enter(end), span.status);
        break;
      case 133:
        span.flags = cursor.fixed32(end);
        break;
      default:
        cursor.skip(tag, end);
    }
  }
  return span;
}

/** An all-zero parent is none. */
export function parentOf(parentSpanId: string): string {
  return /^0*$/.test(parentSpanId) ? '' : parentSpanId;
}

/** Reads a bytes field as hexadecimal digits. */
export function decodeId(cursor: Cursor, end: number): string {
  const idEnd = cursor.enter(end);
  const id = hexOf(cursor.bytes, cursor.position, idEnd - cursor.position);
  cursor.position = idEnd;
  return id;
}

function decodeEvent(cursor: Cursor, end: number): SpanEvent {
  const attributes: KeyValue[] = [];
  const event: SpanEvent = { timeUnixNano: 0n, name: '', attributes, droppedAttributesCount: 0 };
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 9) event.timeUnixNano = cursor.fixed64(end);
    else if (tag === 18) event.name = decodeText(cursor, end);
    else if (tag === 26) attributes.push(decodeKeyValue(cursor, cursor.enter(end), ATTRIBUTE_DEPTH + 1));
    else if (tag === 32) event.droppedAttributesCount = cursor.int32(end) >>> 0;
    else cursor.skip(tag, end);
  }
  return event;
}

function decodeLink(cursor: Cursor, end: number): SpanLink {
  const attributes: KeyValue[] = [];
  const link: SpanLink = { traceId: '', spanId: '', traceState: '', attributes, droppedAttributesCount: 0, flags: 0 };
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) link.traceId = decodeId(cursor, end);
    else if (tag === 18) link.spanId = decodeId(cursor, end);
    else if (tag === 26) link.traceState = decodeText(cursor, end);
    else if (tag === 34) attributes.push(decodeKeyValue(cursor, cursor.enter(end), ATTRIBUTE_DEPTH + 1));
    else if (tag === 40) link.droppedAttributesCount = cursor.int32(end) >>> 0;
    else if (tag === 53) link.flags = cursor.fixed32(end);
    else cursor.skip(tag, end);
  }
  return link;
}

function decodeStatus(cursor: Cursor, end: number, status: Span['status']): void {
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 18) status.message = decodeText(cursor, end);
    else if (tag === 24) status.code = cursor.int32(end);
    else cursor.skip(tag, end);
  }
}

/** A log record, from the payload of its LogRecord message. Throws `MalformedError`. */
export function decodeLogRecord(
  body: Uint8Array,
  offset: number,
  length: number,
  resource: Resource,
  scope: Scope,
): LogRecord {
  const cursor = new Cursor(body, offset);
  const end = offset + length;
  const attributes: KeyValue[] = [];
  let content: AnyValue | undefined;
  const record: LogRecord = {
    traceId: '',
    spanId: '',
    timeUnixNano: 0n,
    observedTimeUnixNano: 0n,
    severityNumber: 0,
    severityText: '',
    eventName: '',
    body: [],
    attributes,
    droppedAttributesCount: 0,
    flags: 0,
    resource,
    scope,
  };
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    switch (tag) {
      case 9:
        record.timeUnixNano = cursor.fixed64(end);
        break;
      case 16:
        record.severityNumber = cursor.int32(end);
        break;
      case 26:
        record.severityText = decodeText(cursor, end);
        break;
      case 42:
        content = decodeAnyValue(cursor, cursor.enter(end), ATTRIBUTE_DEPTH, content);
        break;
      case 50:
        attributes.push(decodeKeyValue(cursor, cursor.enter(end), ATTRIBUTE_DEPTH));
        break;
      case 56:
        record.droppedAttributesCount = cursor.int32(end) >>> 0;
        break;
      case 69:
        record.flags = cursor.fixed32(end);
        break;
      case 74:
        record.traceId = decodeId(cursor, end);
        break;
      case 82:
        record.spanId = decodeId(cursor, end);
        break;
      case 89:
        record.observedTimeUnixNano = cursor.fixed64(end);
        break;
      case 98:
        record.eventName = decodeText(cursor, end);
        break;
      default:
        cursor.skip(tag, end);
    }
  }
  if (content) record.body = [{ key: 'body', value: content }];
  return record;
}
