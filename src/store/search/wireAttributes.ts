import type { AnyValue } from '../../model/value.ts';
import type { Cursor } from '../../otlp/cursor.ts';
import { decodeKeyValue } from '../../otlp/decodeValue.ts';

/** As deep as an attribute of an event lies: deeper than any other that is read here. */
const DEPTH = 6;
/** Keys of searches are few; this many are kept as bytes. */
const MOST_KEYS = 1000;

const keys = new Map<string, Uint8Array>();
/** Keys that may be shown for other bytes than their own. */
const replaced = new WeakSet<Uint8Array>();
let hasReplaced = false;

/** Whether a key has what is shown for bytes that are not UTF-8. */
export function isReplacing(key: string): boolean {
  return key.includes('\ufffd');
}

/** The UTF-8 of a key; the same object for the same key. */
export function keyBytes(key: string): Uint8Array {
  let bytes = keys.get(key);
  if (!bytes) {
    if (keys.size >= MOST_KEYS) keys.clear();
    bytes = Buffer.from(key);
    keys.set(key, bytes);
    if (isReplacing(key)) {
      replaced.add(bytes);
      hasReplaced = true;
    }
  }
  return bytes;
}

/**
 * Whether the KeyValue from the cursor to `end` has this key; leaves the cursor at `end`. Mostly a few bytes tell; only
 * where it is not as every program writes it, key first and each once, is it decoded.
 */
export function hasKey(cursor: Cursor, end: number, key: Uint8Array): boolean {
  const { bytes } = cursor;
  const at = cursor.position;
  cursor.position = end;
  const length = bytes[at + 1]!;
  const after = at + 2 + length;
  const isOdd = hasReplaced && replaced.has(key);
  if (isOdd || bytes[at] !== 10 || length >= 0x80 || !endsWithValue(bytes, after, end)) {
    cursor.position = at;
    const found = decodeKeyValue(cursor, end, DEPTH).key;
    return Buffer.from(found).equals(key);
  }
  if (length !== key.length) return false;
  // Keys share their beginnings rather than their ends.
  for (let i = length - 1; i >= 0; i--) if (bytes[at + 2 + i] !== key[i]) return false;
  return true;
}

/** Whether one value stands from `at` to `end`, or nothing does. */
function endsWithValue(bytes: Uint8Array, at: number, end: number): boolean {
  if (at === end) return true;
  if (bytes[at] !== 18) return false;
  const first = bytes[at + 1]!;
  if (first < 0x80) return at + 2 + first === end;
  const second = bytes[at + 2]!;
  if (second < 0x80) return at + 3 + (first & 0x7f) + (second << 7) === end;
  const third = bytes[at + 3]!;
  return third < 0x80 && at + 4 + (first & 0x7f) + ((second & 0x7f) << 7) + (third << 14) === end;
}

/** The value of the KeyValue from `start` to `end`. */
export function valueAt(cursor: Cursor, start: number, end: number): AnyValue {
  cursor.position = start;
  return decodeKeyValue(cursor, end, DEPTH).value;
}

/** Every string in a value, also within lists and maps; the depth of what is stored is bounded. */
export function* stringsIn(value: AnyValue): Generator<string> {
  if (value.type === 'string') yield value.value;
  else if (value.type === 'array') for (const one of value.values) yield* stringsIn(one);
  else if (value.type === 'map') for (const one of value.entries) yield* stringsIn(one.value);
}
