import type { Random } from './random.ts';

/** Numbers at which readers tend to break: borders of varints, lengths and signs. */
const EDGES = [0x00, 0x01, 0x0a, 0x12, 0x7f, 0x80, 0xff];

/** The input with a few places changed, cut out, doubled, moved, or taken from another one. */
export function mutateBytes(
  input: Uint8Array,
  random: Random,
  other: Uint8Array,
  words: readonly Uint8Array[] = [],
): Uint8Array {
  let bytes = Buffer.from(input);
  for (let i = random.below(4); i >= 0; i--) {
    const at = random.below(bytes.length + 1);
    const length = Math.min(1 + random.length(64), bytes.length - at);
    const before = bytes.subarray(0, at);
    const after = bytes.subarray(at + length);
    switch (random.below(9)) {
      case 0:
        if (at < bytes.length) bytes[at] = random.below(256);
        break;
      case 1:
        if (at < bytes.length) bytes[at]! ^= 1 << random.below(8);
        break;
      case 2:
        bytes = Buffer.concat([before, after]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      case 4:
        bytes.fill(random.pick(EDGES), at, at + length);
        break;
      case 5:
        if (random.once(6)) bytes = Buffer.from(before);
        break;
      case 6: {
        const from = random.below(other.length + 1);
        const piece = other.subarray(from, from + 1 + random.length(400));
        bytes = Buffer.concat([before, piece, random.once(2) ? after : bytes.subarray(at)]);
        break;
      }
      case 7:
        if (words.length > 0) bytes = Buffer.concat([before, random.pick(words), bytes.subarray(at)]);
        break;
      case 8: {
        const to = random.below(after.length + 1);
        bytes = Buffer.concat([before, after.subarray(0, to), bytes.subarray(at, at + length), after.subarray(to)]);
      }
    }
  }
  return bytes;
}

/** The input with one stretch repeated until it is about `size` bytes long: what takes too long shows there. */
export function inflate(input: Uint8Array, random: Random, size: number): Uint8Array {
  const at = random.below(input.length + 1);
  const piece = input.subarray(at, at + 1 + random.length(80));
  if (piece.length === 0) return input;
  const times = Math.max(1, Math.floor((size - input.length) / piece.length));
  const middle = Buffer.alloc(times * piece.length, piece);
  return Buffer.concat([input.subarray(0, at), middle, input.subarray(at)]);
}
