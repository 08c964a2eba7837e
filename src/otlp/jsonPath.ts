import { textOf } from './text.ts';

/** Keys longer than this are cut in a path: they are in a message for people. */
const LONGEST_KEY = 64;

/**
 * The place of byte `position` in a JSON document that is well formed up to there, for example
 * `resourceSpans[0].scopeSpans[0].spans[3].name`; '' at the top. Found by reading from the beginning, so that the way in
 * which nothing is wrong does not have to keep a path.
 */
export function jsonPath(bytes: Uint8Array, position: number): string {
  // An open list is the number of the element, an open object the key of the member.
  const open: (number | string)[] = [];
  let atKey = false;
  for (let i = 0; i < position && i < bytes.length; i++) {
    switch (bytes[i]) {
      case 0x22: {
        const end = endOfString(bytes, i + 1);
        if (atKey) open[open.length - 1] = textOf(bytes, i + 1, Math.min(end - i - 1, LONGEST_KEY));
        atKey = false;
        i = end;
        break;
      }
      case 0x7b:
        open.push('');
        atKey = true;
        break;
      case 0x5b:
        open.push(0);
        atKey = false;
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        atKey = false;
        break;
      case 0x2c: {
        const last = open.at(-1);
        if (typeof last === 'number') open[open.length - 1] = last + 1;
        else {
          open[open.length - 1] = '';
          atKey = true;
        }
      }
    }
  }
  let path = '';
  for (const step of open) {
    if (typeof step === 'number') path += `[${step}]`;
    else if (step !== '') path += path === '' ? step : `.${step}`;
  }
  return path;
}

function endOfString(bytes: Uint8Array, from: number): number {
  let i = from;
  while (i < bytes.length && bytes[i] !== 0x22) i += bytes[i] === 0x5c ? 2 : 1;
  return Math.min(i, bytes.length);
}
