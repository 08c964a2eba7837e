import { SearchError } from './query.ts';

/** A text that was in quotes and where it ended. */
export interface Quoted {
  value: string;
  /** Character after the closing quote. */
  end: number;
}

/**
 * Reads a text in double quotes that opens at `start`; `\"` is a quote in it and `\\` a backslash, every other backslash
 * stands for itself.
 *
 * @throws {SearchError} it is not closed
 */
export function readQuoted(text: string, start: number): Quoted {
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') return { value, end: at + 1 };
    const next = text[at + 1];
    if (char === '\\' && (next === '"' || next === '\\')) {
      value += next;
      at++;
    } else value += char;
  }
  throw new SearchError('The quote that opens here is not closed; add a " at its end.', start);
}

/** Writes a text so that {@link readQuoted} gives it back. */
export function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
