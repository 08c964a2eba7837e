/** One call of a stack trace, as it was printed. */
export interface StackFrame {
  /** In the language's own spelling; '' where the trace names none. */
  function: string;
  /** As reported, of whatever machine; '' where the trace names no file. For Java the package is put before the file. */
  path: string;
  /** Counted from 1. */
  line?: number;
  /** Counted from 1. */
  column?: number;
  /** false: of the language, a dependency or a tracing library; true: of the program; undefined: the text does not tell. */
  own: boolean | undefined;
}

/** One exception of a trace, with its frames innermost first whatever the language prints. */
export interface StackSection {
  /** The line that names the exception; '' where there is none. */
  title: string;
  /**
   * `exception` is what was thrown last, `cause` what it names as its reason, `context` what merely went before or
   * around it, `suppressed` what failed beside it.
   */
  relation: 'exception' | 'cause' | 'context' | 'suppressed';
  frames: StackFrame[];
  /** Frames the trace says it left out. */
  elided: number;
}

/**
 * A parser of one language. It gets lines that are already bounded and free of escape codes, and returns the exception
 * first, then its causes towards the root, then the rest; nothing where no line is a frame of the language.
 */
export type StackParser = (lines: readonly string[]) => StackSection[];

/** A frame without `undefined` keys, so that two parses of a text compare equal. */
export function frame(fn: string, path: string, own: boolean | undefined, line?: number, column?: number): StackFrame {
  const made: StackFrame = { function: fn, path, own };
  if (line !== undefined) made.line = line;
  if (column !== undefined) made.column = column;
  return made;
}

export function section(title: string, relation: StackSection['relation']): StackSection {
  return { title, relation, frames: [], elided: 0 };
}

/** The sections that hold anything; the first `exception` stands first even where it has no frames. */
export function filled(sections: readonly StackSection[]): StackSection[] {
  if (!sections.some(s => s.frames.length > 0)) return [];
  return sections.filter((s, index) => index === 0 || s.frames.length > 0);
}

/** A line or column number; `undefined` where the digits are none or count from nothing. */
export function position(digits: string | undefined): number | undefined {
  if (digits === undefined || !/^\d{1,9}$/.test(digits)) return undefined;
  const number = Number(digits);
  return number > 0 ? number : undefined;
}

/**
 * Splits `path:line` or `path:line:column` from its end, so that drive letters and colons in the path do no harm.
 * Written without a regular expression: the text is hostile and may be nothing but colons and digits.
 */
export function splitPosition(text: string): { path: string; line: number; column?: number } | undefined {
  const last = text.lastIndexOf(':');
  if (last <= 0) return undefined;
  const second = position(text.slice(last + 1));
  if (second === undefined) return undefined;
  const before = text.lastIndexOf(':', last - 1);
  const first = before > 0 ? position(text.slice(before + 1, last)) : undefined;
  return first === undefined
    ? { path: text.slice(0, last), line: second }
    : { path: text.slice(0, before), line: first, column: second };
}
