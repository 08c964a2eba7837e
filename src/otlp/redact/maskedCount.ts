import { Cursor } from '../cursor.ts';
import { WireType } from '../field.ts';
import { Sink } from '../sink.ts';

/**
 * How many values of a message were masked is kept in the message itself, under a number that OTLP does not use: beside
 * the one of unknown JSON keys. Only the last field of a message counts, and only in this form; what a sender put under
 * the same number is the sender's, is kept and is shown like every unknown field.
 */
export const MASKED_FIELD = 18998;
/** Its tag. */
export const MASKED_TAG = ((MASKED_FIELD << 3) | WireType.length) >>> 0;
/** What the field begins with; the count follows as a varint. */
export const MARK = 'spanside';

const MARK_BYTES = Buffer.from(MARK, 'latin1');
/** Messages that say how many of their values were masked. */
export const COUNTED: ReadonlySet<string> = new Set([
  'Span',
  'LogRecord',
  'Metric',
  'Resource',
  'InstrumentationScope',
]);

/** The field with its tag. */
export function maskedCountField(count: number): Uint8Array<ArrayBuffer> {
  const sink = new Sink(32);
  sink.uint32(MASKED_TAG);
  const start = sink.open();
  sink.raw(MARK_BYTES);
  sink.uint32(count);
  sink.close(start);
  return sink.finish();
}

/**
 * The count, from the value of a field under {@link MASKED_TAG} that ends at `valueEnd`, where that is also the end of
 * its message; `undefined` where the field is not ours.
 */
export function readMaskedCount(
  bytes: Uint8Array,
  start: number,
  valueEnd: number,
  messageEnd: number,
): number | undefined {
  if (valueEnd !== messageEnd || valueEnd - start <= MARK.length || valueEnd - start > MARK.length + 5)
    return undefined;
  for (let i = 0; i < MARK.length; i++) if (bytes[start + i] !== MARK_BYTES[i]) return undefined;
  const last = bytes[valueEnd - 1]!;
  if (last > 0x7f) return undefined;
  const cursor = new Cursor(bytes, start + MARK.length);
  const count = cursor.number(valueEnd);
  return cursor.position === valueEnd ? count : undefined;
}

/** Reads the value of a field under {@link MASKED_TAG}: the count where it is ours, else 0. */
export function decodeMaskedCount(cursor: Cursor, end: number): number {
  const valueEnd = cursor.enter(end);
  const count = readMaskedCount(cursor.bytes, cursor.position, valueEnd, end) ?? 0;
  cursor.position = valueEnd;
  return count;
}
