import { Cursor, MAX_DEPTH } from './cursor.ts';
import { type Field, isPackable, WireType, wireTypeOf } from './field.ts';
import { type Message, messageOf, requestOf } from './schema.ts';

/**
 * Counts the data points of an ExportMetricsServiceRequest and checks the request as deep as it goes. Throws
 * `MalformedError`.
 */
export function countMetricPoints(body: Uint8Array): number {
  return walk(new Cursor(body), requestOf('metrics'), body.length, 1);
}

/** Walks a message by its table; the limit of depth bounds the recursion. Says how many data points lie in it. */
function walk(cursor: Cursor, message: Message, end: number, depth: number): number {
  if (depth > MAX_DEPTH) throw cursor.tooDeep();
  let points = message.name.endsWith('DataPoint') ? 1 : 0;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    const field = message.byNumber.get(tag >>> 3);
    if (!field || (tag & 7) !== WireType.length) cursor.skip(tag, end);
    else if (field.type === 'message') points += walk(cursor, messageOf(field.message), cursor.enter(end), depth + 1);
    else if (field.repeated && isPackable(field.type)) walkPacked(cursor, field, cursor.enter(end));
    else cursor.skip(tag, end);
  }
  return points;
}

function walkPacked(cursor: Cursor, field: Field, end: number): void {
  while (cursor.position < end) cursor.skip((1 << 3) | wireTypeOf(field.type), end);
}
