import { JsonText, Open } from './jsonText.ts';
import { MalformedError } from './malformed.ts';
import { textOf } from './text.ts';

/**
 * Keys that OTLP does not know, sent as JSON, are kept in the protobuf under this number: the last one before the range
 * that protobuf reserves for itself. The one before it is taken too, see `redact/maskedCount.ts`. The content is the UTF-8 of `"key":value` as it was sent.
 */
export const FOREIGN_KEY_FIELD = 18999;

/** The JSON key under which protobuf fields that OTLP does not know are shown: base64 of their bytes, tags included. */
export const UNKNOWN_FIELDS_KEY = '@unknownFields';

/**
 * The key and the value's source of a member kept under {@link FOREIGN_KEY_FIELD}. `undefined` where the bytes are something
 * else: a protobuf sender may use that number for what it likes, and what is printed must stay JSON.
 */
export function foreignMember(bytes: Uint8Array): { key: string; source: string } | undefined {
  try {
    const json = new JsonText(bytes);
    if (json.peek() !== Open.string) return undefined;
    json.key();
    const key = json.text();
    json.peek();
    const at = json.position;
    json.skip();
    if (json.position !== bytes.length) return undefined;
    return { key, source: textOf(bytes, at, bytes.length - at) };
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}
