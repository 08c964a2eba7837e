import { parseDotnet } from './dotnet.ts';
import type { StackFrame, StackParser, StackSection } from './frame.ts';
import { parseGo } from './go.ts';
import { parseJava } from './java.ts';
import { parseGecko, parseV8 } from './javascript.ts';
import { keepBothEnds, stackLines } from './lines.ts';
import { parsePhp } from './php.ts';
import { parsePython } from './python.ts';
import { parseRuby } from './ruby.ts';
import { parseRust } from './rust.ts';

/** In this order where two of them read a text equally well. */
const PARSERS: readonly StackParser[] = [
  parsePython,
  parseJava,
  parseDotnet,
  parsePhp,
  parseRust,
  parseV8,
  parseRuby,
  parseGecko,
  parseGo,
];

/** By `telemetry.sdk.language`. PHP has two shapes, a browser's trace is of either engine. */
const BY_LANGUAGE = new Map<string, readonly StackParser[]>([
  ['python', [parsePython]],
  ['java', [parseJava]],
  ['kotlin', [parseJava]],
  ['dotnet', [parseDotnet]],
  ['php', [parsePhp, parseJava]],
  ['rust', [parseRust]],
  ['nodejs', [parseV8]],
  ['webjs', [parseV8, parseGecko]],
  ['ruby', [parseRuby]],
  ['go', [parseGo]],
]);

/**
 * Reads a stack trace of any language: the exception first, then its causes towards the root, then what else it holds;
 * frames innermost first. `language` is what the resource says in `telemetry.sdk.language`; it decides where the text
 * allows it, and is only a hint: a program may record another language's trace. Nothing where no line is a frame.
 * Time is linear in the text, of which at most 256 KiB and 2,000 characters a line are looked at.
 */
export function parseStack(text: string, language?: string): StackSection[] {
  const lines = stackLines(keepBothEnds(text));
  const told = best(BY_LANGUAGE.get(language ?? '') ?? [], lines);
  if (told.places > 0) return told.sections;
  const any = best(PARSERS, lines);
  // A trace without any place (.NET without symbols) is what it was said to be.
  return any.places > 0 || told.sections.length === 0 ? any.sections : told.sections;
}

/**
 * The frames of a trace in the order in which they answer "where did it go wrong": the root cause first, then what it
 * led to, the exception itself, and what stood around it.
 */
export function framesByBlame(sections: readonly StackSection[]): StackFrame[] {
  const of = (relation: StackSection['relation']): StackSection[] => sections.filter(one => one.relation === relation);
  return [...of('cause').reverse(), ...of('exception'), ...of('context'), ...of('suppressed')].flatMap(
    one => one.frames,
  );
}

function best(parsers: readonly StackParser[], lines: readonly string[]): { sections: StackSection[]; places: number } {
  let found: { sections: StackSection[]; places: number } = { sections: [], places: -1 };
  for (const parser of parsers) {
    const sections = parser(lines);
    let places = 0;
    for (const one of sections) for (const call of one.frames) if (call.line !== undefined) places++;
    if (places > found.places && sections.length > 0) found = { sections, places };
  }
  return found;
}
