import type { Cursor } from './cursor.ts';
import { scanAnyValue } from './scanAttributes.ts';
import { textOf } from './text.ts';

const SERVICE_NAME = new TextEncoder().encode('service.name');

/**
 * Walks a Resource message that ends at `end`; its `service.name`, the last one where there are several. `undefined`
 * where it has none, '' where it is not a string.
 */
export function scanResource(cursor: Cursor, end: number, depth: number): string | undefined {
  let service: string | undefined;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) service = serviceName(cursor, cursor.enter(end), depth + 1) ?? service;
    else if (tag === 26) scanFlat(cursor, cursor.enter(end));
    else cursor.skip(tag, end);
  }
  return service;
}

/** Walks a message that holds no other message we know of. */
function scanFlat(cursor: Cursor, end: number): void {
  while (cursor.position < end) cursor.skip(cursor.tag(end), end);
}

function serviceName(cursor: Cursor, end: number, depth: number): string | undefined {
  const { bytes } = cursor;
  let named = false;
  let valueStart = end;
  let valueEnd = end;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) {
      const keyEnd = cursor.enter(end);
      named = equals(bytes, cursor.position, keyEnd, SERVICE_NAME);
      cursor.position = keyEnd;
    } else if (tag === 18) {
      valueEnd = cursor.enter(end);
      valueStart = cursor.position;
      scanAnyValue(cursor, valueEnd, depth + 1);
    } else cursor.skip(tag, end);
  }
  if (!named) return undefined;
  // The key may come after the value, so the value is read last.
  cursor.position = valueStart;
  const service = stringOf(cursor, valueEnd);
  cursor.position = end;
  return service;
}

/** The string of an AnyValue that is known to be well formed; '' where its last member is of another type. */
function stringOf(cursor: Cursor, end: number): string {
  let value = '';
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) {
      const valueEnd = cursor.enter(end);
      value = textOf(cursor.bytes, cursor.position, valueEnd - cursor.position);
      cursor.position = valueEnd;
    } else {
      if (tag >>> 3 <= 8) value = '';
      cursor.skip(tag, end);
    }
  }
  return value;
}

function equals(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  if (end - start !== other.length) return false;
  for (let i = 0; i < other.length; i++) if (bytes[start + i] !== other[i]) return false;
  return true;
}
