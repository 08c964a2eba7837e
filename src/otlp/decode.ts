import type { SpanId, TraceId } from '../model/ids.ts';
import type { LogRecord, Resource, Scope, Span, SpanEvent, SpanLink } from '../model/span.ts';
import type { AnyValue, KeyValue } from '../model/value.ts';
import { Cursor } from './cursor.ts';
import { decodeEvent, decodeId, decodeLink, decodeStatus, parentOf } from './decodeParts.ts';
import { decodeAnyValue, decodeKeyValue, decodeText } from './decodeValue.ts';
import { decodeMaskedCount, MASKED_TAG } from './redact/maskedCount.ts';
import { ITEM_DEPTH, RESOURCE_DEPTH, SCOPE_DEPTH } from './scanEnvelope.ts';

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
    maskedValues: (resource.maskedValues ?? 0) + (scope.maskedValues ?? 0),
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
      case MASKED_TAG:
        span.maskedValues += decodeMaskedCount(cursor, end);
        break;
      default:
        cursor.skip(tag, end);
    }
  }
  return span;
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
    maskedValues: (resource.maskedValues ?? 0) + (scope.maskedValues ?? 0),
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
      case MASKED_TAG:
        record.maskedValues += decodeMaskedCount(cursor, end);
        break;
      default:
        cursor.skip(tag, end);
    }
  }
  if (content) record.body = [{ key: 'body', value: content }];
  return record;
}

/**
 * The resource of a ResourceSpans or ResourceLogs payload, with that message's schema URL. What it holds of scopes is
 * passed over. Throws `MalformedError`.
 */
export function decodeResource(body: Uint8Array, offset: number, length: number): Resource {
  const attributes: KeyValue[] = [];
  const resource: Resource = { attributes, droppedAttributesCount: 0, schemaUrl: '' };
  const cursor = new Cursor(body, offset);
  const end = offset + length;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 26) resource.schemaUrl = decodeText(cursor, end);
    else if (tag === 10) {
      const inner = cursor.enter(end);
      while (cursor.position < inner) {
        const field = cursor.tag(inner);
        if (field === 10) attributes.push(decodeKeyValue(cursor, cursor.enter(inner), RESOURCE_DEPTH + 1));
        else if (field === 16) resource.droppedAttributesCount = cursor.int32(inner) >>> 0;
        else if (field === MASKED_TAG) addMasked(resource, decodeMaskedCount(cursor, inner));
        else cursor.skip(field, inner);
      }
    } else cursor.skip(tag, end);
  }
  return resource;
}

/** The scope of a ScopeSpans or ScopeLogs payload, with that message's schema URL. Throws `MalformedError`. */
export function decodeScope(body: Uint8Array, offset: number, length: number): Scope {
  const attributes: KeyValue[] = [];
  const scope: Scope = { name: '', version: '', attributes, droppedAttributesCount: 0, schemaUrl: '' };
  const cursor = new Cursor(body, offset);
  const end = offset + length;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 26) scope.schemaUrl = decodeText(cursor, end);
    else if (tag === 10) {
      const inner = cursor.enter(end);
      while (cursor.position < inner) {
        const field = cursor.tag(inner);
        if (field === 10) scope.name = decodeText(cursor, inner);
        else if (field === 18) scope.version = decodeText(cursor, inner);
        else if (field === 26) attributes.push(decodeKeyValue(cursor, cursor.enter(inner), SCOPE_DEPTH + 1));
        else if (field === 32) scope.droppedAttributesCount = cursor.int32(inner) >>> 0;
        else if (field === MASKED_TAG) addMasked(scope, decodeMaskedCount(cursor, inner));
        else cursor.skip(field, inner);
      }
    } else cursor.skip(tag, end);
  }
  return scope;
}

function addMasked(of: Resource | Scope, count: number): void {
  if (count > 0) of.maskedValues = (of.maskedValues ?? 0) + count;
}
