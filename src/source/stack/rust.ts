import { filled, frame, position, type StackSection, section, splitPosition } from './frame.ts';
import { isForeignPath } from './own.ts';

const HEADER = /^thread '[^']{0,200}'(?: \(\d{1,19}\))? panicked at (.*?):?$/;
const SYMBOL = /^\s*\d{1,6}: (?:0x[0-9a-f]{1,16} - )?(\S.*)$/;
const STANDARD = ['std::', 'core::', 'alloc::', '__rustc::', 'rust_begin_unwind', '<core::', '<alloc::', '<std::'];

/** A panic's header with its place, then pairs `N: symbol` and `at file:L:C`; the pairs alone for a captured backtrace. */
export function parseRust(lines: readonly string[]): StackSection[] {
  const only = section('', 'exception');
  let name = '';
  let titleNext = false;
  for (const line of lines) {
    const header = HEADER.exec(line);
    if (header) {
      const place = splitPosition(header[1]!);
      if (place) only.frames.push(frame('', place.path, !isForeignPath(place.path), place.line, place.column));
      titleNext = true;
      continue;
    }
    const symbol = SYMBOL.exec(line);
    const text = line.trim();
    if (symbol) {
      name = symbol[1]!;
    } else if (text.startsWith('at ') && name !== '') {
      const place = splitPosition(text.slice(3));
      const own = place && !isForeignPath(place.path) && !STANDARD.some(prefix => name.startsWith(prefix));
      if (place) only.frames.push(frame(name, place.path, own, position(String(place.line)), place.column));
      name = '';
    } else if (titleNext || (only.title === '' && only.frames.length === 0)) {
      if (!text.startsWith('stack backtrace')) only.title = text;
      titleNext = false;
    }
  }
  return filled([only]);
}
