import type { SpanHead } from '../model/spanHead.ts';
import { CategoryClues } from './category.ts';
import { Cursor } from './cursor.ts';
import { decodeId, parentOf } from './decodeParts.ts';
import { decodeText } from './decodeValue.ts';

/** Keys that may say what a span is begin with one of these letters; all others are not looked at. */
const FIRST_LETTERS = new Set([...'acdfghlmortu'].map(letter => letter.charCodeAt(0)));
const LONGEST_KEY = 64;
const LONGEST_VALUE = 64;

/**
 * The head of a span, from the payload of its Span message; `service` is that of its resource. Attributes are read as
 * far as their keys. Throws `MalformedError`.
 */
export function scanSpanHead(body: Uint8Array, offset: number, length: number, service: string): SpanHead {
  const cursor = new Cursor(body, offset);
  const end = offset + length;
  const clues = new CategoryClues();
  const head: SpanHead = {
    spanId: '',
    parentSpanId: '',
    name: '',
    service,
    kind: 0,
    category: 'internal',
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    error: false,
    hasCode: false,
    hasException: false,
    hasEvents: false,
    hasLinks: false,
  };
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    switch (tag) {
      case 18:
        head.spanId = decodeId(cursor, end);
        break;
      case 34:
        head.parentSpanId = parentOf(decodeId(cursor, end));
        break;
      case 42:
        head.name = decodeText(cursor, end);
        break;
      case 48:
        head.kind = cursor.int32(end);
        break;
      case 57:
        head.startTimeUnixNano = cursor.fixed64(end);
        break;
      case 65:
        head.endTimeUnixNano = cursor.fixed64(end);
        break;
      case 74:
        if (scanAttribute(cursor, cursor.enter(end), clues)) head.hasCode = true;
        break;
      case 90:
        head.hasEvents = true;
        if (isException(cursor, cursor.enter(end))) head.hasException = true;
        break;
      case 106:
        head.hasLinks = true;
        cursor.skip(tag, end);
        break;
      case 122:
        head.error = isError(cursor, cursor.enter(end), head.error);
        break;
      default:
        cursor.skip(tag, end);
    }
  }
  head.category = clues.category(head.kind);
  return head;
}

/** Hands an attribute to the clues; whether its key begins with `code.`. */
function scanAttribute(cursor: Cursor, end: number, clues: CategoryClues): boolean {
  let key = '';
  let valueStart = end;
  let valueEnd = end;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) {
      const keyEnd = cursor.enter(end);
      const at = cursor.position;
      // Keys are mostly ASCII; one that is not matches nothing either way.
      key = FIRST_LETTERS.has(cursor.bytes[at]!) ? asciiOf(cursor.bytes, at, Math.min(keyEnd, at + LONGEST_KEY)) : '';
      cursor.position = keyEnd;
    } else if (tag === 18) {
      valueEnd = cursor.enter(end);
      valueStart = cursor.position;
      cursor.position = valueEnd;
    } else cursor.skip(tag, end);
  }
  clues.see(key);
  if (clues.isTelling(key)) {
    cursor.position = valueStart;
    clues.tell(key, shortString(cursor, valueEnd));
    cursor.position = end;
  }
  return key.length > 5 && key.startsWith('code.');
}

/** The string of an AnyValue; '' where it has none, or one that is too long to be a name. */
function shortString(cursor: Cursor, end: number): string {
  let text = '';
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 10) {
      const textEnd = cursor.enter(end);
      if (textEnd - cursor.position <= LONGEST_VALUE) text = asciiOf(cursor.bytes, cursor.position, textEnd);
      cursor.position = textEnd;
    } else cursor.skip(tag, end);
  }
  return text;
}

function asciiOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

function isException(cursor: Cursor, end: number): boolean {
  let exception = false;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 18) exception = decodeText(cursor, end) === 'exception';
    else cursor.skip(tag, end);
  }
  return exception;
}

function isError(cursor: Cursor, end: number, before: boolean): boolean {
  let error = before;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag === 24) error = cursor.int32(end) === 2;
    else cursor.skip(tag, end);
  }
  return error;
}
