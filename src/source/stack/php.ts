import { filled, frame, position, type StackSection, section, splitPosition } from './frame.ts';
import { isForeignPath } from './own.ts';

const LEAD = /^(?:PHP Fatal error: {1,4}Uncaught |Next )/;
const CALL = /^#\d{1,6} (.*)\((\d{1,9})\): (.*)$/;

interface Place {
  path: string;
  line: number | undefined;
}

/**
 * PHP's own shape: a header `Class: message in file:L`, then `#0 file(L): fn()`. A numbered line names the function that
 * was called there, so each place belongs to the function of the next line, and the place of the throw is the header's.
 * Previous exceptions are printed first. (The Java-like shape of OpenTelemetry for PHP is read by the Java parser.)
 */
export function parsePhp(lines: readonly string[]): StackSection[] {
  const printed: StackSection[] = [];
  let pending: Place | undefined;
  for (const line of lines) {
    const text = line.trim();
    const current = printed[printed.length - 1];
    const header = text.startsWith('#') ? undefined : headerOf(text);
    if (header) {
      if (pending && current) push(current, '{main}', pending);
      printed.push(section(header.title, 'exception'));
      pending = header;
      continue;
    }
    if (!current || !text.startsWith('#')) continue;
    const call = CALL.exec(text);
    const name = call ? call[3]! : text.slice(text.indexOf(' ') + 1).replace(/^\[internal function\]: /, '');
    if (pending) push(current, withoutArguments(name), pending);
    pending = call ? { path: call[1]!, line: position(call[2]) } : undefined;
  }
  const last = printed[printed.length - 1];
  if (pending && last) push(last, '', pending);
  printed.reverse();
  return filled(printed.map((one, index) => (index === 0 ? one : { ...one, relation: 'cause' })));
}

/** `Class: message in file:L`; the message may say " in " and the path may have colons, so it is read from its end. */
function headerOf(text: string): (Place & { title: string }) | undefined {
  const at = text.lastIndexOf(' in ');
  const place = at > 0 ? splitPosition(text.slice(at + ' in '.length)) : undefined;
  if (!place || place.column !== undefined) return undefined;
  return { title: text.slice(0, at).replace(LEAD, ''), path: place.path, line: place.line };
}

function push(to: StackSection, name: string, place: Place): void {
  to.frames.push(frame(name, place.path, !isForeignPath(place.path), place.line));
}

function withoutArguments(name: string): string {
  const open = name.indexOf('(');
  return open > 0 ? name.slice(0, open) : name;
}
