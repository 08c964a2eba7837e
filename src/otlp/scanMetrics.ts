import { Cursor, MAX_DEPTH } from './cursor.ts';
import { type Field, isPackable, WireType, wireTypeOf } from './field.ts';
import { MalformedError } from './malformed.ts';
import { mixUpHint } from './mixUp.ts';
import { type Message, messageOf, requestOf } from './schema.ts';

/**
 * Counts the data points of an ExportMetricsServiceRequest and checks the request as deep as it goes. Throws
 * `MalformedError`, also where the request is one of another signal.
 */
export function countMetricPoints(body: Uint8Array): number {
  const walker = new Walker(body);
  let points = 0;
  try {
    points = walker.walk(requestOf('metrics'), body.length, 1);
  } catch (error) {
    const hint = error instanceof MalformedError ? mixUpHint('metrics', body) : '';
    throw hint === '' ? error : new MalformedError(hint);
  }
  const hint = walker.odd ? mixUpHint('metrics', body) : '';
  if (hint !== '') throw new MalformedError(hint);
  return points;
}

class Walker {
  /** A metric has a number of eight bytes, which none has: spans and log records have their times like that. */
  odd = false;
  private readonly cursor: Cursor;

  constructor(body: Uint8Array) {
    this.cursor = new Cursor(body);
  }

  /** Walks a message by its table; the limit of depth bounds the recursion. Says how many data points lie in it. */
  walk(message: Message, end: number, depth: number): number {
    const { cursor } = this;
    if (depth > MAX_DEPTH) throw cursor.tooDeep();
    let points = message.name.endsWith('DataPoint') ? 1 : 0;
    const metric = message.name === 'Metric';
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      const field = message.byNumber.get(tag >>> 3);
      if (metric && (tag & 7) === WireType.fixed64) this.odd = true;
      if (!field || (tag & 7) !== WireType.length) cursor.skip(tag, end);
      else if (field.type === 'message') points += this.walk(messageOf(field.message), cursor.enter(end), depth + 1);
      else if (field.repeated && isPackable(field.type)) walkPacked(cursor, field, cursor.enter(end));
      else cursor.skip(tag, end);
    }
    return points;
  }
}

function walkPacked(cursor: Cursor, field: Field, end: number): void {
  while (cursor.position < end) cursor.skip((1 << 3) | wireTypeOf(field.type), end);
}
