import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/*
 * A second opinion: protobufjs with the messages of test/fixtures/otlp/otlp.proto. It shares no table and no line with
 * the code under test.
 */

const PROTO = new URL('../../fixtures/otlp/otlp.proto', import.meta.url);

/** The messages with the names of the .proto file, by which JSON's names can be checked. */
export const root = new protobuf.Root();
protobuf.parse(readFileSync(PROTO, 'utf8'), root, { keepCase: true });
root.resolveAll();

export type Plain = { [name: string]: unknown };

export function typeOf(name: string): protobuf.Type {
  return root.lookupType(`otlp.${name}`);
}

/** Encodes a message whose fields have the names of the .proto file. */
export function encode(name: string, message: Plain): Uint8Array {
  return Uint8Array.from(typeOf(name).encode(message).finish());
}

export function decode(name: string, bytes: Uint8Array): Plain {
  return typeOf(name).decode(bytes) as unknown as Plain;
}

export function camelCase(name: string): string {
  return name
    .split('_')
    .map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('');
}

export function isId(field: protobuf.Field): boolean {
  return ['trace_id', 'span_id', 'parent_span_id'].includes(field.name);
}

/** What OTLP/JSON says of these bytes, as parsed JSON: every field that is on the wire, in no particular order. */
export function jsonOf(name: string, bytes: Uint8Array): Plain {
  return plain(typeOf(name), decode(name, bytes));
}

function plain(type: protobuf.Type, message: Plain): Plain {
  const result: Plain = {};
  for (const field of type.fieldsArray) {
    if (!Object.hasOwn(message, field.name)) continue;
    const value = message[field.name];
    // Reflection gives every list, sent or not.
    if (Array.isArray(value) && value.length === 0) continue;
    result[camelCase(field.name)] = Array.isArray(value) ? value.map(each => one(field, each)) : one(field, value);
  }
  return result;
}

function one(field: protobuf.Field, value: unknown): unknown {
  if (field.resolvedType instanceof protobuf.Type) return plain(field.resolvedType, value as Plain);
  if (field.type === 'bytes') return Buffer.from(value as Uint8Array).toString(isId(field) ? 'hex' : 'base64');
  if (field.type === 'double') return Number.isFinite(value) ? value : String(value);
  if (/64$/.test(field.type)) return String(value);
  return value;
}

/**
 * OTLP/JSON as `jsonOf` would give it: without the empty lists and the default values that protobufjs does not tell
 * apart from what was not sent. Members of a oneof and `optional` fields stay.
 */
export function comparable(name: string, json: string): Plain {
  return withoutDefaults(typeOf(name), JSON.parse(json) as Plain);
}

function withoutDefaults(type: protobuf.Type, message: Plain): Plain {
  const result: Plain = {};
  for (const field of type.fieldsArray) {
    const value = message[camelCase(field.name)];
    const keep =
      field.partOf !== null || !['', 0, '0', false, undefined].includes(value as never) || Object.is(value, -0);
    if (!keep || value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const inner = (each: unknown) =>
      field.resolvedType instanceof protobuf.Type ? withoutDefaults(field.resolvedType, each as Plain) : each;
    result[camelCase(field.name)] = Array.isArray(value) ? value.map(inner) : inner(value);
  }
  return result;
}
