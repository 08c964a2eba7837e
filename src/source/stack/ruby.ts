import { filled, frame, position, type StackSection, section } from './frame.ts';
import { isForeignPath } from './own.ts';

/** `file:L:in 'Class#method'`, with a backtick before Ruby 3.4; `full_message` puts the message on the first line. */
export function parseRuby(lines: readonly string[]): StackSection[] {
  const sections = [section('', 'exception')];
  let indented = false;
  for (const line of lines) {
    const from = /^\s+from /.exec(line);
    const text = from ? line.slice(from[0].length) : line.trim();
    const at = Math.max(text.indexOf(":in '"), text.indexOf(':in `'));
    const colon = at > 0 ? text.lastIndexOf(':', at - 1) : -1;
    const number = colon > 0 ? position(text.slice(colon + 1, at)) : undefined;
    if (number === undefined) {
      const first = sections[0]!;
      if (first.title === '' && first.frames.length === 0) first.title = text;
      continue;
    }
    // After indented frames a line at the margin starts the next exception, which is the cause.
    if (!from && indented) sections.push(section('', 'cause'));
    indented = from !== null;
    const current = sections[sections.length - 1]!;
    const rest = text.slice(at + ":in '".length);
    const quote = rest.indexOf("'");
    const message = quote < 0 ? '' : rest.slice(quote + 1).replace(/^: /, '');
    if (message !== '' && current.title === '') current.title = message;
    const path = text.slice(0, colon);
    current.frames.push(frame(quote < 0 ? rest : rest.slice(0, quote), path, !isForeignPath(path), number));
  }
  return filled(sections);
}
