/** What was read last, as a Buffer: a search reads many texts out of one content. */
let last: { bytes: Uint8Array; buffer: Buffer } | undefined;

function bufferOf(bytes: Uint8Array): Buffer {
  if (last?.bytes !== bytes) last = { bytes, buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) };
  return last.buffer;
}

/** Lower-case hexadecimal digits of the bytes from `start` to `end`. */
export function hexAt(bytes: Uint8Array, start: number, end: number): string {
  return bufferOf(bytes).toString('hex', start, end);
}

/** The UTF-8 text there; bytes that are not UTF-8 become U+FFFD. */
export function textAt(bytes: Uint8Array, start: number, end: number): string {
  return start === end ? '' : bufferOf(bytes).toString('utf8', start, end);
}
