import type { Condition, Field } from '../../model/search/query.ts';
import { parsePattern } from '../../model/search/regex/pattern.ts';
import type { Haystack } from './haystack.ts';

/** A text that has to stand somewhere in a span that satisfies a condition, or in what the span lies in. */
export interface NeededText {
  text: string;
  /** Whether it may be in another case. */
  fold: boolean;
}

/** Tells where a text may be and where it is not. */
export interface TextFinder {
  /** Where it may stand next from a byte on; -1 where it does not any more. */
  find(bytes: Haystack, from: number): number;
  inText(text: string): boolean;
}

/** The texts each of which has to stand in a span that satisfies a condition, or in what it lies in. */
export function neededTexts(condition: Condition): NeededText[] {
  switch (condition.type) {
    case 'contains':
      return [{ text: condition.text, fold: true }];
    case 'and':
      return condition.parts.flatMap(neededTexts);
    case 'compare':
      return isText(condition.field) ? comparedTexts(condition) : [];
    default:
      return [];
  }
}

/** Whether values that are texts stand as such in the bytes. */
function isText(field: Field): boolean {
  return field.type === 'attribute' || TEXTS.has(field.name);
}
const TEXTS: ReadonlySet<string> = new Set(['name', 'service', 'statusMessage', 'scopeName', 'eventName']);

function comparedTexts({ operator, value, fold }: Extract<Condition, { type: 'compare' }>): NeededText[] {
  let parts: string[] = [];
  if (operator === '=' && value.type === 'text') parts = [value.value];
  else if (operator === '=' && value.type === 'wildcard') parts = value.value.split('*');
  // In any case a regular expression takes more letters for the same than a text does.
  else if (operator === '=~' && value.type === 'regex' && !fold) parts = partsOfPattern(value.value);
  const [longest] = parts.filter(isOnlyText).sort((a, b) => b.length - a.length);
  return longest === undefined ? [] : [{ text: longest, fold }];
}

const WRITTEN = ['-infinity', 'nan', 'true', 'false'];

/** Whether no number and no truth value has a text in it, when it is written out: those stand in the bytes in another way. */
function isOnlyText(text: string): boolean {
  const isOfNumber = /^[-+e\d]*\.?[-+e\d]*$/i.test(text);
  return !isOfNumber && !WRITTEN.some(word => word.includes(text.toLowerCase()));
}

/** Runs of characters that all that matches a regular expression has in it. */
function partsOfPattern(pattern: string): string[] {
  const node = parsePattern(pattern);
  const parts = [''];
  for (const part of node.type === 'sequence' ? node.parts : [node]) {
    const character = part.type === 'atom' ? literalOf(part.source) : undefined;
    if (character === undefined) parts.push('');
    else parts.push(parts.pop() + character);
  }
  return parts;
}

/** The only character that an atom of a regular expression stands for. */
function literalOf(source: string): string | undefined {
  if (/^\\[^\w\s]$/.test(source)) return source[1];
  return /^[^\\.[\](){}^$|?*+]$/.test(source) ? source : undefined;
}

/** The letters in which another letter ends up in lower case: the sign of kelvin, and a capital I with a dot. */
const OTHER_SPELLINGS: Readonly<Record<string, string>> = {
  k: '(?:[kK]|\\xe2\\x84\\xaa)',
  i: '(?:[iI]|\\xc4\\xb0)',
};
const ASCII_RUNS = /[ -~]+/g;

/** Finds a text by the longest part of it that is ASCII; `undefined` where that is too little to go by. */
export function textFinder({ text, fold }: NeededText): TextFinder | undefined {
  const wanted = fold ? text.toLowerCase() : text;
  const runs = wanted.match(ASCII_RUNS) ?? [];
  const longest = runs.reduce((a, b) => (b.length > a.length ? b : a), '');
  if (longest.length < 2) return undefined;
  if (!fold) {
    const needle = Buffer.from(longest);
    return { find: ({ buffer }, from) => buffer.indexOf(needle, from), inText: one => one.includes(longest) };
  }
  const pattern = new RegExp([...longest].map(inAnyCase).join(''), 'g');
  return {
    find: ({ text: bytes }, from) => {
      pattern.lastIndex = from;
      return pattern.exec(bytes)?.index ?? -1;
    },
    inText: one => one.toLowerCase().includes(longest),
  };
}

function inAnyCase(letter: string): string {
  const other = OTHER_SPELLINGS[letter];
  if (other !== undefined) return other;
  if (/[a-z]/.test(letter)) return `[${letter}${letter.toUpperCase()}]`;
  return letter.replace(/[^0-9 ]/, '\\$&');
}
