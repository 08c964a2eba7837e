import assert from 'node:assert/strict';
import type { LogRecord, Resource, Scope, Span, SpanEvent, SpanLink } from '../../../src/model/span.ts';
import type { AnyValue, Attributes } from '../../../src/model/value.ts';
import { type Plain, UNKNOWN } from '../oracle.ts';
import type { Opened } from './openers.ts';

/*
 * Our messages against those of protobufjs, field by field. Both are brought to one shape, in which what is at its
 * default is not there.
 */

const list = (value: unknown): Plain[] => (Array.isArray(value) ? (value as Plain[]) : []);
const within = (value: unknown): Plain => (value as Plain | undefined) ?? {};

/** The items of a request in the shape of {@link Opened}, as protobufjs told it. */
interface Told {
  items: Plain[];
  resources: Plain[];
  scopes: Plain[];
}

function told(request: Plain, around: string, scopesName: string, itemsName: string): Told {
  const containers = list(request[around]);
  const scopes = containers.flatMap(container => list(container[scopesName]));
  return { resources: containers, scopes, items: scopes.flatMap(scope => list(scope[itemsName])) };
}

export function agreeOnTraces(opened: Opened<Span>, request: Plain): void {
  const theirs = told(request, 'resourceSpans', 'scopeSpans', 'spans');
  agree(opened, theirs, spanOf);
  const broken = theirs.items.filter(({ traceId, spanId }) => !isId(traceId, 32) || !isId(spanId, 16));
  assert.equal(opened.items.filter(item => item === undefined).length, broken.length, 'spans without valid ids');
}

export function agreeOnLogs(opened: Opened<LogRecord>, request: Plain): void {
  agree(opened, told(request, 'resourceLogs', 'scopeLogs', 'logRecords'), recordOf);
}

function isId(id: unknown, digits: number): boolean {
  return typeof id === 'string' && id.length === digits && !/^0*$/.test(id);
}

function agree<T>(ours: Opened<T>, theirs: Told, shape: (item: T) => Plain): void {
  assert.equal(ours.items.length, theirs.items.length, 'the number of items');
  assert.deepEqual(
    ours.resources.map(resourceOf),
    theirs.resources.map(container => {
      const { attributes, droppedAttributesCount } = within(container['resource']);
      return sent({ attributes: attributesOf(attributes), droppedAttributesCount, schemaUrl: container['schemaUrl'] });
    }),
    'resources',
  );
  assert.deepEqual(
    ours.scopes.map(scopeOf),
    theirs.scopes.map(container => {
      const { name, version, attributes, droppedAttributesCount } = within(container['scope']);
      const schemaUrl = container['schemaUrl'];
      return sent({ name, version, attributes: attributesOf(attributes), droppedAttributesCount, schemaUrl });
    }),
    'scopes',
  );
  for (const [i, item] of ours.items.entries()) {
    if (item !== undefined) assert.deepEqual(shape(item), itemOf(theirs.items[i]!), `item ${i}`);
  }
}

/** Without what is at its default. */
function sent(plain: Plain): Plain {
  return Object.fromEntries(
    Object.entries(plain).filter(([, value]) => {
      if (Array.isArray(value)) return value.length > 0;
      return value !== undefined && value !== '' && value !== 0 && value !== 0n;
    }),
  );
}

function resourceOf({ attributes, droppedAttributesCount, schemaUrl }: Resource): Plain {
  return sent({ attributes: ourAttributes(attributes), droppedAttributesCount, schemaUrl });
}

function scopeOf({ name, version, attributes, droppedAttributesCount, schemaUrl }: Scope): Plain {
  return sent({ name, version, attributes: ourAttributes(attributes), droppedAttributesCount, schemaUrl });
}

function spanOf(span: Span): Plain {
  const { resource: _resource, scope: _scope, status, attributes, events, links, ...rest } = span;
  return sent({
    ...known(rest),
    attributes: ourAttributes(attributes),
    events: events.map(partOf),
    links: links.map(partOf),
    ...(status.code !== 0 || status.message !== '' ? { status: sent(status) } : {}),
  });
}

function partOf({ attributes, ...rest }: SpanEvent | SpanLink): Plain {
  return sent({ ...rest, attributes: ourAttributes(attributes) });
}

function recordOf(record: LogRecord): Plain {
  const { resource: _resource, scope: _scope, attributes, body, ...rest } = record;
  return sent({
    ...known(rest),
    attributes: ourAttributes(attributes),
    ...(body[0] ? { body: ourValue(body[0].value) } : {}),
  });
}

/** Our own counts are on no wire. */
function known(rest: object): Plain {
  const { maskedValues: _masked, ...sentFields } = rest as Plain;
  return sentFields;
}

function ourAttributes(attributes: Attributes): Plain[] {
  return attributes.map(({ key, value }) => sent({ key, value: ourValue(value) }));
}

function ourValue(value: AnyValue): Plain {
  switch (value.type) {
    case 'empty':
      return {};
    case 'bytes':
      return { bytes: Buffer.from(value.value).toString('hex') };
    case 'array':
      return { array: value.values.map(ourValue) };
    case 'map':
      return { map: ourAttributes(value.entries) };
    default:
      return { [value.type]: value.value };
  }
}

/** A Span or a LogRecord of theirs. */
function itemOf(item: Plain): Plain {
  const { attributes, events, links, status, parentSpanId, body, [UNKNOWN]: _unknown, ...rest } = item;
  const { code, message } = within(status);
  const shown = sent({ code, message });
  return sent({
    ...rest,
    // An all-zero parent is none.
    parentSpanId: /^0*$/.test(String(parentSpanId ?? '')) ? undefined : parentSpanId,
    attributes: attributesOf(attributes),
    events: list(events).map(theirPart),
    links: list(links).map(theirPart),
    ...(Object.keys(shown).length > 0 ? { status: shown } : {}),
    ...(body === undefined ? {} : { body: theirValue(within(body)) }),
  });
}

function theirPart({ attributes, [UNKNOWN]: _unknown, ...rest }: Plain): Plain {
  return sent({ ...rest, attributes: attributesOf(attributes) });
}

function attributesOf(attributes: unknown): Plain[] {
  return list(attributes).map(({ key, value }) => sent({ key, value: theirValue(within(value)) }));
}

function theirValue(value: Plain): Plain {
  const { stringValue, boolValue, intValue, doubleValue, bytesValue, arrayValue, kvlistValue } = value;
  if (stringValue !== undefined) return { string: stringValue };
  if (boolValue !== undefined) return { bool: boolValue };
  if (intValue !== undefined) return { int: intValue };
  if (doubleValue !== undefined) return { double: doubleValue };
  if (bytesValue !== undefined) return { bytes: bytesValue };
  if (arrayValue !== undefined) return { array: list(within(arrayValue)['values']).map(theirValue) };
  if (kvlistValue !== undefined) return { map: attributesOf(within(kvlistValue)['values']) };
  return {};
}
