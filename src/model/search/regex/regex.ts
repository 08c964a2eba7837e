import { LinearMatcher } from './linear.ts';
import { PatternError, type PatternNode, parsePattern } from './pattern.ts';
import { programOf } from './program.ts';

/** Of longer values only the beginning is tested, so that no value can hold a search up. In UTF-16 units. */
const MOST_TESTED = 16_384;

/** Why a pattern is not taken, in words for people; `undefined` where it is. */
export function patternProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /s, '').toLowerCase() : 'unknown';
    const cure = 'characters like ( [ { . * + ? that stand for themselves need a \\ in front.';
    return `This regular expression cannot be read (${reason}); ${cure}`;
  }
  try {
    programOf(parsePattern(pattern), flagsOf(false));
    return undefined;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

/** Takes off the flags that RE2 writes in front, of which `i` alone makes a difference here. */
export function splitFlags(pattern: string): { pattern: string; ignoreCase: boolean } {
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  if (!flags) return { pattern, ignoreCase: false };
  return { pattern: pattern.slice(flags[0].length), ignoreCase: flags[1]!.includes('i') };
}

/**
 * Tests a whole value against a pattern that {@link patternProblem} finds nothing wrong with; a `.` is any character. The time
 * is linear in the value: JavaScript is quick but tries one way after the other, which for some patterns takes forever, so that
 * it gets only values for which there are few.
 */
export function regexTest(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const flags = flagsOf(ignoreCase);
  const node = parsePattern(pattern);
  const { factor, degree } = waysOf(node);
  const mostTried = degree === 0 && factor <= MOST_WAYS ? MOST_TESTED : (MOST_WAYS / factor) ** (1 / degree);
  const regex = new RegExp(`^(?:${pattern})$`, flags);
  let linear: LinearMatcher | undefined;
  return value => {
    const text = value.length > MOST_TESTED ? value.slice(0, MOST_TESTED) : value;
    if (text.length <= mostTried) return regex.test(text);
    linear ??= new LinearMatcher(programOf(node, flags), flags);
    return linear.test(text);
  };
}

function flagsOf(ignoreCase: boolean): string {
  return ignoreCase ? 'isu' : 'su';
}

/** About a millisecond. */
const MOST_WAYS = 100_000;

/** How many ways there are to try at most, of a text with n characters: `factor` times n to the power of `degree`. */
interface Ways {
  factor: number;
  degree: number;
}

function waysOf(node: PatternNode): Ways {
  switch (node.type) {
    case 'atom':
    case 'assertion':
      return { factor: 1, degree: 0 };
    case 'sequence':
      return node.parts
        .map(waysOf)
        .reduce((all, part) => ({ factor: all.factor * part.factor, degree: all.degree + part.degree }), {
          factor: 1,
          degree: 0,
        });
    case 'choice':
      return node.parts
        .map(waysOf)
        .reduce((all, part) => ({ factor: all.factor + part.factor, degree: Math.max(all.degree, part.degree) }), {
          factor: 0,
          degree: 0,
        });
    case 'repeat': {
      const { part, least, most } = node;
      const { factor, degree } = waysOf(part);
      if (most <= 1) return { factor: factor + 1, degree };
      // Several ways, again and again: exponential.
      if (factor > 1 || degree > 0) return { factor: Infinity, degree: 1 };
      return most === Infinity ? { factor: 1, degree: 1 } : { factor: most - least + 1, degree: 0 };
    }
  }
}
