import { filled, frame, position, type StackFrame, type StackSection, section } from './frame.ts';
import { isForeignPath } from './own.ts';

const FOREIGN = ['System.', 'Microsoft.', 'OpenTelemetry.', 'Interop.'];

/**
 * `   at Namespace.Class.Method(args) in path:line L`. The words `at`, `in` and `line` are translated by the runtime, so
 * only the shape is looked at. Inner exceptions are announced by ` ---> ` and printed before the outer one's frames.
 */
export function parseDotnet(lines: readonly string[]): StackSection[] {
  const sections = [section('', 'exception')];
  const open = [0];
  for (const line of lines) {
    const current = sections[open[open.length - 1]!]!;
    const call = /^\s+\S{1,4} (\S.*)$/.exec(line);
    const made = call ? dotnetFrame(call[1]!) : undefined;
    if (made) {
      current.frames.push(made);
    } else if (/^\s+--- /.test(line) && open.length > 1) {
      // Indented: the end of an inner exception. At the margin it is the seam of an awaited call, which is no end.
      open.pop();
    } else if (line.includes('---> ') && (/^\s*---> /.test(line) || current.frames.length === 0)) {
      const [before, ...titles] = line.split('---> ').map(part => part.trim());
      if (current.title === '' && before) current.title = before;
      for (const title of titles) {
        // An AggregateException lists its members again below its own frames.
        sections.push(section(title, title.startsWith('(') ? 'suppressed' : 'cause'));
        open.push(sections.length - 1);
      }
    } else if (current.title === '' && current.frames.length === 0) {
      current.title = line.trim();
    }
  }
  return filled(sections);
}

function dotnetFrame(text: string): StackFrame | undefined {
  const open = text.indexOf('(');
  const close = text.indexOf(')', open);
  if (open <= 0 || close < 0 || text[open - 1] === ' ') return undefined;
  const symbol = text.slice(0, open);
  if (/\s/.test(symbol.replaceAll(', ', ','))) return undefined;
  const foreign = FOREIGN.some(prefix => symbol.startsWith(prefix));
  const name = sourceName(symbol);
  const rest = text.slice(close + 1);
  if (rest.trim() === '') return /[.:]\d{1,9}$/.test(text) ? undefined : frame(name, '', foreign ? false : undefined);
  const place = /^ \S{1,12} (\S.*):\S{1,12} (\d{1,9})$/.exec(rest);
  if (!place) return undefined;
  return frame(name, place[1]!, !foreign && !isForeignPath(place[1]!), position(place[2]));
}

/** `Shop.Api.<>c__DisplayClass2_0.<<Map>b__0>d.MoveNext` is `Shop.Api.Map`; `<PayAsync>d__3.MoveNext` is `PayAsync`. */
function sourceName(symbol: string): string {
  const angle = symbol.indexOf('.<');
  if (angle < 0) return symbol;
  const written = /<([A-Za-z_]\w{0,200})\$?>(?:g__([A-Za-z_]\w{0,200}))?/.exec(symbol.slice(angle));
  return written ? `${symbol.slice(0, angle)}.${written[2] ?? written[1]}` : symbol;
}
