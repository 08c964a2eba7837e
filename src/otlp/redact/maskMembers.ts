import type { SecretNames } from './keyNames.ts';

/**
 * A key in quotes and its colon: JSON, JSON inside strings of JSON (each level escapes the quotes once more), and what
 * Python and JavaScript print. A value in quotes must follow, or a list of them.
 */
const KEY = /((?<!\\)\\{0,15})(["'])([A-Za-z0-9_.\- ]{2,100})\1\2\s{0,8}:\s{0,8}/g;
const OPEN = /(\[?)\s{0,8}[bu]?(\\{0,15})(["'])/y;
const NEXT = /\s{0,8},\s{0,8}[bu]?(\\{0,15})(["'])/y;

/** Masks the text values of the members, of objects written inside a text, whose keys name credentials. */
export function maskMembers(text: string, names: SecretNames, mask: (secret: string) => string): string {
  let masked = '';
  let done = 0;
  KEY.lastIndex = 0;
  for (let key = KEY.exec(text); key; key = KEY.exec(text)) {
    if (!names.has(key[3]!)) continue;
    let at = KEY.lastIndex;
    OPEN.lastIndex = at;
    let open = OPEN.exec(text);
    const list = open?.[1] === '[';
    while (open) {
      const start = open.index + open[0].length;
      const { valueEnd, after } = stringEnd(text, start, open.at(-2)!.length, open.at(-1)!);
      masked += text.slice(done, start) + mask(text.slice(start, valueEnd));
      done = valueEnd;
      at = after;
      if (!list) break;
      NEXT.lastIndex = at;
      open = NEXT.exec(text);
    }
    KEY.lastIndex = at;
  }
  return masked + text.slice(done);
}

/**
 * The end of a string that began with `level` backslashes and a quote. Inside it, an escaped quote has more of them; an
 * escaped backslash at its end has twice as many again. A string that was cut off ends with the text.
 */
function stringEnd(text: string, start: number, level: number, quote: string): { valueEnd: number; after: number } {
  let at = start;
  while (true) {
    const found = text.indexOf(quote, at);
    if (found < 0) return { valueEnd: text.length, after: text.length };
    let slashes = 0;
    while (found - slashes > at && text[found - slashes - 1] === '\\') slashes++;
    if (slashes < level || slashes % (2 * (level + 1)) === level) {
      return { valueEnd: found - Math.min(slashes, level), after: found + 1 };
    }
    at = found + 1;
  }
}
