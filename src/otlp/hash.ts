/**
 * A 64-bit hash of `length` bytes from `offset`, to tell spans that were sent again from spans that changed. Fast and not
 * cryptographic: whoever wants two spans to collide can make them.
 *
 * Two 32-bit lanes, each mixed as MurmurHash3 mixes its one, with different seeds and multipliers, crossed at the end.
 */
export function hashBytes(body: Uint8Array, offset: number, length: number): bigint {
  let a = 0x9e3779b9 ^ length;
  let b = 0x85ebca6b ^ length;
  const whole = offset + (length & ~3);
  let i = offset;
  for (; i < whole; i += 4) {
    const word = body[i]! | (body[i + 1]! << 8) | (body[i + 2]! << 16) | (body[i + 3]! << 24);
    a = mix(a, word, 0xcc9e2d51, 0x1b873593);
    b = mix(b, word, 0x239b961b, 0xab0e9789);
  }
  let rest = 0;
  for (let shift = 0; i < offset + length; i++, shift += 8) rest |= body[i]! << shift;
  a = finish(mix(a, rest, 0xcc9e2d51, 0x1b873593) ^ b);
  b = finish(mix(b, rest, 0x239b961b, 0xab0e9789) + a);
  return (BigInt(a >>> 0) << 32n) | BigInt(b >>> 0);
}

function mix(lane: number, word: number, first: number, second: number): number {
  let k = Math.imul(word, first);
  k = Math.imul((k << 15) | (k >>> 17), second);
  const mixed = lane ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0x561ccd1b) | 0;
}

function finish(lane: number): number {
  let h = lane;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
