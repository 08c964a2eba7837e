import { completeTerm } from './completeTerm.ts';
import { completeTraceql } from './completeTraceql.ts';
import type { Completion, Vocabulary } from './completion.ts';
import { isTraceql } from './parse.ts';

export type { Completion, Vocabulary };

/**
 * What can be written at `cursor` of a search that may be half written or wrong: keys, operators and values that go on with
 * what stands before the cursor, at most 50, best first.
 *
 * @param cursor in UTF-16 units
 */
export function completionsAt(text: string, cursor: number, vocabulary: Vocabulary): Completion[] {
  const at = Math.max(0, Math.min(cursor, text.length));
  return isTraceql(text.slice(0, at)) ? completeTraceql(text, at, vocabulary) : completeTerm(text, at, vocabulary);
}
