import { filled, frame, position, type StackSection, section } from './frame.ts';
import { isForeignPath } from './own.ts';

const FILE = /^\s*File "([^"]+)", line (\d{1,9})(?:, in (.*))?$/;
const REPEATED = /^\s*\[Previous line repeated (\d{1,9}) more times?\]/;
/** The margin of an exception group: `  | `, `  + `, `    | `. */
const MARGIN = /^ *[|+] ?/;
const MEMBER = /^[ |]*\+[-+]+ (?:\d{1,6}|\.\.\.) -+$/;

interface Printed {
  section: StackSection;
  /** A member of an exception group. */
  member: boolean;
  /** What the next one says of this one. */
  link: 'cause' | 'context';
}

/**
 * `File "p", line N, in fn`, innermost last. Chained exceptions are printed root first, members of an exception group
 * after the group; both come out as this project orders them.
 */
export function parsePython(lines: readonly string[]): StackSection[] {
  const printed: Printed[] = [];
  let member = false;
  const begin = (): Printed => {
    const made: Printed = { section: section('', 'exception'), member, link: 'context' };
    printed.push(made);
    return made;
  };
  for (const line of lines) {
    if (MEMBER.test(line)) {
      member = true;
      begin();
      continue;
    }
    const text = line.replace(MARGIN, '');
    const current = printed[printed.length - 1];
    if (text.startsWith('Traceback (') || text.startsWith('Exception Group Traceback (')) {
      if (!current || current.section.frames.length > 0) begin();
      continue;
    }
    if (text.startsWith('The above exception was the direct cause of')) {
      if (current) current.link = 'cause';
      continue;
    }
    const file = FILE.exec(text);
    if (file) {
      const path = file[1]!;
      const own = !isForeignPath(path);
      (current ?? begin()).section.frames.push(frame(file[3] ?? '', path, own, position(file[2])));
      continue;
    }
    const repeated = REPEATED.exec(text);
    if (repeated && current) current.section.elided += Number(repeated[1]);
    // Quoted source is indented; the exception's own line is not.
    else if (current && current.section.title === '' && current.section.frames.length > 0 && /^\S/.test(text)) {
      current.section.title = text;
    }
  }
  return filled(ordered(printed));
}

function ordered(printed: readonly Printed[]): StackSection[] {
  const sections: StackSection[] = [];
  let relation = 'exception' as StackSection['relation'];
  const chain = printed.filter(one => !one.member);
  for (let i = chain.length - 1; i >= 0; i--) {
    const one = chain[i]!;
    if (i < chain.length - 1) {
      // What led to a mere context is no cause of the exception either.
      relation = one.link === 'cause' && relation !== 'context' ? 'cause' : 'context';
    }
    sections.push({ ...one.section, relation });
  }
  // Members are why the group was raised. The first is put last: causes are searched from the end.
  for (const one of printed.filter(made => made.member).reverse()) {
    sections.push({ ...one.section, relation: 'cause' });
  }
  for (const one of sections) one.frames.reverse();
  return sections;
}
