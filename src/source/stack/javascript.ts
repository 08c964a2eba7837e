import { filled, frame, type StackFrame, type StackSection, section, splitPosition } from './frame.ts';
import { isForeignPath } from './own.ts';

/**
 * V8: `at [async ][new ]fn [as alias] (location:L:C)` or `at location:L:C`, as in `Error.stack` and, with its indented
 * `[cause]:`, as `util.inspect` prints it.
 */
export function parseV8(lines: readonly string[]): StackSection[] {
  const sections = [section('', 'exception')];
  for (const line of lines) {
    const current = sections[sections.length - 1]!;
    let text = line.trim();
    if (text.startsWith('at ')) {
      // `util.inspect` opens the error's own properties on the last frame's line.
      if (text.endsWith(' {')) text = text.slice(0, -2);
      const call = v8Frame(text.slice(3));
      if (call) current.frames.push(call);
    } else if (text.startsWith('[cause]: ')) {
      sections.push(section(text.slice('[cause]: '.length), 'cause'));
    } else if (text.startsWith('... ')) {
      const elided = /^\.\.\. (\d{1,6}) lines? matching/.exec(text);
      if (elided) current.elided += Number(elided[1]);
    } else if (current.title === '' && current.frames.length === 0) {
      current.title = text;
    }
  }
  return filled(sections);
}

function v8Frame(call: string): StackFrame | undefined {
  const open = call.endsWith(')') ? openingOf(call) : -1;
  const name = open > 0 ? call.slice(0, open).trim() : '';
  const location = open >= 0 ? call.slice(open + 1, -1) : call;
  const place = splitPosition(outerOfEval(open >= 0 ? location : withoutAsync(location)));
  if (!place) {
    // `(<anonymous>)` and `(native)` are calls into the engine; `(index 0)` and other words are no calls at all.
    return open > 0 && (location === '<anonymous>' || location === 'native') ? frame(name, '', false) : undefined;
  }
  return frame(withoutAsync(name), place.path, ownScript(place.path), place.line, place.column);
}

function withoutAsync(text: string): string {
  return text.startsWith('async ') ? text.slice('async '.length) : text;
}

/** Where the parenthesis opens that the last character closes: paths hold parentheses too, as `(rsc)` or pnpm's peers. */
function openingOf(text: string): number {
  let depth = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    if (text[i] === ')') depth++;
    else if (text[i] === '(' && --depth === 0) return i;
  }
  return -1;
}

/** Of `eval at f (file:1:2), <anonymous>:1:1`, nested or not, the file that holds the outermost eval. */
function outerOfEval(location: string): string {
  if (!location.startsWith('eval at ')) return location;
  return /\(([^()]{1,1000}:\d{1,9}:\d{1,9})\)/.exec(location)?.[1] ?? location;
}

function ownScript(path: string): boolean | undefined {
  if (isForeignPath(path)) return false;
  return path.startsWith('http:') || path.startsWith('https:') ? undefined : true;
}

/** Firefox and Safari: `fn@url:L:C`, `async*fn@url:L:C`, `@url:L:C`, `url line 25 > eval:2:3`. */
export function parseGecko(lines: readonly string[]): StackSection[] {
  const only = section('', 'exception');
  for (const line of lines) {
    const text = line.trim();
    const at = text.indexOf('@');
    const place = at >= 0 && !text.startsWith('at ') ? geckoPlace(text.slice(at + 1)) : undefined;
    if (place) {
      const name = text.slice(0, at);
      const plain = name.startsWith('async*') ? name.slice('async*'.length) : name;
      only.frames.push(frame(plain, place.path, ownScript(place.path), place.line, place.column));
    } else if (at >= 0 && text.endsWith('@[native code]')) {
      only.frames.push(frame(text.slice(0, at), '', false));
    } else if (only.title === '' && only.frames.length === 0) {
      only.title = text;
    }
  }
  return filled([only]);
}

function geckoPlace(location: string): { path: string; line: number; column?: number } | undefined {
  const evaluated = /^([^>]{1,1500}) line (\d{1,9}) > /.exec(location);
  if (evaluated) return splitPosition(`${evaluated[1]}:${evaluated[2]}`);
  const place = splitPosition(location);
  // A mail address in a message is not a place.
  return place && (place.path.includes('/') || place.path.includes('\\')) ? place : undefined;
}
