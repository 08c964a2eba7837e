/** The UTF-8 text of `length` bytes from `offset`; bytes that are not UTF-8 become U+FFFD, a byte order mark stays. */
export function textOf(bytes: Uint8Array, offset: number, length: number): string {
  if (length === 0) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString('utf8');
}
