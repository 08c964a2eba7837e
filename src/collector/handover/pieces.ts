import { Cursor } from '../../otlp/cursor.ts';
import type { Stretch } from '../../otlp/splice.ts';

/** One ResourceSpans, ResourceLogs or ResourceMetrics of a request. */
export interface Piece {
  /** With its tag and length before it. */
  whole: Stretch;
  /** Its message. */
  message: Stretch;
  /** Its Resource message, the last where there are several; `undefined` where there is none. */
  resource: Stretch | undefined;
}

export interface Pieces {
  resources: Piece[];
  /** What else a request holds, which we do not know. */
  others: Stretch[];
}

/** Takes an export request apart by its resources; every byte of it is in exactly one piece. @throws {MalformedError} */
export function piecesOf(body: Uint8Array): Pieces {
  const pieces: Pieces = { resources: [], others: [] };
  const cursor = new Cursor(body);
  const end = body.length;
  while (cursor.position < end) {
    const start = cursor.position;
    const tag = cursor.tag(end);
    if (tag !== 10) {
      cursor.skip(tag, end);
      const last = pieces.others.at(-1);
      // Fields side by side are one stretch: of empty ones a body may hold millions.
      if (last && last.offset + last.length === start) last.length = cursor.position - last.offset;
      else pieces.others.push({ offset: start, length: cursor.position - start });
      continue;
    }
    const messageEnd = cursor.enter(end);
    const message = { offset: cursor.position, length: messageEnd - cursor.position };
    pieces.resources.push({
      whole: { offset: start, length: messageEnd - start },
      message,
      resource: resourceIn(cursor, messageEnd),
    });
    cursor.position = messageEnd;
  }
  return pieces;
}

function resourceIn(cursor: Cursor, end: number): Stretch | undefined {
  let found: Stretch | undefined;
  while (cursor.position < end) {
    const tag = cursor.tag(end);
    if (tag !== 10) {
      cursor.skip(tag, end);
      continue;
    }
    const inner = cursor.enter(end);
    found = { offset: cursor.position, length: inner - cursor.position };
    cursor.position = inner;
  }
  return found;
}

/** The stretches of a body, one behind the other. */
export function joined(body: Uint8Array, stretches: readonly Stretch[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(stretches.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { offset, length } of stretches) {
    result.set(body.subarray(offset, offset + length), at);
    at += length;
  }
  return result;
}
