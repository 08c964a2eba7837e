import { attributeField, wellKnownKey } from './keys.ts';
import { readNumber } from './number.ts';
import { quoted } from './quoted.ts';
import { isBareKey } from './terms.ts';

/** A key before a colon as it is: `service`, or that of an attribute that no other meaning is known of. */
export function formatKey(key: string): string {
  return isBareKey(key) ? `${key}:` : `${quoted(key)}:`;
}

/** The key of an attribute before a colon: quoted also where it would mean something else without. */
export function formatAttributeKey(key: string): string {
  const field = attributeField(key);
  const isItself = wellKnownKey(key) === undefined && field.type === 'attribute' && field.scope === 'any';
  return isItself ? formatKey(key) : `${quoted(key)}:`;
}

/** Letters and digits first, so that nothing in front is an operator, a path or a minus; nothing that ends or escapes. */
const PLAIN = /^[\p{L}\p{N}_][^\s"*\\]*$/u;

/** A value after a colon, in quotes where it would mean more than itself without. */
export function formatValue(value: string): string {
  const number = readNumber(value);
  // The same number written in another way is not the same text, so that only the usual way of writing is bare.
  if (number) return String(number.value) === value ? value : quoted(value);
  return PLAIN.test(value) && !value.includes('..') ? value : quoted(value);
}

/**
 * Writes a term that finds what has just this value. The key is one as searches write it: well-known or that of an attribute;
 * see {@link formatAttributeTerm} for attributes of any name.
 */
export function formatTerm(key: string, value: string): string {
  const kind = wellKnownKey(key)?.kind ?? 'text';
  // Where only durations or numbers can stand there is nothing to mistake them for.
  return formatKey(key) + (kind === 'text' || kind === 'since' || kind === 'until' ? formatValue(value) : value);
}

/** As {@link formatTerm}, for the attribute of this key even where the key has a meaning of its own. */
export function formatAttributeTerm(key: string, value: string): string {
  return formatAttributeKey(key) + formatValue(value);
}
