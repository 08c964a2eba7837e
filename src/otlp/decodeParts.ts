import { hexOf } from '../model/ids.ts';
import type { Span, SpanEvent, SpanLink } from '../model/span.ts';
import type { KeyValue } from '../model/value.ts';
import type { Cursor } from './cursor.ts';
import { decodeKeyValue, decodeText } from './decodeValue.ts';
import { ITEM_DEPTH } from './scanEnvelope.ts';

// Events and links lie one message deeper than their span, and their attributes one deeper than they.
const ATTRIBUTE_DEPTH = ITEM_DEPTH + 2;

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

export function decodeEvent(cursor: Cursor, end: number): SpanEvent {
  const attributes: KeyValue[] = [];
  const event: SpanEvent = { timeUnixNano: 0n, name: '', attributes, droppedAttributesCount: 0 };
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 9) event.timeUnixNano = cursor.fixed64(end);
    else if (tag === 18) event.name = decodeText(cursor, end);
    else if (tag === 26) attributes.push(decodeKeyValue(cursor, cursor.enter(end), ATTRIBUTE_DEPTH));
    else if (tag === 32) event.droppedAttributesCount = cursor.int32(end) >>> 0;
    else cursor.skip(tag, end);
  }
  return event;
}

export function decodeLink(cursor: Cursor, end: number): SpanLink {
  const attributes: KeyValue[] = [];
  const link: SpanLink = { traceId: '', spanId: '', traceState: '', attributes, droppedAttributesCount: 0, flags: 0 };
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) link.traceId = decodeId(cursor, end);
    else if (tag === 18) link.spanId = decodeId(cursor, end);
    else if (tag === 26) link.traceState = decodeText(cursor, end);
    else if (tag === 34) attributes.push(decodeKeyValue(cursor, cursor.enter(end), ATTRIBUTE_DEPTH));
    else if (tag === 40) link.droppedAttributesCount = cursor.int32(end) >>> 0;
    else if (tag === 53) link.flags = cursor.fixed32(end);
    else cursor.skip(tag, end);
  }
  return link;
}

export function decodeStatus(cursor: Cursor, end: number, status: Span['status']): void {
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 18) status.message = decodeText(cursor, end);
    else if (tag === 24) status.code = cursor.int32(end);
    else cursor.skip(tag, end);
  }
}
