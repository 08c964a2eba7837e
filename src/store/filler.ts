/** Tag of the field 2047, of bytes: no message of OTLP has it, and it is the last whose tag fits in two bytes. */
const LONG_TAG = [0xfa, 0x7f];
/** The field 14, a varint of zero: unknown to all messages but Span, which then says that no link was dropped. */
const SHORT = [0x70, 0x00];

/**
 * How a message of `length` bytes begins that holds nothing; zeros follow. One byte cannot be a message; it is zeroed.
 */
export function fillerHead(length: number): number[] {
  if (length < 2) return [];
  if (length === 2) return SHORT;
  // Where one more byte of length would need yet another to say so, the number is written longer than it had to be.
  let bytes = 1;
  while (length - 2 - bytes >= 128 ** bytes) bytes++;
  const head = [...LONG_TAG];
  let rest = length - 2 - bytes;
  for (let i = 1; i < bytes; i++, rest = Math.floor(rest / 128)) head.push((rest % 128) | 0x80);
  head.push(rest);
  return head;
}

/** Overwrites a message, so that a valid one of the same length is left, without anything in it. */
export function fill(content: Uint8Array, start: number, end: number): void {
  const head = fillerHead(end - start);
  content.set(head, start);
  content.fill(0, start + head.length, end);
}

/** Whether it has been overwritten so. */
export function isFilled(content: Uint8Array, start: number, end: number): boolean {
  const head = fillerHead(end - start);
  for (let i = 0; i < head.length; i++) if (content[start + i] !== head[i]) return false;
  for (let at = start + head.length; at < end; at++) if (content[at] !== 0) return false;
  return true;
}
