import { base64Of, bytesOfBase64 } from './base64.ts';
import { hexOf } from './ids.ts';
import type { AnyValue, Attributes } from './value.ts';

/**
 * Values as a page shows them. Everything here is plain JSON, because editor messages do not carry bigint: integers and
 * nanoseconds are decimal text, bytes are base64, doubles that JSON has no number for are 'NaN', 'Infinity', '-Infinity', '-0'.
 * What is too long is cut: `cutFrom` and the `length` of bytes tell the size of the whole.
 */
export type ViewValue =
  | { type: 'empty' }
  /** `cutFrom`: characters of the whole value where `value` is only its beginning. */
  | { type: 'string'; value: string; cutFrom?: number }
  | { type: 'bool'; value: boolean }
  | { type: 'int'; value: string }
  | { type: 'double'; value: number | string }
  /** `length`: bytes of the whole value. */
  | { type: 'bytes'; value: string; length: number }
  /** `cutFrom`: elements of the whole value where only the first are here. */
  | { type: 'array'; values: ViewValue[]; cutFrom?: number }
  | { type: 'map'; entries: ViewAttribute[]; cutFrom?: number };

export interface ViewAttribute {
  key: string;
  value: ViewValue;
}

/** The wire nests at most some fifty levels; what is made elsewhere and nests deeper is not followed. */
const DEEPEST = 100;
/** Bytes that {@link displayValue} writes out. */
const SHOWN_BYTES = 64;

/**
 * Converts a value for a page. `maxChars` is for the value as a whole, all that is nested in it counted together: a
 * string of 16 MiB and an array of a million elements both arrive as their beginning.
 */
export function toViewValue(value: AnyValue, maxChars: number): ViewValue {
  return convert(value, { left: maxChars }, 0);
}

/** Converts attributes in their order, repeated keys kept; every value may have `maxChars`. */
export function toViewAttributes(attributes: Attributes, maxChars: number): ViewAttribute[] {
  return attributes.map(({ key, value }) => ({ key: cut(key, maxChars).text, value: toViewValue(value, maxChars) }));
}

/** Characters that may still be shown. */
interface Room {
  left: number;
}

function convert(value: AnyValue, room: Room, depth: number): ViewValue {
  switch (value.type) {
    case 'empty':
      return value;
    case 'bool':
      room.left -= 5;
      return value;
    case 'string': {
      const { text, whole } = cut(value.value, room.left);
      room.left -= text.length;
      return whole ? { type: 'string', value: text } : { type: 'string', value: text, cutFrom: value.value.length };
    }
    case 'int': {
      const text = value.value.toString();
      room.left -= text.length;
      return { type: 'int', value: text };
    }
    case 'double':
      room.left -= 8;
      return { type: 'double', value: plainDouble(value.value) };
    case 'bytes': {
      // Three bytes are four characters; cut at a multiple, so that what is left is base64 of whole bytes.
      const most = Math.max(0, Math.floor(room.left / 4) * 3);
      const text = base64Of(value.value.subarray(0, most));
      room.left -= text.length;
      return { type: 'bytes', value: text, length: value.value.length };
    }
    case 'array': {
      const values: ViewValue[] = [];
      for (const element of value.values) {
        if (room.left <= 0 || depth >= DEEPEST) break;
        // Even what has no text takes up a place.
        room.left--;
        values.push(convert(element, room, depth + 1));
      }
      return values.length < value.values.length
        ? { type: 'array', values, cutFrom: value.values.length }
        : { type: 'array', values };
    }
    case 'map': {
      const entries: ViewAttribute[] = [];
      for (const entry of value.entries) {
        if (room.left <= 0 || depth >= DEEPEST) break;
        const key = cut(entry.key, room.left).text;
        room.left -= key.length + 1;
        entries.push({ key, value: convert(entry.value, room, depth + 1) });
      }
      return entries.length < value.entries.length
        ? { type: 'map', entries, cutFrom: value.entries.length }
        : { type: 'map', entries };
    }
  }
}

/** A double as JSON carries it: a number, or text where JSON has none. */
export function plainDouble(value: number): number | string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

function cut(text: string, max: number): { text: string; whole: boolean } {
  if (text.length <= max) return { text, whole: true };
  const end = Math.max(0, max);
  // Never between the two halves of one character.
  const half = end > 0 && /[\ud800-\udbff]/.test(text[end - 1]!);
  return { text: text.slice(0, half ? end - 1 : end), whole: false };
}

/** A value as a person reads it: a string as it is, a list as JSON, bytes as `0x0a1b (2 bytes)`. */
export function displayValue(value: ViewValue): string {
  if (value.type === 'string') return value.cutFrom === undefined ? value.value : `${value.value}…`;
  return value.type === 'empty' ? '(no value)' : nested(value);
}

function nested(value: ViewValue): string {
  switch (value.type) {
    case 'empty':
      return 'null';
    case 'string':
      return JSON.stringify(displayValue(value));
    case 'bool':
    case 'int':
    case 'double':
      return String(value.value);
    case 'bytes': {
      const bytes = bytesOfBase64(value.value);
      const more = value.length > Math.min(bytes.length, SHOWN_BYTES) ? '…' : '';
      return `0x${hexOf(bytes.subarray(0, SHOWN_BYTES))}${more} (${value.length} ${value.length === 1 ? 'byte' : 'bytes'})`;
    }
    case 'array':
      return `[${list(value.values.map(nested), value.cutFrom)}]`;
    case 'map':
      return `{${list(
        value.entries.map(entry => `${JSON.stringify(entry.key)}: ${nested(entry.value)}`),
        value.cutFrom,
      )}}`;
  }
}

/** Whether {@link displayValue} leaves something out. */
export function isCut(value: ViewValue): boolean {
  switch (value.type) {
    case 'string':
      return value.cutFrom !== undefined;
    case 'bytes':
      return value.length > SHOWN_BYTES;
    case 'array':
      return value.cutFrom !== undefined || value.values.some(isCut);
    case 'map':
      return value.cutFrom !== undefined || value.entries.some(entry => isCut(entry.value));
    default:
      return false;
  }
}

function list(items: string[], cutFrom: number | undefined): string {
  return (cutFrom === undefined ? items : [...items, '…']).join(', ');
}
