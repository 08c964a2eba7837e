import type { Condition } from '../../model/search/query.ts';

/** Tells where a text is not. */
export interface TextFinder {
  /** Whether it may stand somewhere in bytes, given as one-byte characters. */
  inBytes(bytes: string): boolean;
  inText(text: string): boolean;
}

/** The texts each of which has to stand in a span that satisfies a condition. */
export function neededTexts(condition: Condition): string[] {
  if (condition.type === 'contains') return [condition.text];
  return condition.type === 'and' ? condition.parts.flatMap(neededTexts) : [];
}

/** The letters in which another letter ends up in lower case: the sign of kelvin, and a capital I with a dot. */
const OTHER_SPELLINGS: Readonly<Record<string, string>> = {
  k: '(?:[kK]|\\xe2\\x84\\xaa)',
  i: '(?:[iI]|\\xc4\\xb0)',
};
const ASCII_RUNS = /[ -~]+/g;

/** Finds a text by the longest part of it that is ASCII; `undefined` where that is too little to go by. */
export function textFinder(text: string): TextFinder | undefined {
  const wanted = text.toLowerCase();
  const runs = wanted.match(ASCII_RUNS) ?? [];
  const longest = runs.reduce((a, b) => (b.length > a.length ? b : a), '');
  if (longest.length < 2) return undefined;
  const pattern = new RegExp([...longest].map(inAnyCase).join(''));
  return {
    inBytes: bytes => pattern.test(bytes),
    inText: one => one.toLowerCase().includes(wanted),
  };
}

function inAnyCase(letter: string): string {
  const other = OTHER_SPELLINGS[letter];
  if (other !== undefined) return other;
  if (/[a-z]/.test(letter)) return `[${letter}${letter.toUpperCase()}]`;
  return letter.replace(/[^0-9 ]/, '\\$&');
}
