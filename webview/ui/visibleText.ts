/**
 * Characters that are not seen but act: C0 and C1 controls (tab and line feed are left alone), zero-width marks, bidi
 * marks, overrides and isolates, line and paragraph separators, and the byte order mark. They can make text look like other text.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const HIDDEN_RUNS = new RegExp(`(${HIDDEN.source})`);

/** A piece of text to draw: as it is, or a mark that stands for a hidden character. */
export interface TextPiece {
  text: string;
  hidden: boolean;
}

const C0 =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US';
const C0_NAMES = C0.split(' ');

/** How a hidden character is written: by its short name where it has one, else by its code point. */
export function markOf(character: string): string {
  const code = character.charCodeAt(0);
  const name = code === 0x7f ? 'DEL' : C0_NAMES[code];
  if (name !== undefined) return name;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Cuts text into what can be drawn as it is and what has to be drawn as a mark. */
export function textPieces(sent: string): TextPiece[] {
  // The line ends of one system are no reason to mark every line.
  const text = sent.replaceAll('\r\n', '\n');
  if (!HIDDEN.test(text)) return [{ text, hidden: false }];
  return text
    .split(HIDDEN_RUNS)
    .map((piece, i) => (i % 2 === 1 ? { text: markOf(piece), hidden: true } : { text: piece, hidden: false }))
    .filter(piece => piece.text !== '');
}

/** The same for places that only take plain text, such as tooltips; line breaks become marks, and it is cut at `max`. */
export function visibleString(text: string, max: number): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  const line = /[\t\n]/.test(cut) ? cut.replace(/\n/g, '↵').replace(/\t/g, ' ') : cut;
  if (!HIDDEN.test(line)) return line;
  return textPieces(line)
    .map(piece => (piece.hidden ? `[${piece.text}]` : piece.text))
    .join('');
}
