import { filled, frame, position, type StackFrame, type StackSection, section } from './frame.ts';
import { isForeignPath } from './own.ts';

const PLACE = /^\s+(\S.*\.(?:go|s|c|cgo1\.go)):(\d{1,9})(?: \+0x[0-9a-f]{1,16})?$/;
const STANDARD = new Set(
  (
    'archive arena bufio builtin bytes cmp compress container context crypto database debug embed encoding errors ' +
    'expvar flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp ' +
    'runtime slices sort strconv strings structs sync syscall testing text time unicode unique unsafe weak'
  ).split(' '),
);
/** The SDK records stacks into a buffer of this many bytes. */
const SDK_BUFFER = 2_048;

/** Pairs of lines: the function, then a tab and `file:L +0x…`. */
export function parseGo(lines: readonly string[]): StackSection[] {
  const sections: StackSection[] = [];
  const cutLine = isCut(lines) ? lines.length - 1 : -1;
  let title = '';
  let name = '';
  for (const [index, line] of lines.entries()) {
    const place = PLACE.exec(line);
    if (/^goroutine \d{1,19} /.test(line)) {
      sections.push(section(sections.length === 0 ? title : line, sections.length === 0 ? 'exception' : 'context'));
      name = '';
    } else if (place && name !== '' && index !== cutLine) {
      if (sections.length === 0) sections.push(section(title, 'exception'));
      sections[sections.length - 1]!.frames.push(goFrame(name, place[1]!, position(place[2])));
      name = '';
    } else if (/^\.\.\.(?:additional|\d{1,9}) frames elided/.test(line)) {
      const last = sections[sections.length - 1];
      if (last) last.elided += Number(/\d{1,9}/.exec(line)?.[0] ?? 1);
    } else if (line.trim() !== '') {
      name = line.trim();
      if (title === '') title = name;
    }
  }
  return filled(sections.flatMap(splitAtPanic));
}

/** A stack that fills the buffer ends anywhere, perhaps within a line number: `:123` cut to `:12` would be a wrong place. */
function isCut(lines: readonly string[]): boolean {
  const last = lines[lines.length - 1] ?? '';
  if (last === '' || last.includes(' +0x')) return false;
  return lines.reduce((bytes, line) => bytes + Buffer.byteLength(line) + 1, -1) >= SDK_BUFFER - 4;
}

function goFrame(text: string, path: string, line: number | undefined): StackFrame {
  const created = text.startsWith('created by ');
  const name = created ? (text.slice('created by '.length).split(' in goroutine ')[0] ?? '') : withoutArguments(text);
  return frame(name, path, isOwn(name, path), line);
}

/** `main.(*T).m(0x1, {0x2, 0x3})` without its last, balanced parenthesis. */
function withoutArguments(text: string): string {
  if (!text.endsWith(')')) return text;
  let depth = 0;
  for (let i = text.length - 1; i > 0; i--) {
    if (text[i] === ')') depth++;
    else if (text[i] === '(' && --depth === 0) return text.slice(0, i);
  }
  return text;
}

function isOwn(name: string, path: string): boolean {
  if (isForeignPath(path) || name.startsWith('go.opentelemetry.io/') || name === 'panic') return false;
  const slash = name.lastIndexOf('/');
  const dot = name.indexOf('.', slash + 1);
  const packagePath = dot < 0 ? name : name.slice(0, dot);
  if (!STANDARD.has(packagePath.split('/')[0] ?? '')) return true;
  // A module may be called `log` too; the standard one lies in GOROOT/src, or stands alone in a build with -trimpath.
  return !(path.includes(`/src/${packagePath}/`) || path.startsWith(`${packagePath}/`));
}

/**
 * A recovered panic's stack begins with the code that recovers. What threw stands behind the last `panic` frame; what
 * stands before it is given as context.
 */
function splitAtPanic(one: StackSection): StackSection[] {
  const panic = one.frames.findLastIndex(call => call.function === 'panic');
  if (panic < 0) return [one];
  return [
    { ...one, frames: one.frames.slice(panic + 1) },
    { title: 'deferred calls', relation: 'context', frames: one.frames.slice(0, panic + 1), elided: 0 },
  ];
}
