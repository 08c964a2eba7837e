import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SpanSet } from '../../../src/store/spanSet.ts';

describe('SpanSet', () => {
  it('answers as a Map would, for ids that count as well as for random ones', () => {
    const id = fc.oneof(fc.bigInt({ min: 1n, max: 200n }), fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }));
    const place = fc.tuple(fc.nat(1000), fc.nat({ max: 0xffff_ffff }), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(fc.tuple(id, place), { maxLength: 600 }), additions => {
        const set = new SpanSet();
        const map = new Map<bigint, [number, number, number]>();
        const check = (key: bigint) => {
          const at = set.find(Number(key & 0xffff_ffffn), Number(key >> 32n));
          const found = at < 0 ? undefined : [set.segmentAt(at), set.offsetAt(at), set.lengthAt(at)];
          assert.deepEqual(found, map.get(key));
          return at;
        };
        for (const [key, where] of additions) {
          const at = check(key);
          if (at < 0) set.add(Number(key & 0xffff_ffffn), Number(key >> 32n), ...where);
          else set.move(at, ...where);
          map.set(key, where);
          assert.equal(set.count, map.size);
        }
        for (const key of map.keys()) check(key);
      }),
    );
  });
});
