import { createContext, Script } from 'node:vm';
import type { Range } from './maskText.ts';

/** Longer values are not searched for the user's patterns. */
export const MOST_SEARCHED = 16 * 1024;
const LONGEST_PATTERN = 1_000;
/** For all values of one request; a pattern that is still searching then is turned off. */
const LIMIT_MS = 200;

const SEARCH = new Script(`(() => {
  const found = [];
  for (; at.pattern < patterns.length; at.pattern++) {
    const pattern = patterns[at.pattern];
    for (let i = 0; i < texts.length; i++) {
      pattern.lastIndex = 0;
      for (let match; (match = pattern.exec(texts[i])); ) {
        if (match[0] === '') pattern.lastIndex++;
        else found.push([i, match.index, match.index + match[0].length]);
      }
    }
  }
  return found;
})()`);

/**
 * The regular expressions of the user. A regular expression can take for ever, and whoever writes one seldom knows for
 * which text: so they are searched with a time limit, that of the script runner, which also ends a search.
 */
export class UserPatterns {
  readonly #patterns: RegExp[] = [];
  /** What the search reads; a context is slow to make. */
  readonly #search = createContext({ texts: [] as string[], patterns: this.#patterns, at: { pattern: 0 } });
  readonly #warn: (message: string) => void;

  /** @param warn hears, in words for people, of each pattern that is not used and why */
  constructor(sources: readonly string[], warn: (message: string) => void) {
    this.#warn = warn;
    for (const source of sources) {
      const problem = problemOf(source);
      if (problem === undefined) this.#patterns.push(new RegExp(source, 'g'));
      else warn(`The pattern "${source.slice(0, 100)}" in spanside.redaction.patterns is not used: ${problem}`);
    }
  }

  /** Whether there are none to search for. */
  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** What they match in each text, by its index, ascending and apart. Never throws. */
  search(texts: readonly string[]): Map<number, Range[]> {
    const ranges = new Map<number, Range[]>();
    const short = texts.map(text => (text.length <= MOST_SEARCHED ? text : ''));
    const { at } = this.#search as { at: { pattern: number } };
    this.#search['texts'] = short;
    while (this.#patterns.length > 0) {
      at.pattern = 0;
      try {
        const found = SEARCH.runInContext(this.#search, { timeout: LIMIT_MS }) as [number, number, number][];
        for (const [text, start, end] of found) ranges.set(text, [...(ranges.get(text) ?? []), { start, end }]);
        break;
      } catch {
        const [slow] = this.#patterns.splice(Math.min(at.pattern, this.#patterns.length - 1), 1);
        this.#warn(
          `The pattern "${slow?.source.slice(0, 100)}" in spanside.redaction.patterns took longer than ${LIMIT_MS} ms ` +
            'for one request and is turned off until the settings change. Write it with fewer repetitions.',
        );
      }
    }
    for (const [text, list] of ranges) ranges.set(text, join(list));
    return ranges;
  }
}

function problemOf(source: string): string | undefined {
  if (source === '') return 'it is empty.';
  if (source.length > LONGEST_PATTERN) return `it is longer than ${LONGEST_PATTERN} characters.`;
  try {
    return new RegExp(source).test('') ? 'it matches a text without characters. Let it need at least one.' : undefined;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}. Correct it as a JavaScript regular expression.`;
  }
}

/** Overlapping ranges become one. */
function join(ranges: Range[]): Range[] {
  const sorted = ranges.sort((a, b) => a.start - b.start);
  const joined: Range[] = [];
  for (const range of sorted) {
    const last = joined.at(-1);
    if (last && range.start < last.end) last.end = Math.max(last.end, range.end);
    else joined.push({ ...range });
  }
  return joined;
}
