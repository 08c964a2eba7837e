import type { AnyValue, KeyValue } from '../model/value.ts';
import { type Cursor, MAX_DEPTH } from './cursor.ts';
import { textOf } from './text.ts';

const EMPTY: AnyValue = { type: 'empty' };

/** Reads a KeyValue that ends at `end`. `depth` is the number of messages around it, itself included. */
export function decodeKeyValue(cursor: Cursor, end: number, depth: number): KeyValue {
  if (depth > MAX_DEPTH) throw cursor.tooDeep();
  let key = '';
  let value = EMPTY;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) key = decodeText(cursor, end);
    else if (tag === 18) value = decodeAnyValue(cursor, cursor.enter(end), depth + 1, value);
    else cursor.skip(tag, end);
  }
  return { key, value };
}

/**
 * Reads an AnyValue that ends at `end`. `before` is what an earlier part of the same field said: the last member wins,
 * and lists that were sent in parts are joined, as protobuf merges them.
 */
export function decodeAnyValue(cursor: Cursor, end: number, depth: number, before: AnyValue = EMPTY): AnyValue {
  if (depth > MAX_DEPTH) throw cursor.tooDeep();
  let value = before;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    switch (tag) {
      case 10:
        value = { type: 'string', value: decodeText(cursor, end) };
        break;
      case 16:
        value = { type: 'bool', value: cursor.uint64(end) !== 0n };
        break;
      case 24:
        value = { type: 'int', value: BigInt.asIntN(64, cursor.uint64(end)) };
        break;
      case 33:
        value = { type: 'double', value: cursor.double(end) };
        break;
      case 42: {
        const values = value.type === 'array' ? value.values : [];
        decodeArray(cursor, cursor.enter(end), depth + 1, values);
        value = { type: 'array', values };
        break;
      }
      case 50: {
        const entries = value.type === 'map' ? value.entries : [];
        decodeMap(cursor, cursor.enter(end), depth + 1, entries);
        value = { type: 'map', entries };
        break;
      }
      case 58: {
        const bytesEnd = cursor.enter(end);
        value = { type: 'bytes', value: cursor.bytes.slice(cursor.position, bytesEnd) };
        cursor.position = bytesEnd;
        break;
      }
      case 64:
        // An index into a table of strings that only profiles have.
        cursor.int32(end);
        value = EMPTY;
        break;
      default:
        cursor.skip(tag, end);
    }
  }
  return value;
}

function decodeArray(cursor: Cursor, end: number, depth: number, values: AnyValue[]): void {
  if (depth > MAX_DEPTH) throw cursor.tooDeep();
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) values.push(decodeAnyValue(cursor, cursor.enter(end), depth + 1));
    else cursor.skip(tag, end);
  }
}

function decodeMap(cursor: Cursor, end: number, depth: number, entries: KeyValue[]): void {
  if (depth > MAX_DEPTH) throw cursor.tooDeep();
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) entries.push(decodeKeyValue(cursor, cursor.enter(end), depth + 1));
    else cursor.skip(tag, end);
  }
}

/** Reads a string field. */
export function decodeText(cursor: Cursor, end: number): string {
  const textEnd = cursor.enter(end);
  const text = textOf(cursor.bytes, cursor.position, textEnd - cursor.position);
  cursor.position = textEnd;
  return text;
}
