import { parseSearch } from '../../model/search/parse.ts';
import { SearchError } from '../../model/search/query.ts';
import { oneLine } from '../../model/text.ts';

/** What stands around a mistake is shown so far to either side. */
const AROUND = 40;

export interface Mistake {
  message: string;
  /** The text around it, with the wrong part between two marks. */
  excerpt: string;
  /** Whether it is at the very end: the rest may just not be written yet. */
  isUnfinished: boolean;
}

/** The mistake in a search; `undefined` where there is none. */
export function mistakeIn(text: string): Mistake | undefined {
  try {
    parseSearch(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    const { message, position, end } = error;
    return { message, excerpt: marked(text, position, end), isUnfinished: end >= text.trimEnd().length };
  }
}

/** `service:shop duration:>▸soon◂ error`; where something is missing the marks stand together: `service:▸◂`. */
export function marked(text: string, position: number, end: number): string {
  const from = Math.max(0, Math.min(position, text.length));
  const to = Math.max(from, Math.min(end, text.length));
  const before = text.slice(Math.max(0, from - AROUND), from);
  const after = text.slice(to, to + AROUND);
  const wrong = oneLine(text.slice(from, to), AROUND);
  const start = from > AROUND ? '…' : '';
  const rest = to + AROUND < text.length ? '…' : '';
  // Parts are cleaned one by one: a blank at a seam is part of what was written.
  return `${start}${clean(before)}▸${wrong}◂${clean(after)}${rest}`.trim();
}

function clean(part: string): string {
  const inner = oneLine(part, 2 * AROUND);
  return `${/^\s/.test(part) ? ' ' : ''}${inner}${inner !== '' && /\s$/.test(part) ? ' ' : ''}`;
}
