/** Copies a few bytes; false where all of them are zero. A loop, because `set` costs more than sixteen assignments. */
export function copyBytes(source: Uint8Array, from: number, target: Uint8Array, to: number, count: number): boolean {
  let any = 0;
  for (let i = 0; i < count; i++) {
    const byte = source[from + i]!;
    target[to + i] = byte;
    any |= byte;
  }
  return any !== 0;
}

/**
 * Copies an id that has the right length, and clears the place of one that has not; false where it has not, or is all
 * zero.
 */
export function copyId(
  source: Uint8Array,
  from: number,
  length: number,
  target: Uint8Array,
  to: number,
  size: number,
): boolean {
  if (length === size) return copyBytes(source, from, target, to, size);
  target.fill(0, to, to + size);
  return false;
}
