import { readNumber, UNITS } from './number.ts';
import type { Literal } from './query.ts';
import type { Scanner } from './scanner.ts';

/** A value as TraceQL writes it; `word`: a status or kind; `nil`: nothing. */
export type TraceqlLiteral =
  | { type: 'text'; value: string }
  | (Literal & { type: 'number' | 'bool' })
  | { type: 'word'; value: string }
  | { type: 'nil' };

const WORD = /(?:true|false|nil|ok|error|unset|server|client|producer|consumer|internal|unspecified)(?![\w:.-])/y;
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[a-z\d.\u00b5\u03bc]*/iy;

/** Reads the value that begins here; `undefined` where none does. @throws {SearchError} */
export function readLiteral(scanner: Scanner): TraceqlLiteral | undefined {
  if (scanner.startsWith('"')) return { type: 'text', value: readString(scanner) };
  if (scanner.startsWith('`')) return { type: 'text', value: readRawString(scanner) };
  if (scanner.startsWith("'")) scanner.fail('A text is written in double quotes, as in "GET /users".');
  const start = scanner.at;
  const word = scanner.match(WORD);
  if (word === 'true' || word === 'false') return { type: 'bool', value: word === 'true' };
  if (word !== undefined) return word === 'nil' ? { type: 'nil' } : { type: 'word', value: word };
  const text = scanner.match(NUMBER);
  if (text === undefined) return undefined;
  const number = readNumber(text, true);
  if (number && !/[kMG]$/.test(text)) return number;
  const digits = /^-?[\d.]+(?=[^\d.])/.exec(text)?.[0].length ?? 0;
  return scanner.fail(`This is no number and no duration; there are the units ${UNITS}.`, start + digits, scanner.at);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
]);
const CODE_POINT = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y;

function readString(scanner: Scanner): string {
  const { text } = scanner;
  const start = scanner.at++;
  let value = '';
  while (scanner.at < text.length) {
    const char = text[scanner.at]!;
    if (scanner.take('"')) return value;
    if (char === '\\') value += readEscape(scanner);
    else {
      value += char;
      scanner.at++;
    }
  }
  return scanner.fail('The quote that opens here is not closed; add a " at its end.', start);
}

function readEscape(scanner: Scanner): string {
  const start = scanner.at;
  const escaped = ESCAPES.get(scanner.text[start + 1] ?? '');
  if (escaped !== undefined) {
    scanner.at += 2;
    return escaped;
  }
  CODE_POINT.lastIndex = start;
  const match = CODE_POINT.exec(scanner.text);
  const code = Number.parseInt(match?.[1] ?? match?.[2] ?? match?.[3] ?? '', 16);
  if (!match || code > 0x10_ffff) {
    const cure = 'write \\\\ for a backslash, or put the text in ` ` instead of quotes.';
    return scanner.fail(`This means nothing after a backslash: ${cure}`, start, start + 2);
  }
  scanner.at += match[0].length;
  return String.fromCodePoint(code);
}

function readRawString(scanner: Scanner): string {
  const start = scanner.at;
  const close = scanner.text.indexOf('`', start + 1);
  if (close < 0) scanner.fail('The ` that opens here is not closed; add one at its end.', start);
  scanner.at = close + 1;
  return scanner.text.slice(start + 1, close);
}
