/** Of longer values only the beginning is tested, so that no value can hold a search up. In UTF-16 units. */
const MOST_TESTED = 16_384;

/** Why a pattern is not taken, in words for people; `undefined` where it is. */
export function patternProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /s, '') : '';
    return `This regular expression cannot be read${reason === '' ? '' : ` (${reason.toLowerCase()})`}; characters like ( [ { . * + ? that stand for themselves need a \\ in front.`;
  }
  if (/(?<!\\)(?:\\\\)*\(\?<?[=!]/.test(pattern)) {
    return 'A regular expression cannot look ahead or behind here; write what the whole value looks like.';
  }
  if (/(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)/.test(pattern)) {
    return 'A regular expression cannot refer back to a group here; write out what is to be repeated.';
  }
  if (repeatsRepetition(pattern)) {
    return 'This regular expression repeats a group that itself repeats something, which can take forever; take one of the repetitions away, as in (ab)+ instead of (a*b)+.';
  }
  return undefined;
}

/** Takes off the flags that RE2 writes in front, of which `i` alone makes a difference here. */
export function splitFlags(pattern: string): { pattern: string; ignoreCase: boolean } {
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  if (!flags) return { pattern, ignoreCase: false };
  return { pattern: pattern.slice(flags[0].length), ignoreCase: flags[1]!.includes('i') };
}

/** Tests a whole value against a pattern that {@link patternProblem} finds nothing wrong with; a `.` is any character. */
export function regexTest(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const regex = new RegExp(`^(?:${pattern})$`, ignoreCase ? 'isu' : 'su');
  return text => regex.test(text.length > MOST_TESTED ? text.slice(0, MOST_TESTED) : text);
}

/** Whether a group that may be repeated contains a repetition or a choice: what makes backtracking exponential. */
function repeatsRepetition(pattern: string): boolean {
  // For each open group, whether anything in it can match in several lengths or ways.
  const varies: boolean[] = [false];
  let closed = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    const wasGroup = closed;
    closed = false;
    if (char === '\\') at++;
    else if (char === '[') at = endOfClass(pattern, at);
    else if (char === '(') varies.push(false);
    else if (char === ')') {
      const inner = varies.pop() ?? false;
      closed = inner;
      if (inner) varies[varies.length - 1] = true;
    } else if (char === '|') varies[varies.length - 1] = true;
    else if (char === '*' || char === '+' || char === '{') {
      const bound = char === '{' ? /^\{(\d+)(,(\d*))?\}/.exec(pattern.slice(at, at + 24)) : undefined;
      const once = bound?.[2] === undefined && bound?.[1] !== undefined && Number(bound[1]) <= 1;
      if (wasGroup && !once) return true;
      if (!bound || bound[2] !== undefined) varies[varies.length - 1] = true;
      if (bound) at += bound[0].length - 1;
    } else if (char === '?' && pattern[at - 1] !== '(') varies[varies.length - 1] = true;
  }
  return false;
}

function endOfClass(pattern: string, start: number): number {
  let at = start + 1;
  while (at < pattern.length && pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1;
  return at;
}
