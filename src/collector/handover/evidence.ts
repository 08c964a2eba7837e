import { Cursor } from '../../otlp/cursor.ts';
import type { Signal } from '../../otlp/schema.ts';
import type { Stretch } from '../../otlp/splice.ts';
import { textOf } from '../../otlp/text.ts';

/** What a resource says of the place its program runs in. */
export interface ResourceEvidence {
  directories: string[];
  /** Paths of the program, its script and its arguments. */
  programs: string[];
  /** '' where there is none. */
  service: string;
}

/** What spans or log records say of the code that made them. */
export interface CodeEvidence {
  paths: string[];
  /** Stack traces. */
  texts: string[];
}

const DIRECTORIES: ReadonlySet<string> = new Set(['process.working_directory']);
const PROGRAMS: ReadonlySet<string> = new Set([
  'process.command',
  'process.command_args',
  'process.executable.path',
  'process.command_line',
]);
const PATHS: ReadonlySet<string> = new Set(['code.file.path', 'code.filepath']);
const STACKS: ReadonlySet<string> = new Set(['code.stacktrace', 'exception.stacktrace']);

const LONGEST_KEY = 64;
const LONGEST_PATH = 4_096;
const LONGEST_TEXT = 16_384;
const MOST_VALUES = 64;
/** Of all that may name a place so much is looked at. */
const MOST_EVIDENCE = 256;
/** So many spans or log records of a resource are looked at, and so many bytes of them. */
const MOST_ITEMS = 16;
const MOST_BYTES = 65_536;

/** Field numbers of the attributes, and of the events that have attributes of their own. */
const ITEM_ATTRIBUTES: Record<Signal, number> = { traces: 9, logs: 6, metrics: 0 };
const SPAN_EVENTS = 11;
const EVENT_ATTRIBUTES = 3;

/** Reads a Resource message. @throws {MalformedError} */
export function resourceEvidence(body: Uint8Array, { offset, length }: Stretch): ResourceEvidence {
  const evidence: ResourceEvidence = { directories: [], programs: [], service: '' };
  const cursor = new Cursor(body, offset);
  forEachField(cursor, offset + length, 1, end => {
    const { key, value } = keyValue(cursor, end);
    if (key === 'service.name') evidence.service = stringsOf(cursor, value, LONGEST_PATH)[0] ?? '';
    else if (DIRECTORIES.has(key)) add(evidence.directories, stringsOf(cursor, value, LONGEST_PATH));
    else if (PROGRAMS.has(key)) {
      for (const command of stringsOf(cursor, value, LONGEST_TEXT)) add(evidence.programs, pathsOfCommand(command));
    }
  });
  return evidence;
}

/** Looks at the first spans or log records of a ResourceSpans or ResourceLogs message. @throws {MalformedError} */
export function codeEvidence(signal: Signal, body: Uint8Array, { offset, length }: Stretch): CodeEvidence {
  const evidence: CodeEvidence = { paths: [], texts: [] };
  const attributes = ITEM_ATTRIBUTES[signal];
  if (attributes === 0) return evidence;
  const cursor = new Cursor(body, offset);
  let items = 0;
  const take = (end: number): void => {
    const { key, value } = keyValue(cursor, end);
    if (PATHS.has(key)) add(evidence.paths, stringsOf(cursor, value, LONGEST_PATH));
    else if (STACKS.has(key)) add(evidence.texts, stringsOf(cursor, value, LONGEST_TEXT));
  };
  forEachField(cursor, offset + length, 2, scopeEnd =>
    forEachField(cursor, scopeEnd, 2, itemEnd => {
      if (items++ >= MOST_ITEMS || cursor.position - offset > MOST_BYTES) return false;
      while (cursor.position < itemEnd) {
        const tag = cursor.tag(itemEnd);
        if (tag === ((attributes << 3) | 2)) inside(cursor, itemEnd, take);
        else if (signal === 'traces' && tag === ((SPAN_EVENTS << 3) | 2)) {
          inside(cursor, itemEnd, end => forEachField(cursor, end, EVENT_ATTRIBUTES, take));
        } else cursor.skip(tag, itemEnd);
      }
      return true;
    }),
  );
  return evidence;
}

function add(to: string[], more: readonly string[]): void {
  to.push(...more.slice(0, MOST_EVIDENCE - to.length));
}

/** Calls `work` with the cursor at each message of one number, and puts it behind that; `false` ends it. */
function forEachField(cursor: Cursor, end: number, number: number, work: (end: number) => unknown): boolean {
  const wanted = (number << 3) | 2;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag !== wanted) cursor.skip(tag, end);
    else if (!inside(cursor, end, work)) return false;
  }
  return true;
}

function inside(cursor: Cursor, end: number, work: (end: number) => unknown): boolean {
  const inner = cursor.enter(end);
  const goesOn = work(inner) !== false;
  cursor.position = inner;
  return goesOn;
}

/** The key of a KeyValue, '' where it is longer than any we know, and where its value stands. */
function keyValue(cursor: Cursor, end: number): { key: string; value: Stretch } {
  let key = '';
  let value: Stretch = { offset: end, length: 0 };
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) key = stringAt(cursor, cursor.enter(end), LONGEST_KEY) ?? '';
    else if (tag === 18) {
      const valueEnd = cursor.enter(end);
      value = { offset: cursor.position, length: valueEnd - cursor.position };
      cursor.position = valueEnd;
    } else cursor.skip(tag, end);
  }
  return { key, value };
}

/** The string of an AnyValue, or those of a list. Only what is not longer than `most`; a stack trace is cut. */
function stringsOf(cursor: Cursor, { offset, length }: Stretch, most: number): string[] {
  const found: string[] = [];
  const open: Stretch[] = [{ offset, length }];
  for (let value = open.pop(); value && found.length < MOST_VALUES; value = open.pop()) {
    cursor.position = value.offset;
    const end = value.offset + value.length;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 10) {
        const text = stringAt(cursor, cursor.enter(end), most);
        if (text !== undefined) found.push(text);
      } else if (tag === 42 && value.offset === offset) {
        const listed: Stretch[] = [];
        forEachField(cursor, cursor.enter(end), 1, inner => {
          listed.push({ offset: cursor.position, length: inner - cursor.position });
          return listed.length < MOST_VALUES;
        });
        open.push(...listed.reverse());
        break;
      } else cursor.skip(tag, end);
    }
  }
  return found;
}

function stringAt(cursor: Cursor, end: number, most: number): string | undefined {
  const length = end - cursor.position;
  const text =
    length <= most || most === LONGEST_TEXT ? textOf(cursor.bytes, cursor.position, Math.min(length, most)) : undefined;
  cursor.position = end;
  return text;
}

const WORDS = /"([^"]{1,4096})"|'([^']{1,4096})'|(\S{1,4096})/g;

/** What may be a path in an argument or a whole command line: `/app/a.js`, `--config=/app/a.json`, `-cp /a:/b`. */
function pathsOfCommand(command: string): string[] {
  const paths = [command];
  for (const match of command.matchAll(WORDS)) {
    const word = match[1] ?? match[2] ?? match[3] ?? '';
    const value = word.slice(word.indexOf('=') + 1);
    paths.push(word, value, ...(value.includes(':/') ? value.split(':', MOST_VALUES) : []));
    if (paths.length >= MOST_VALUES) break;
  }
  return paths.filter(path => /[\\/]/.test(path) && path.length <= LONGEST_PATH);
}
