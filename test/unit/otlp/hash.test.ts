import assert from 'node:assert/strict';
import { hashBytes } from '../../../src/otlp/hash.ts';

describe('the hash of bytes', () => {
  it('is of the bytes alone, wherever they lie', () => {
    const bytes = Buffer.from('the same bytes, at another place');
    const moved = Buffer.concat([Buffer.from('xyz'), bytes, Buffer.from('!')]);
    assert.equal(hashBytes(moved, 3, bytes.length), hashBytes(bytes, 0, bytes.length));
  });

  it('stays the same from version to version, because it is stored', () => {
    assert.deepEqual(
      ['', 'a', 'abcd', 'abcdefghi'].map(text => hashBytes(Buffer.from(text), 0, text.length).toString(16)),
      ['adfb696422a2d923', 'faa212e5c58666e4', 'b212a029c77f36e2', '83416925a64e0594'],
    );
  });

  it('tells apart every change of one bit, every length, and every run of zeros', () => {
    const seen = new Set<bigint>();
    const bytes = Buffer.from('0123456789abcdefghijklmnopqrstuvwxyz0');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      seen.add(hashBytes(bytes, 0, bytes.length));
      bytes[bit >> 3]! ^= 1 << (bit & 7);
    }
    for (let length = 0; length <= bytes.length; length++) seen.add(hashBytes(bytes, 0, length));
    for (let length = 1; length <= 100; length++) seen.add(hashBytes(Buffer.alloc(length), 0, length));
    assert.equal(seen.size, bytes.length * 8 + bytes.length + 1 + 100);
  });

  it('does not collide on many small numbers, in either half', () => {
    const count = 100_000;
    const halves = [new Set<number>(), new Set<number>()] as const;
    const bytes = Buffer.alloc(16);
    for (let i = 0; i < count; i++) {
      bytes.writeUInt32LE(i, 8);
      const hash = hashBytes(bytes, 0, 16);
      halves[0].add(Number(hash >> 32n));
      halves[1].add(Number(hash & 0xffffffffn));
    }
    // Of 100,000 random 32-bit numbers about one pair is the same.
    for (const half of halves) assert.ok(half.size > count - 10, `${count - half.size} collisions`);
  });
});
