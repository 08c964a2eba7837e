import { type Cursor, MAX_DEPTH } from './cursor.ts';

// `code.`, as bytes.
const C = 0x63;
const O = 0x6f;
const D = 0x64;
const E = 0x65;
const DOT = 0x2e;

/**
 * Walks a KeyValue that ends at `end` and checks it as deep as it goes, so that what is accepted can be shown later.
 * True where its key begins with `code.`. `depth` is the number of messages around it, itself included.
 */
export function scanKeyValue(cursor: Cursor, end: number, depth: number): boolean {
  if (depth > MAX_DEPTH) throw cursor.tooDeep();
  const { bytes } = cursor;
  let code = false;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) {
      const keyEnd = cursor.enter(end);
      const at = cursor.position;
      code =
        keyEnd - at > 5 &&
        bytes[at] === C &&
        bytes[at + 4] === DOT &&
        bytes[at + 1] === O &&
        bytes[at + 2] === D &&
        bytes[at + 3] === E;
      cursor.position = keyEnd;
    } else if (tag === 18) scanAnyValue(cursor, cursor.enter(end), depth + 1);
    else cursor.skip(tag, end);
  }
  return code;
}

/** Walks an AnyValue that ends at `end`. */
export function scanAnyValue(cursor: Cursor, end: number, depth: number): void {
  if (depth > MAX_DEPTH) throw cursor.tooDeep();
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) cursor.position = cursor.enter(end);
    else if (tag === 42) scanValues(cursor, cursor.enter(end), depth + 1, false);
    else if (tag === 50) scanValues(cursor, cursor.enter(end), depth + 1, true);
    else cursor.skip(tag, end);
  }
}

/** Walks an ArrayValue or a KeyValueList; the limit of depth bounds the recursion. */
function scanValues(cursor: Cursor, end: number, depth: number, keyed: boolean): void {
  if (depth > MAX_DEPTH) throw cursor.tooDeep();
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag !== 10) cursor.skip(tag, end);
    else if (keyed) scanKeyValue(cursor, cursor.enter(end), depth + 1);
    else scanAnyValue(cursor, cursor.enter(end), depth + 1);
  }
}
