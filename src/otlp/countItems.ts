import { Cursor } from './cursor.ts';

/**
 * Counts the spans, log records or metrics of an export request without looking into them. The three signals share the
 * numbers of these levels: 1 for the resource's message, 2 for the scope's in it, 2 for the item in that.
 */
export function countItems(body: Uint8Array): number {
  const cursor = new Cursor(body);
  let count = 0;
  const end = body.length;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag !== 10) {
      cursor.skip(tag, end);
      continue;
    }
    const resourceEnd = cursor.enter(end);
    while (cursor.position < resourceEnd) {
      const inner = cursor.tag(resourceEnd);
      if (inner !== 18) {
        cursor.skip(inner, resourceEnd);
        continue;
      }
      const scopeEnd = cursor.enter(resourceEnd);
      while (cursor.position < scopeEnd) {
        const item = cursor.tag(scopeEnd);
        if (item === 18) count++;
        cursor.skip(item, scopeEnd);
      }
    }
  }
  return count;
}
