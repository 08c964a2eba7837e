import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SpanSet } from '../../../src/store/spanSet.ts';

describe('SpanSet', () => {
  it('answers as a Map would, for ids that count as well as for random ones', () => {
    const id = fc.oneof(fc.bigInt({ min: 1n, max: 40n }), fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }));
    fc.assert(
      fc.property(fc.array(fc.tuple(id, fc.bigInt({ min: 0n, max: 3n })), { maxLength: 300 }), additions => {
        const set = new SpanSet();
        const map = new Map<bigint, bigint>();
        for (const [key, hash] of additions) {
          const known = map.get(key);
          assert.equal(set.add(key, hash), known === undefined ? 'new' : known === hash ? 'same' : 'changed');
          map.set(key, hash);
          assert.equal(set.count, map.size);
        }
      }),
    );
  });
});
