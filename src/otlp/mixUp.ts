import { isUtf8 } from 'node:buffer';
import { Cursor, MAX_DEPTH } from './cursor.ts';
import { isPackable, WireType, wireTypeOf } from './field.ts';
import { FOREIGN_KEY_FIELD } from './foreign.ts';
import { MalformedError } from './malformed.ts';
import { type Message, messageOf, requestOf, type Signal } from './schema.ts';

/** Enough items to know a body by. */
const SAMPLE = 32;
/** Of the items looked at, this share has to be of one other signal. */
const MOST = 0.9;

const ITEMS: Record<Signal, string> = { traces: 'Span', logs: 'LogRecord', metrics: 'Metric' };
const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];
const SERVICES: Record<Signal, string> = { traces: 'TraceService', logs: 'LogsService', metrics: 'MetricsService' };

/**
 * What to tell a sender whose body is an export of another signal than `signal`, '' where it is none. Spans, log records
 * and metrics lie at the same field numbers, so that one parses as another without an error. Only what is present and
 * well formed speaks for another signal: a span with a broken id is a span with a broken id.
 */
export function mixUpHint(signal: Signal, body: Uint8Array): string {
  try {
    const meant = listOfOther(signal, body) ?? itemsOfOther(signal, body);
    return meant === undefined
      ? ''
      : `this looks like an export of ${meant} that was sent as ${signal}; send it to /v1/${meant}, by gRPC to ${SERVICES[meant]}`;
  } catch (error) {
    if (error instanceof MalformedError) return '';
    throw error;
  }
}

/** JSON names its signal: the list of another one was kept as a key that is not known, and the right list is absent. */
function listOfOther(signal: Signal, body: Uint8Array): Signal | undefined {
  const cursor = new Cursor(body);
  const end = body.length;
  let other: Signal | undefined;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === ((1 << 3) | WireType.length)) return undefined;
    if (tag !== ((FOREIGN_KEY_FIELD << 3) | WireType.length)) {
      cursor.skip(tag, end);
      continue;
    }
    const to = cursor.enter(end);
    other ??= listedSignal(signal, body.subarray(cursor.position, to));
    cursor.position = to;
  }
  return other;
}

function listedSignal(signal: Signal, member: Uint8Array): Signal | undefined {
  const beginning = Buffer.from(member.subarray(0, 32)).toString();
  return SIGNALS.filter(other => other !== signal).find(other => {
    const [list] = requestOf(other).fields;
    return list && (beginning.startsWith(`"${list.jsonName}":`) || beginning.startsWith(`"${list.protoName}":`));
  });
}

/** The other signal that nearly all of the first items are of. */
function itemsOfOther(signal: Signal, body: Uint8Array): Signal | undefined {
  const items = firstItems(body);
  const found = items.map(([start, end]) => SIGNALS.find(candidate => speaksFor(candidate, body, start, end)));
  return SIGNALS.find(
    other => other !== signal && items.length > 0 && found.filter(each => each === other).length >= MOST * items.length,
  );
}

/** Begin and end of up to {@link SAMPLE} items. */
function firstItems(body: Uint8Array): [number, number][] {
  const items: [number, number][] = [];
  const cursor = new Cursor(body);
  const walk = (end: number, level: number) => {
    while (cursor.position < end && items.length < SAMPLE) {
      const tag = cursor.tag(end);
      if (tag !== (((level === 1 ? 1 : 2) << 3) | WireType.length)) {
        cursor.skip(tag, end);
        continue;
      }
      const inner = cursor.enter(end);
      if (level === 3) {
        items.push([cursor.position, inner]);
        cursor.position = inner;
      } else walk(inner, level + 1);
    }
  };
  walk(body.length, 1);
  return items;
}

/** Whether an item is one of `signal` all the way down, and has what no other signal has in that place. */
function speaksFor(signal: Signal, body: Uint8Array, start: number, end: number): boolean {
  try {
    return hasEvidence(signal, body, start, end) && fits(new Cursor(body, start), messageOf(ITEMS[signal]), end, 1);
  } catch (error) {
    if (error instanceof MalformedError) return false;
    throw error;
  }
}

function hasEvidence(signal: Signal, body: Uint8Array, start: number, end: number): boolean {
  const cursor = new Cursor(body, start);
  let ids = 0;
  let time = false;
  let content = false;
  let named = false;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    const at = cursor.position;
    cursor.skip(tag, end);
    const number = tag >>> 3;
    const wire = tag & 7;
    if (signal === 'traces') {
      if (number <= 2 && wire === WireType.length && cursor.position - at > 8) ids++;
      if ((number === 7 || number === 8) && wire === WireType.fixed64) time = true;
    } else if (signal === 'logs') {
      if ((number === 1 || number === 11) && wire === WireType.fixed64) time = true;
      if ((number === 2 && wire === WireType.varint) || (number === 5 && cursor.position - at > 1)) content = true;
    } else if (number === 1) named = true;
    else if (METRIC_DATA.has(number) && cursor.position - at > 1) content = true;
  }
  if (signal === 'traces') return time && ids >= 2;
  return signal === 'logs' ? time || content : named && content;
}

/** Fields of a Metric that hold its points. */
const METRIC_DATA: ReadonlySet<number> = new Set([5, 7, 9, 10, 11]);

/**
 * Whether every field is one of the message and written as it has to be. Only an item itself may have fields this version
 * does not know, above those it does: further down nearly any text would do.
 */
function fits(cursor: Cursor, message: Message, end: number, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    const number = tag >>> 3;
    const wire = tag & 7;
    const field = message.byNumber.get(number);
    if (!field) {
      if (depth > 1 || number <= highest(message)) return false;
      cursor.skip(tag, end);
    } else if (field.repeated && isPackable(field.type) && wire === WireType.length) cursor.skip(tag, end);
    else if (wire !== wireTypeOf(field.type)) return false;
    else if (field.type === 'message') {
      if (!fits(cursor, messageOf(field.message), cursor.enter(end), depth + 1)) return false;
    } else if (wire === WireType.length) {
      const to = cursor.enter(end);
      const value = cursor.bytes.subarray(cursor.position, to);
      if (field.hexId && !isIdLength(field.protoName, value.length)) return false;
      if (field.type === 'string' && !isUtf8(value)) return false;
      cursor.position = to;
    } else cursor.skip(tag, end);
  }
  return cursor.position === end;
}

function isIdLength(name: string, length: number): boolean {
  return length === 0 || length === (name === 'trace_id' ? 16 : 8);
}

function highest(message: Message): number {
  return Math.max(...message.byNumber.keys());
}
