import type { Literal } from './query.ts';

const UNIT_NANOS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  // Micro sign and Greek mu look the same.
  ['\u00b5s', 1e3],
  ['\u03bcs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
  ['d', 86_400e9],
  ['w', 7 * 86_400e9],
  ['y', 365 * 86_400e9],
]);

/** What a message says of the units of durations. */
export const UNITS = 'ns, us, ms, s, m, h or d';

const PART = /(\d+(?:\.\d+)?|\.\d+)([a-z\u00b5\u03bc]+)/y;

/** Nanoseconds of `200ms`, `1.5h` or `1h30m`; `undefined` where the text is no duration. */
export function durationNanos(text: string): number | undefined {
  const sign = /^[+-]/.test(text) ? 1 : 0;
  let nanos = 0;
  for (let at = sign; at < text.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const [, digits = '', unit = ''] = PART.exec(text) ?? [];
    const scale = UNIT_NANOS.get(unit);
    if (scale === undefined) return undefined;
    nanos += Number(digits) * scale;
  }
  if (text.length === sign) return undefined;
  return rounded(text.startsWith('-') ? -nanos : nanos);
}

const PLAIN = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/;
const WITH_EXPONENT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const WITH_SUFFIX = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+))([kMG])$/;
const SUFFIXES = { k: 1e3, M: 1e6, G: 1e9 } as const;

/**
 * A number or duration as people write it: `200`, `1.5k`, `3M`, `250ms`; `undefined` of any other text. An exponent only
 * where asked for: `12e5` is more often part of an id than a number.
 */
export function readNumber(text: string, withExponent = false): (Literal & { type: 'number' }) | undefined {
  if (PLAIN.test(text) || (withExponent && WITH_EXPONENT.test(text))) {
    return { type: 'number', value: Number(text), text };
  }
  const [, digits, suffix] = WITH_SUFFIX.exec(text) ?? [];
  const value =
    digits === undefined ? durationNanos(text) : rounded(Number(digits) * SUFFIXES[suffix as keyof typeof SUFFIXES]);
  return value === undefined ? undefined : { type: 'number', value, text };
}

/** Without what binary fractions add: 1.1 s are 1,100,000,000 ns. */
function rounded(value: number): number {
  return Number.isSafeInteger(value) ? value : Number(value.toPrecision(15));
}

const WHOLE = /^[+-]?\d+$/;
/** Digits by the million take long to read, and no program means a number by them. */
const MOST_DIGITS = 400;

/** A number that was sent or written as text, whole ones without loss; `undefined` where it is none. */
export function numberOfText(text: string): number | bigint | undefined {
  if (text.length > MOST_DIGITS) return undefined;
  if (WHOLE.test(text)) return BigInt(text.startsWith('+') ? text.slice(1) : text);
  return WITH_EXPONENT.test(text) ? Number(text) : undefined;
}
