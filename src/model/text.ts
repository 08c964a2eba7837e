/** Everything a line break or a run of blanks can be made of. */
const BLANKS = /[\s\u0085]+/gu;
/** Control characters (ESC among them), halves of surrogate pairs, and the marks that reverse what follows them. */
const UNSAFE = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

/** Of those the ones that are no line break and no tab. */
const UNSAFE_IN_LINES = /[^\P{Cc}\n\t]|[\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;
/** What a terminal may obey or be turned around by, and JSON leaves as it is. */
const UNESCAPED = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Makes reported text safe and fit for one line of a tree, a notification or a terminal: blanks and line breaks become
 * one space, control characters and direction overrides the replacement character, and what is longer than `max` UTF-16
 * units ends in an ellipsis, never in the middle of a character as people see it.
 */
export function oneLine(text: string, max: number): string {
  // Names may be megabytes long; what is far behind the cut is not looked at.
  const near = text.slice(0, 8 * max + 64);
  const line = near.replace(BLANKS, ' ').trim().replace(UNSAFE, '\ufffd');
  if (line.length <= max && near.length === text.length) return line;
  return `${line.slice(0, graphemeStart(line, max - 1)).trimEnd()}…`;
}

/**
 * Makes text that reported text may be a part of safe for a log: lines and tabs stay, other control characters and
 * direction overrides become the replacement character, and what is longer than `max` UTF-16 units is cut.
 */
export function safeLines(text: string, max = 20_000): string {
  const lines = text.slice(0, max).replaceAll('\r\n', '\n').replace(UNSAFE_IN_LINES, '\ufffd');
  return text.length > max ? `${lines}…` : lines;
}

/** An error for a log, with its stack. */
export function safeError(error: unknown): string {
  return safeLines(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** The same JSON with nothing in it that a terminal obeys: such characters stand only in strings, and are escaped. */
export function terminalJson(json: string): string {
  return json.replace(UNESCAPED, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The last start of a grapheme at or before `at`. */
function graphemeStart(line: string, at: number): number {
  if (at <= 0) return 0;
  if (at >= line.length) return line.length;
  const start = graphemes.segment(line).containing(at)?.index ?? at;
  if (start > 0) return start;
  // One grapheme fills the line (marks heaped upon a letter): cut it, but not through a surrogate pair.
  return /[\udc00-\udfff]/.test(line[at]!) ? at - 1 : at;
}
