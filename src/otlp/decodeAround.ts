import type { Resource, Scope } from '../model/span.ts';
import type { KeyValue } from '../model/value.ts';
import { Cursor } from './cursor.ts';
import { decodeKeyValue, decodeText } from './decodeValue.ts';

/**
 * The resource of a ResourceSpans or ResourceLogs payload, with that message's schema URL. What it holds of scopes is
 * passed over. Throws `MalformedError`.
 */
export function decodeResource(body: Uint8Array, offset: number, length: number): Resource {
  const attributes: KeyValue[] = [];
  const resource: Resource = { attributes, droppedAttributesCount: 0, schemaUrl: '' };
  const cursor = new Cursor(body, offset);
  const end = offset + length;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 26) resource.schemaUrl = decodeText(cursor, end);
    else if (tag === 10) {
      const inner = cursor.enter(end);
      while (cursor.position < inner) {
        const field = cursor.tag(inner);
        if (field === 10) attributes.push(decodeKeyValue(cursor, cursor.enter(inner), 4));
        else if (field === 16) resource.droppedAttributesCount = cursor.int32(inner) >>> 0;
        else cursor.skip(field, inner);
      }
    } else cursor.skip(tag, end);
  }
  return resource;
}

/** The scope of a ScopeSpans or ScopeLogs payload, with that message's schema URL. Throws `MalformedError`. */
export function decodeScope(body: Uint8Array, offset: number, length: number): Scope {
  const attributes: KeyValue[] = [];
  const scope: Scope = { name: '', version: '', attributes, droppedAttributesCount: 0, schemaUrl: '' };
  const cursor = new Cursor(body, offset);
  const end = offset + length;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 26) scope.schemaUrl = decodeText(cursor, end);
    else if (tag === 10) {
      const inner = cursor.enter(end);
      while (cursor.position < inner) {
        const field = cursor.tag(inner);
        if (field === 10) scope.name = decodeText(cursor, inner);
        else if (field === 18) scope.version = decodeText(cursor, inner);
        else if (field === 26) attributes.push(decodeKeyValue(cursor, cursor.enter(inner), 5));
        else if (field === 32) scope.droppedAttributesCount = cursor.int32(inner) >>> 0;
        else cursor.skip(field, inner);
      }
    } else cursor.skip(tag, end);
  }
  return scope;
}
