import { base64Of } from './base64.ts';
import type { AnyValue, Attributes } from './value.ts';
import { plainDouble } from './viewValue.ts';

/** A value as the command line's JSON writes it. */
export type PlainValue = null | string | number | boolean | PlainValue[] | PlainObject;
/** Without a prototype, so that a key `__proto__` is a key like any other. */
export interface PlainObject {
  [key: string]: PlainValue;
}

/**
 * The value as plain JSON: integers beyond 2^53 and doubles that JSON has no number for as text, bytes as base64, a
 * value without content as null. Easy to read and not lossless; OTLP JSON is.
 */
export function plainValue(value: AnyValue): PlainValue {
  switch (value.type) {
    case 'empty':
      return null;
    case 'string':
    case 'bool':
      return value.value;
    case 'int': {
      const number = Number(value.value);
      return Number.isSafeInteger(number) ? number : value.value.toString();
    }
    case 'double':
      return plainDouble(value.value);
    case 'bytes':
      return base64Of(value.value);
    case 'array':
      return value.values.map(plainValue);
    case 'map':
      return plainObject(value.entries);
  }
}

/** Attributes as one object; of a key sent more than once the last value. */
export function plainObject(attributes: Attributes): PlainObject {
  const object: PlainObject = Object.create(null);
  for (const { key, value } of attributes) object[key] = plainValue(value);
  return object;
}
