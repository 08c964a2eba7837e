import type { PlainObject, PlainValue } from '../plainValue.ts';

/** JSON nested deeper is left as the text that it came as: nobody reads it, and others would follow it recursively. */
const DEEPEST = 100;

export function isObject(value: PlainValue | undefined): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of `keys` that the value is an object with; never what a prototype has. */
export function member(value: PlainValue | undefined, ...keys: readonly string[]): PlainValue | undefined {
  if (!isObject(value)) return undefined;
  for (const key of keys) {
    if (!Object.hasOwn(value, key)) continue;
    const found = value[key];
    if (found !== null && found !== undefined) return found;
  }
  return undefined;
}

/** The first of `keys` that is a text and not empty. */
export function textMember(value: PlainValue | undefined, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textOf(member(value, key));
    if (text !== undefined) return text;
  }
  return undefined;
}

export function textOf(value: PlainValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A name that may have been sent as a number. */
export function nameOf(value: PlainValue | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** A number, also one that was sent as decimal text. */
export function numberOf(value: PlainValue | undefined): number | undefined {
  if (typeof value === 'string' && /^-?\d{1,15}(\.\d+)?([eE][-+]?\d{1,3})?$/.test(value.trim())) return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function listOf(value: PlainValue | undefined): readonly PlainValue[] {
  return Array.isArray(value) ? value : [];
}

/** What JSON text says; `undefined` where it is none, or nested too deep. */
export function parseJson(text: string): PlainValue | undefined {
  // Most texts that are no JSON are told from it by their first character, without the cost of an exception.
  if (!/^\s*(?:[[{"\d-]|true|false|null)/.test(text.slice(0, 100))) return undefined;
  try {
    const value: PlainValue = JSON.parse(text);
    return isShallow(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The value, or what it says where it is the JSON text of an object, a list or (as often as quoted) a text. */
export function decoded(value: PlainValue | undefined): PlainValue | undefined {
  let result = value;
  for (let times = 0; times < 3 && typeof result === 'string'; times++) {
    if (!/^\s*[[{"]/.test(result.slice(0, 100))) break;
    const inner = parseJson(result);
    if (inner === undefined) break;
    result = inner;
  }
  return result;
}

/** The value, or the object or list that it is the JSON text of; a quoted text stays as it is. */
export function structured(value: PlainValue | undefined): PlainValue | undefined {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value.slice(0, 100))) return value;
  return parseJson(value) ?? value;
}

/** An object without a prototype of what is present of `entries`. */
export function plainOf(entries: Iterable<readonly [string, PlainValue | undefined]>): PlainObject {
  const object: PlainObject = Object.create(null);
  for (const [key, value] of entries) if (value !== undefined) object[key] = value;
  return object;
}

/** The same object without the fields that are undefined. */
export function present<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  const result = {} as T;
  for (const key of Object.keys(object) as (keyof T)[]) {
    const value = object[key];
    if (value !== undefined) result[key] = value as T[keyof T];
  }
  return result;
}

function isShallow(root: PlainValue): boolean {
  let level: PlainValue[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return false;
    const next: PlainValue[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const inner of Array.isArray(value) ? value : Object.values(value)) {
        if (typeof inner === 'object' && inner !== null) next.push(inner);
      }
    }
    level = next;
  }
  return true;
}
