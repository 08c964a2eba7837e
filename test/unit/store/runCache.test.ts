import assert from 'node:assert/strict';
import { buildChunk } from '../../../src/store/chunk.ts';
import { RunCache } from '../../../src/store/runCache.ts';

const SIZE = 8;
const chunkOf = (rows: readonly number[]) =>
  buildChunk(rows, Buffer.concat(rows.map((row, i) => Buffer.alloc(SIZE, 16 * row + i))), SIZE);

describe('RunCache', () => {
  it('answers the records of each trace in their order, and unpacks a segment once', () => {
    const cache = new RunCache(SIZE);
    let loads = 0;
    const load = () => {
      loads++;
      return [chunkOf([1, 2, 1]), chunkOf([2])];
    };
    const bytes = (row: number) =>
      cache.recordsOf(7, row, load).map(piece => [...piece].filter((_, i) => i % SIZE === 0));
    assert.deepEqual(bytes(1), [[16, 18]]);
    assert.deepEqual(bytes(2), [[33], [32]]);
    assert.deepEqual(bytes(3), []);
    assert.equal(loads, 1);
    cache.drop(7);
    bytes(1);
    assert.equal(loads, 2);
  });

  it('keeps the last few segments', () => {
    const cache = new RunCache(SIZE);
    const loads: number[] = [];
    const look = (segment: number) =>
      cache.recordsOf(segment, 1, () => {
        loads.push(segment);
        return [chunkOf([1])];
      });
    for (const segment of [1, 2, 3, 4, 5, 6, 7, 8, 1, 9, 1, 2]) look(segment);
    assert.deepEqual(loads, [1, 2, 3, 4, 5, 6, 7, 8, 9, 2]);
  });

  it('keeps one that is large, but nothing beside it', () => {
    const cache = new RunCache(SIZE);
    const large = chunkOf(Array.from({ length: 2_200_000 }, () => 1));
    let loads = 0;
    const look = (segment: number, chunk: Uint8Array) =>
      cache.recordsOf(segment, 1, () => {
        loads++;
        return [chunk];
      });
    look(1, chunkOf([1]));
    look(2, large);
    look(2, large);
    assert.equal(loads, 2);
    look(1, chunkOf([1]));
    assert.equal(loads, 3);
  });
});
