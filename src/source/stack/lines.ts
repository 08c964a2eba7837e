/** A trace longer than this is cut: innermost frames stand at its start in most languages. */
const MAX_TEXT = 256 * 1024;
const MAX_LINE = 2_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with a control character
const COLOUR = /\u001b\[[0-9;]{0,32}m/g;

/** The lines of a trace, bounded in number and length, without colour codes (Python 3.13 and test runners print them). */
export function stackLines(text: string): string[] {
  const bounded = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
  return bounded.split('\n').map(line => {
    const plain = (line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line).replace(COLOUR, '');
    return plain.endsWith('\r') ? plain.slice(0, -1) : plain;
  });
}

/** Python prints the innermost frame last, so of a long trace the end has to be kept too. */
export function keepBothEnds(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return `${text.slice(0, MAX_TEXT / 2)}\n${text.slice(text.length - MAX_TEXT / 2 + 1)}`;
}
