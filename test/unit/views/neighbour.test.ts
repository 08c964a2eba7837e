import assert from 'node:assert/strict';
import type { TraceId } from '../../../src/model/ids.ts';
import { neighbourOf } from '../../../src/views/traces/neighbour.ts';
import { moreNode, traceNode } from '../../../src/views/traces/nodes.ts';
import { summary } from './builders.ts';

const id = (letter: string) => letter.repeat(32) as TraceId;

describe('the row beside deleted ones', () => {
  const rows = [...'abcd'].map(letter => traceNode(summary({ traceId: id(letter) })));
  const cases: [string, string | undefined][] = [
    ['a', 'b'],
    ['b', 'c'],
    ['d', 'c'],
    ['bc', 'd'],
    ['ac', 'd'],
    ['cd', 'b'],
    ['bd', 'c'],
    ['abcd', undefined],
    ['e', undefined],
  ];
  for (const [gone, expected] of cases) {
    it(`of ${gone} is ${expected ?? 'none'}`, () => {
      const beside = neighbourOf([...rows, moreNode(undefined, 4, 3)], new Set([...gone].map(id)));
      assert.equal(beside?.summary.traceId, expected && id(expected));
    });
  }
});
