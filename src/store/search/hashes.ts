import { numberOfText } from '../../model/search/number.ts';
import type { Literal } from '../../model/search/query.ts';
import { textOf } from '../../otlp/text.ts';

/*
 * What a filter knows a value by: 32 bits of where it stands and of what it says. Texts in any case, numbers however they
 * were sent, are one and the same, so that a filter answers for every comparison that may hold.
 */

const PRIME = 0x01000193;
const BASIS = 0x811c9dc5;
/** Of a longer text only the beginning counts. */
const MOST = 256;
/** Enough of a text that `MOST` bytes are left when it is in lower case. */
const ENOUGH = 4 * MOST;

/** Where values other than attributes stand. */
export const PLACES = {
  name: seedOf('name'),
  service: seedOf('service'),
  kind: seedOf('kind'),
  status: seedOf('status'),
  statusMessage: seedOf('statusMessage'),
  eventName: seedOf('eventName'),
  scopeName: seedOf('scopeName'),
} as const;

/** No key can begin so: these are no attributes. */
function seedOf(intrinsic: string): number {
  const bytes = Buffer.from(`\xff ${intrinsic}`, 'latin1');
  return seedOfKey(bytes, 0, bytes.length);
}

/** What the values under a key are hashed with. */
export function seedOfKey(bytes: Uint8Array, start: number, end: number): number {
  let h = BASIS;
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) return seedOfOtherKey(bytes, start, end);
    h = Math.imul(h ^ bytes[i]!, PRIME);
  }
  return Math.imul(h ^ (end - start), PRIME);
}

/** Of one that is not only ASCII, nor perhaps UTF-8: as it is shown, so it is asked for. */
function seedOfOtherKey(bytes: Uint8Array, start: number, end: number): number {
  const shown = Buffer.from(textOf(bytes, start, end - start));
  let h = BASIS;
  for (const byte of shown) h = Math.imul(h ^ byte, PRIME);
  return Math.imul(h ^ shown.length, PRIME);
}

/** That there is a value. */
export function hashOfPresence(seed: number): number {
  return mixed(seed ^ 0x5bd1e995);
}

/** Of a UTF-8 text. */
export function hashOfBytes(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let h = seed;
  const last = Math.min(end, start + MOST);
  for (let i = start; i < last; i++) {
    let byte = bytes[i]!;
    if (byte >= 0x80) return hashOfText(seed, textOf(bytes, start, Math.min(end - start, ENOUGH)));
    if (byte >= 0x41 && byte <= 0x5a) byte |= 0x20;
    h = Math.imul(h ^ byte, PRIME);
  }
  return mixed(h);
}

/** The same of a string. */
export function hashOfText(seed: number, text: string): number {
  let h = seed;
  const last = Math.min(text.length, MOST);
  for (let i = 0; i < last; i++) {
    let code = text.charCodeAt(i);
    if (code >= 0x80) return hashOfOtherText(seed, text);
    if (code >= 0x41 && code <= 0x5a) code |= 0x20;
    h = Math.imul(h ^ code, PRIME);
  }
  return mixed(h);
}

/** Of one that is not only ASCII. */
function hashOfOtherText(seed: number, text: string): number {
  const bytes = Buffer.from(text.slice(0, ENOUGH).toLowerCase());
  let h = seed;
  const last = Math.min(bytes.length, MOST);
  for (let i = 0; i < last; i++) h = Math.imul(h ^ bytes[i]!, PRIME);
  return mixed(h);
}

/** The same of a whole number from 0 on, in decimal digits. */
export function hashOfDigits(seed: number, value: number): number {
  let unit = 1;
  while (unit * 10 <= value) unit *= 10;
  let h = seed;
  for (let rest = value; unit >= 1; unit /= 10) {
    const digit = Math.floor(rest / unit);
    rest -= digit * unit;
    h = Math.imul(h ^ (0x30 + digit), PRIME);
  }
  return mixed(h);
}

function mixed(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number as text, the same for every way in which it may have been sent. */
export function canonical(value: number | bigint): string {
  return typeof value === 'number' && Number.isInteger(value) ? String(BigInt(value)) : String(value);
}

/** What a text that is a number is as one, where that is written in another way. */
export function numericForm(text: string): string | undefined {
  const number = numberOfText(text);
  if (number === undefined) return undefined;
  const form = canonical(number);
  return form === text ? undefined : form;
}

/** Texts one of which a value that equals a literal is hashed as; `undefined` where that may be any. */
export function textsOfLiteral(literal: Literal): string[] | undefined {
  switch (literal.type) {
    case 'text':
      return [literal.value];
    case 'bool':
      return [String(literal.value)];
    case 'number':
      return [canonical(numberOfText(literal.text) ?? literal.value), literal.text];
    default:
      return undefined;
  }
}
