import { SearchError, type SearchQuery } from './query.ts';
import { parseSimple } from './simple.ts';
import { parseTraceql } from './traceql.ts';

export { SearchError };

/** Characters (UTF-16 units) that a search may have. */
const MOST_TEXT = 10_000;

/**
 * Reads a search. What begins with a brace or a parenthesis is TraceQL; everything else is words and `key:value` terms. An
 * empty one finds everything.
 *
 * @param now nanoseconds since 1970, for times like `since:10m`
 * @throws {SearchError} it has a mistake
 */
export function parseSearch(text: string, now: bigint = BigInt(Date.now()) * 1_000_000n): SearchQuery {
  if (text.length > MOST_TEXT) {
    throw new SearchError(`A search can be ${MOST_TEXT} characters long; this one is longer.`, MOST_TEXT, text.length);
  }
  return isTraceql(text) ? { spans: parseTraceql(text) } : parseSimple(text, now);
}

/** Whether a search is written in TraceQL, or begins so. */
export function isTraceql(text: string): boolean {
  return /^\s*[{(]/.test(text);
}
