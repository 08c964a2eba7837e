import type { SearchError } from '../model/search/query.ts';

/** Something on the command line is written wrong. The message is for whoever wrote it and may have several lines. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Of a long search only what is near the mistake is printed. */
const BEFORE = 60;
const AFTER = 30;

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/**
 * The message of a mistake and, below it, the search with carets under what is wrong:
 *
 *     This is no duration. Write 200ms, 1.5s or 2m.
 *       service:shop duration:>soon
 *                              ^^^^
 */
export function searchMistake(text: string, { message, position, end }: SearchError): UsageError {
  const start = Math.min(position, text.length);
  const from = start > BEFORE ? start - BEFORE : 0;
  const to = Math.min(text.length, end + AFTER);
  const lead = from > 0 ? '…' : '';
  const shown = printable(text.slice(from, to));
  const indent = columns(lead) + columns(shown.slice(0, start - from));
  const carets = Math.max(1, columns(shown.slice(start - from, end - from)));
  return new UsageError(
    `${message}\n  ${lead}${shown}${to < text.length ? '…' : ''}\n  ${' '.repeat(indent)}${'^'.repeat(carets)}`,
  );
}

/** On one line, without what a terminal obeys; as long as before. */
function printable(text: string): string {
  return text.replace(/\s/g, ' ').replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** Columns of a terminal that a text takes. */
function columns(text: string): number {
  let sum = 0;
  for (const character of text) sum += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return sum;
}
