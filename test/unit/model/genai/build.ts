import type { SpanId } from '../../../../src/model/ids.ts';
import type { LogRecord, Span } from '../../../../src/model/span.ts';
import type { AnyValue, Attributes } from '../../../../src/model/value.ts';
import { BASE, idOf, TRACE_ID } from '../heads.ts';

/** A value as a program gives it: whole numbers are integers, objects maps. */
export type Given = string | number | boolean | null | readonly Given[] | { readonly [key: string]: Given };

export function anyValue(given: Given): AnyValue {
  if (given === null) return { type: 'empty' };
  if (typeof given === 'string') return { type: 'string', value: given };
  if (typeof given === 'boolean') return { type: 'bool', value: given };
  if (typeof given === 'number') {
    return Number.isInteger(given) ? { type: 'int', value: BigInt(given) } : { type: 'double', value: given };
  }
  if (Array.isArray(given)) return { type: 'array', values: given.map(anyValue) };
  return { type: 'map', entries: attributes(given as Record<string, Given>) };
}

export function attributes(given: Record<string, Given>): Attributes & { key: string; value: AnyValue }[] {
  return Object.entries(given).map(([key, value]) => ({ key, value: anyValue(value) }));
}

interface SpanParts {
  id?: number;
  parent?: number;
  name?: string;
  scope?: string;
  /** Milliseconds after the base time. */
  start?: number;
  end?: number;
  error?: string;
  dropped?: number;
  resource?: Record<string, Given>;
  events?: { name: string; at?: number; attributes?: Record<string, Given> }[];
}

const at = (ms: number) => BASE + BigInt(Math.round(ms * 1e6));

const about = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' };

export function span(given: Record<string, Given>, parts: SpanParts = {}): Span {
  const { id = 1, parent, name = 'span', scope = '', start = 0, end = 100, error, dropped = 0 } = parts;
  return {
    traceId: TRACE_ID,
    spanId: idOf(id) as SpanId,
    parentSpanId: parent === undefined ? '' : idOf(parent),
    traceState: '',
    flags: 0,
    name,
    kind: 1,
    startTimeUnixNano: at(start),
    endTimeUnixNano: at(end),
    attributes: attributes(given),
    droppedAttributesCount: dropped,
    events: (parts.events ?? []).map(event => ({
      name: event.name,
      timeUnixNano: at(event.at ?? 0),
      attributes: attributes(event.attributes ?? {}),
      droppedAttributesCount: 0,
    })),
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: error === undefined ? { code: 0, message: '' } : { code: 2, message: error },
    resource: { ...about, attributes: attributes(parts.resource ?? {}) },
    scope: { ...about, name: scope, version: '1' },
    maskedValues: 0,
  };
}

/** A log record of the span with this id; `name` is the event's, in the field unless it is to be an attribute. */
export function log(
  id: number,
  name: string,
  parts: { body?: Given; attributes?: Record<string, Given>; at?: number; named?: 'field' | 'attribute' } = {},
): LogRecord {
  const inField = parts.named !== 'attribute';
  return {
    traceId: TRACE_ID,
    spanId: idOf(id),
    timeUnixNano: at(parts.at ?? 0),
    observedTimeUnixNano: 0n,
    severityNumber: 9,
    severityText: '',
    eventName: inField ? name : '',
    body: parts.body === undefined ? [] : [{ key: 'body', value: anyValue(parts.body) }],
    attributes: attributes({ ...(inField ? {} : { 'event.name': name }), ...parts.attributes }),
    droppedAttributesCount: 0,
    flags: 0,
    resource: about,
    scope: { ...about, name: '', version: '' },
    maskedValues: 0,
  };
}

/** As a reader of the JSON sees it: no prototypes, nothing undefined. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)) ?? 'null');
}

/** A message of one text. */
export function text(role: string, said: string) {
  return { role, parts: [{ type: 'text', text: said }] };
}
