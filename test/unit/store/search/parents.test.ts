import assert from 'node:assert/strict';
import { SPAN_ENTRY } from '../../../../src/store/entries.ts';
import { belowOf, parentsOf } from '../../../../src/store/search/parents.ts';

/** Records of spans with these ids and parents. */
function records(...spans: (readonly [id: bigint, parent: bigint])[]): Uint8Array {
  const bytes = Buffer.alloc(SPAN_ENTRY * spans.length);
  for (const [i, [id, parent]] of spans.entries()) {
    bytes.writeBigUInt64LE(id, SPAN_ENTRY * i);
    bytes.writeBigUInt64LE(parent, SPAN_ENTRY * i + 8);
  }
  return bytes;
}

describe('Parents by the records of the index', () => {
  // Alike as far as a number has digits.
  const [a, alike] = [0x1234_5678_9abc_def0n, 0xff34_5678_9abc_def0n];

  it('are found in any order, in any of the runs; some are not there', () => {
    const runs = [records([2n, 1n], [a, alike]), records([1n, 0n], [alike, a], [5n, 77n])];
    assert.deepEqual([...parentsOf(runs, 5)], [2, 3, -1, 1, -1]);
  });

  it('are found among many too', () => {
    const many = Array.from({ length: 1000 }, (_, i) => [BigInt(i + 1), BigInt(i)] as const);
    const parents = parentsOf([records(...many), records([a, alike], [alike, 500n])], 1002);
    assert.deepEqual([...parents], [-1, ...Array.from({ length: 999 }, (_, i) => i), 1001, 499]);
  });
});

describe('What is below a marked span', () => {
  for (const [name, parents, marks, expected] of [
    ['nothing where none is marked', [-1, 0, 1], [0, 0, 0], [0, 0, 0]],
    ['children and theirs', [-1, 0, 1, 0], [1, 0, 0, 0], [0, 1, 1, 1]],
    ['not what is beside or above', [-1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
    ['below one of several, also where the children come first', [1, 2, -1, -1], [0, 0, 1, 1], [1, 1, 0, 0]],
    ['all of a circle and below it', [2, 0, 1, 0], [0, 1, 0, 0], [1, 1, 1, 1]],
    ['nothing of a circle that only leads to a marked one', [1, 0, 0, -1], [0, 0, 1, 1], [0, 0, 0, 0]],
    ['its own child', [0], [1], [1]],
    ['its own child, unmarked', [0], [0], [0]],
  ] as const) {
    it(name, () => {
      assert.deepEqual([...belowOf(Uint8Array.from(marks), Int32Array.from(parents))], expected);
    });
  }

  it('is found quickly in a chain of 200,000', function () {
    this.timeout(2_000);
    const parents = Int32Array.from({ length: 200_000 }, (_, i) => (i === 199_999 ? -1 : i + 1));
    const marks = new Uint8Array(200_000);
    marks[199_999] = 1;
    assert.equal(
      belowOf(marks, parents).reduce((sum, mark) => sum + mark, 0),
      199_999,
    );
  });
});
