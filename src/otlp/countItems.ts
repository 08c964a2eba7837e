import { Cursor } from './cursor.ts';
import { MalformedError } from './malformed.ts';

/**
 * More spans, or log records, or messages around them than this in one request are refused: two bytes make an empty one,
 * and each takes about seventy bytes of columns.
 */
export const MAX_ITEMS = 1_000_000;

/**
 * Counts the spans or log records of an export request without looking into them, so that their columns can be made in
 * the right size at once. Throws {@link MalformedError}, also where there are more than {@link MAX_ITEMS}.
 */
export function countItems(body: Uint8Array): number {
  const cursor = new Cursor(body);
  const end = body.length;
  let items = 0;
  let around = 0;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag !== 10) {
      cursor.skip(tag, end);
      continue;
    }
    around++;
    const resourceEnd = cursor.enter(end);
    while (cursor.position < resourceEnd) {
      const inner = cursor.tag(resourceEnd);
      if (inner !== 18) {
        cursor.skip(inner, resourceEnd);
        continue;
      }
      around++;
      const scopeEnd = cursor.enter(resourceEnd);
      while (cursor.position < scopeEnd) {
        const item = cursor.tag(scopeEnd);
        if (item === 18) items++;
        cursor.skip(item, scopeEnd);
      }
    }
  }
  if (Math.max(items, around) > MAX_ITEMS) {
    throw new MalformedError(`the request holds more than ${MAX_ITEMS} items; send fewer at once`);
  }
  return items;
}
