import type { Fields } from './fields.ts';
import { flatList } from './flat.ts';

/** A sentence where flattened messages are known not to be all of them: SDKs that hit a limit drop attributes. */
export function lostMessages(fields: Fields, prefix: string): string | undefined {
  const list = flatList(fields, prefix);
  if (!list) return undefined;
  const dropped = fields.span.droppedAttributesCount;
  if (list.first > 0) {
    return `The first ${list.first} messages are missing: the program's SDK drops attributes beyond its limit (raise OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT).`;
  }
  if (list.gaps > 0) return `${list.gaps} of the messages between the first and the last are missing.`;
  return dropped > 0
    ? `Messages may be missing: the program's SDK dropped ${dropped} attributes beyond its limit (raise OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT).`
    : undefined;
}
