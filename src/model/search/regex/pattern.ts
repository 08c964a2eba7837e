/** What a regular expression is made of. An `atom` is the source of what matches one character: `a`, `.`, `\d`, `[^b-d]`. */
export type PatternNode =
  | { type: 'atom'; source: string }
  | { type: 'assertion'; of: '^' | '$' | '\\b' | '\\B' }
  | { type: 'sequence' | 'choice'; parts: PatternNode[] }
  /** `most` is infinite where there is no end. */
  | { type: 'repeat'; part: PatternNode; least: number; most: number };

/** Why a pattern that JavaScript reads is not taken; the message is for people. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

const MOST_GROUPS = 100;

/** Of one character, whatever it matches; a pair of escaped surrogates is one character too. */
const ATOM =
  /\\[pP]\{[^}]*\}|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u\{[\da-fA-F]+\}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\c[A-Za-z]|\\.|\[(?:[^\]\\]|\\.)*\]|./suy;
const ASSERTION = /\^|\$|\\b|\\B/y;
const GROUP = /\((?:\?:|\?<[^=!>][^>]*>)?/y;
const REPETITION = /(?:[*+?]|\{(\d+)(,(\d*))?\})\??/y;

/**
 * Reads the source of a regular expression that `RegExp` takes with the flag `u`.
 *
 * @throws {PatternError} it has what cannot be matched in one go, or is nested too deep
 */
export function parsePattern(source: string): PatternNode {
  let at = 0;
  let depth = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    at += found?.[0].length ?? 0;
    return found;
  };

  const choice = (): PatternNode => {
    const parts = [sequence()];
    while (source[at] === '|') {
      at++;
      parts.push(sequence());
    }
    return parts.length === 1 ? parts[0]! : { type: 'choice', parts };
  };

  const sequence = (): PatternNode => {
    const parts: PatternNode[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated(single()));
    return parts.length === 1 ? parts[0]! : { type: 'sequence', parts };
  };

  const single = (): PatternNode => {
    const group = match(GROUP);
    if (group) return inGroup(group[0]);
    const assertion = match(ASSERTION);
    if (assertion) return { type: 'assertion', of: assertion[0] as '^' };
    const atom = match(ATOM)![0];
    if (/^\\[1-9k]/.test(atom)) {
      throw new PatternError('A regular expression cannot refer back to a group here; write out what is repeated.');
    }
    return { type: 'atom', source: atom };
  };

  const inGroup = (opening: string): PatternNode => {
    if (opening === '(' && source[at] === '?') {
      throw new PatternError(
        'A group that looks ahead or behind or sets flags cannot be used here; write what the whole value looks like.',
      );
    }
    if (++depth > MOST_GROUPS) throw new PatternError(`Groups can be ${MOST_GROUPS} deep in each other at most.`);
    const inner = choice();
    depth--;
    at++;
    return inner;
  };

  const repeated = (part: PatternNode): PatternNode => {
    const found = match(REPETITION);
    if (!found) return part;
    const [written, least, more, most] = found;
    if (least === undefined) {
      return { type: 'repeat', part, least: written[0] === '+' ? 1 : 0, most: written[0] === '?' ? 1 : Infinity };
    }
    const fewest = Number(least);
    return { type: 'repeat', part, least: fewest, most: more === undefined ? fewest : most ? Number(most) : Infinity };
  };

  return choice();
}
