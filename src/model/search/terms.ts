import { oneLine } from '../text.ts';
import { type Operator, SearchError } from './query.ts';
import { readQuoted } from './quoted.ts';

/** What stands after the colon of a term. */
export interface TermValue {
  /** Absent where none was written, which asks for equality. */
  operator?: Operator;
  type: 'quoted' | 'bare' | 'regex';
  /** Without quotes, slashes and operator. */
  text: string;
  /** Of the text with its quotes, without the operator. */
  start: number;
  end: number;
}

/** One term of a simple search as it was written. */
export interface Term {
  isNegative: boolean;
  /** Absent of a plain word. `isQuoted`: then it is that of an attribute, whatever its name. */
  key?: { text: string; isQuoted: boolean };
  value: TermValue;
  /** With the minus. */
  start: number;
  end: number;
}

const BLANK = /\s/;
/** What a bare key is made of; one with anything else in it is quoted. */
const BARE_KEY = /[\p{L}_@$][^\s":()<>=!{}\\]*:/uy;

/** Whether a key can be written before a colon as it is. */
export function isBareKey(key: string): boolean {
  BARE_KEY.lastIndex = 0;
  return BARE_KEY.test(`${key}:`) && BARE_KEY.lastIndex === key.length + 1;
}

/** Reads the term that begins at `start`, where no blank stands. @throws {SearchError} */
export function readTerm(text: string, start: number): Term {
  const isNegative = text[start] === '-';
  const at = isNegative ? start + 1 : start;
  if (at === text.length || BLANK.test(text[at]!)) {
    throw new SearchError(
      'After the - a word is missing that no span may have; write it without a space, or the - itself in quotes.',
      start,
    );
  }
  const key = readKey(text, at);
  const value = key ? readValue(text, key) : readWord(text, at);
  const term = { isNegative, value, start, end: value.end };
  return key ? { ...term, key: { text: key.text, isQuoted: key.isQuoted } } : term;
}

/** `end`: after the colon. */
interface Key {
  text: string;
  isQuoted: boolean;
  end: number;
}

function readKey(text: string, start: number): Key | undefined {
  if (text[start] === '"') {
    const { value, end } = readQuoted(text, start);
    if (text[end] !== ':') return undefined;
    if (value === '') throw new SearchError('A key is missing between these quotes.', start, end);
    return { text: value, isQuoted: true, end: end + 1 };
  }
  BARE_KEY.lastIndex = start;
  if (!BARE_KEY.test(text)) return undefined;
  const end = BARE_KEY.lastIndex;
  const key = text.slice(start, end - 1);
  // The colon of a URL, of a qualified name and of a drive is none after a key.
  const isOther = text.startsWith('//', end) || text[end] === ':' || (key.length === 1 && text[end] === '\\');
  return isOther ? undefined : { text: key, isQuoted: false, end };
}

const OPERATORS = ['>=', '<=', '!=', '>', '<', '='] as const;

function readValue(text: string, key: Key): TermValue {
  const operator = OPERATORS.find(one => text.startsWith(one, key.end));
  const start = key.end + (operator?.length ?? 0);
  const sign = operator === undefined ? {} : { operator };
  if (start === text.length || BLANK.test(text[start]!)) {
    const after = operator ?? `${key.text}:`;
    const cure = `write it without a space, or * for any value; ${QUOTE_CURE}`;
    throw new SearchError(`After ${oneLine(after, 40)} a value is missing; ${cure}`, start);
  }
  if (text[start] === '"') {
    const { value, end } = readQuoted(text, start);
    needBlank(text, end);
    return { ...sign, type: 'quoted', text: value, start, end };
  }
  const regex = operator === undefined || operator === '=' || operator === '!=' ? regexEnd(text, start) : undefined;
  if (regex !== undefined) {
    return { ...sign, type: 'regex', text: text.slice(start + 1, regex - 1), start, end: regex };
  }
  return { ...sign, ...readBare(text, start) };
}

/** The end of `/regex/`; a path like `/users` or `/api/v1/` is none, because its second slash is not the last of the value. */
function regexEnd(text: string, start: number): number | undefined {
  if (text[start] !== '/') return undefined;
  // A slash within [] closes nothing; but a [ may be a mistake that is to be told of.
  return closingSlash(text, start, true) ?? closingSlash(text, start, false);
}

function closingSlash(text: string, start: number, hasClasses: boolean): number | undefined {
  let isInClass = false;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '[' || char === ']') isInClass = hasClasses && char === '[';
    else if (char === '/' && !isInClass) {
      const isEnd = at > start + 1 && (at + 1 === text.length || BLANK.test(text[at + 1]!));
      return isEnd ? at + 1 : undefined;
    }
  }
  return undefined;
}

function readWord(text: string, start: number): TermValue {
  if (text[start] === '"') {
    const { value, end } = readQuoted(text, start);
    needBlank(text, end);
    if (value.trim() === '') throw new SearchError('A word is missing between these quotes.', start, end);
    return { type: 'quoted', text: value, start, end };
  }
  const value = readBare(text, start);
  rejectOtherLanguage(value);
  return value;
}

function readBare(text: string, start: number): TermValue {
  let end = start;
  while (end < text.length && !BLANK.test(text[end]!)) {
    if (text[end] === '"') {
      const cure = 'put all of the text in quotes, and write \\" for a quote in it.';
      throw new SearchError(`A quote cannot stand in the middle: ${cure}`, end);
    }
    end++;
  }
  return { type: 'bare', text: text.slice(start, end), start, end };
}

function needBlank(text: string, end: number): void {
  if (end === text.length || BLANK.test(text[end]!)) return;
  throw new SearchError('After the closing quote a space is missing; a quote within a text is written \\".', end);
}

const QUOTE_CURE = 'to look for the text itself put it in quotes.';

/** Words that in other languages join conditions mean nothing here, and finding nothing would not say so. */
function rejectOtherLanguage({ text, start, end }: TermValue): void {
  if (text === 'OR' || text === '||' || text === '|') {
    const cure = 'write all of it in braces instead, as in { name = "a" || name = "b" };';
    throw new SearchError(`There is no "or" between words: ${cure} ${QUOTE_CURE}`, start, end);
  }
  if (text === 'AND' || text === '&&') {
    throw new SearchError(`All words have to hold anyway: leave this one out; ${QUOTE_CURE}`, start, end);
  }
  if (text === 'NOT') {
    throw new SearchError(
      `What no span may have is written with a - in front, as in -error; ${QUOTE_CURE}`,
      start,
      end,
    );
  }
  if (/^[=!<>]=?~?$/.test(text)) {
    const cure = 'write the comparison without spaces, as in duration:>100ms, or all of the search in braces;';
    throw new SearchError(`This compares nothing: ${cure} ${QUOTE_CURE}`, start, end);
  }
  if (/^[({]/.test(text)) {
    const cure = 'begin the search with a brace and write all of it so, as in { name = "a" && (.b = 1 || .b = 2) };';
    throw new SearchError(`Words cannot be grouped: ${cure} ${QUOTE_CURE}`, start);
  }
}
