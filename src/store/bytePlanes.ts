const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** A copy of little-endian bytes, whose length is a multiple of four, as numbers. */
export function wordsOf(bytes: Uint8Array): Uint32Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  if (!LITTLE_ENDIAN) Buffer.from(copy.buffer).swap32();
  return new Uint32Array(copy.buffer);
}

/** The little-endian bytes of numbers; takes the array over. */
export function bytesOfWords(words: Uint32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (!LITTLE_ENDIAN) Buffer.from(words.buffer).swap32();
  return new Uint8Array(words.buffer);
}

/**
 * Columns as planes of bytes: the highest byte of every value of every column, then the next lower ones. What is mostly
 * zero then stands together, and what looks like noise comes last.
 */
export function toPlanes(columns: readonly Uint32Array[]): Uint8Array<ArrayBuffer> {
  const planes = new Uint8Array(4 * columns.reduce((sum, column) => sum + column.length, 0));
  let at = 0;
  for (let shift = 24; shift >= 0; shift -= 8) {
    for (const column of columns) {
      for (let i = 0; i < column.length; i++) planes[at++] = column[i]! >>> shift;
    }
  }
  return planes;
}

/** The columns of {@link toPlanes}, which have these lengths. */
export function fromPlanes(planes: Uint8Array, lengths: readonly number[]): Uint32Array[] {
  const columns = lengths.map(length => new Uint32Array(length));
  let at = 0;
  for (let shift = 24; shift >= 0; shift -= 8) {
    for (const column of columns) {
      for (let i = 0; i < column.length; i++) column[i] = column[i]! | (planes[at++]! << shift);
    }
  }
  return columns;
}
