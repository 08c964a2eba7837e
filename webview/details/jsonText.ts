import { displayValue, type ViewValue } from '../../src/model/viewValue.ts';

/** JSON text in JSON text in JSON text: more than that nobody writes. */
const MOST_WRAPPINGS = 3;

/**
 * What a value says once the JSON that it was put in is taken off: programs that write every value as JSON text send a
 * name as `"name"` and an object as text of text. `undefined` where it is not JSON, is cut, or where reading it would
 * change it: numbers that a double does not hold.
 */
export function decoded(value: ViewValue): unknown {
  let text = displayValue(value);
  for (let wrapping = 0; wrapping < MOST_WRAPPINGS; wrapping++) {
    const inner = parsed(text);
    if (typeof inner !== 'string') return inner ?? (wrapping > 0 ? text : undefined);
    text = inner;
  }
  return text;
}

/** JSON as people read it, two spaces a level; `undefined` for what cannot be written. */
export function laidOut(json: unknown): string | undefined {
  try {
    return JSON.stringify(json, undefined, 2);
  } catch {
    // Nested deeper than the stack is.
    return undefined;
  }
}

function parsed(text: string): unknown {
  if (!/^\s*["[{]/.test(text)) return undefined;
  // Digits within strings are text and stay as they are.
  if (/\d{16}/.test(text) && /\d{16}/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ''))) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
