import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Cursor } from '../../../src/otlp/cursor.ts';
import { scanLogs } from '../../../src/otlp/scanLogs.ts';
import { countMetricPoints } from '../../../src/otlp/scanMetrics.ts';
import { scanTraces } from '../../../src/otlp/scanTraces.ts';
import { blankDead } from '../../../src/store/blank.ts';
import { fill, isFilled } from '../../../src/store/filler.ts';
import { framesOf, isIntact } from '../../../src/store/segmentFile.ts';
import { makeSegment, type Wish } from './madeSegment.ts';

const size = fc.oneof(fc.nat(12), fc.integer({ min: 90, max: 160 }), fc.constant(20_000));
const wish: fc.Arbitrary<Wish> = fc.record({
  signal: fc.constantFrom('traces', 'traces', 'logs', 'logs', 'metrics'),
  resources: fc.array(
    fc.record({
      size: fc.nat(12),
      scopes: fc.array(
        fc.record({
          size: fc.nat(12),
          items: fc.array(fc.record({ size, loose: fc.boolean(), alive: fc.boolean() }), { maxLength: 4 }),
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 3 },
  ),
});
const wishes = fc.array(wish, { maxLength: 4 });
const options = fc.record({ looseLogs: fc.boolean(), metrics: fc.boolean() });

/** One request of two services: the first has two scopes, in one of which one span stays. */
const TWO_SERVICES: Wish = {
  signal: 'traces',
  resources: [
    {
      size: 3,
      scopes: [
        { size: 3, items: [true, false].map(alive => ({ size: 30, loose: false, alive })) },
        { size: 3, items: [{ size: 30, loose: false, alive: false }] },
      ],
    },
    { size: 3, scopes: [{ size: 3, items: [{ size: 30, loose: false, alive: false }] }] },
  ],
};

describe('blankDead', () => {
  const keep = { looseLogs: true, metrics: true };

  it('leaves what stays and no string of anything else, in valid requests', () => {
    fc.assert(
      fc.property(wishes, options, (requests, stays) => {
        const made = makeSegment(requests, stays);
        const before = made.content;
        const content = Buffer.from(before);
        const outcome = blankDead(content, made.alive);

        for (const { text, alive } of made.texts) assert.equal(content.includes(text), alive, text.slice(0, 20));
        assert.equal(
          outcome.alive,
          made.texts.some(({ alive }) => alive),
        );
        assert.deepEqual(outcome.damaged, []);
        const scans = { traces: scanTraces, logs: scanLogs, metrics: countMetricPoints };
        const frames = [...framesOf(content)];
        assert.deepEqual(frames, [...framesOf(before)]);
        for (const frame of frames) {
          assert.ok(isIntact(content, frame));
          scans[frame.signal](content.subarray(frame.offset, frame.offset + frame.length));
        }
        for (const { offset, bytes } of made.items) {
          assert.deepEqual(content.subarray(offset, offset + bytes.length), bytes);
        }
        // Where it says that nothing changed, nothing did.
        const patched = Buffer.from(before);
        for (const { offset, length } of outcome.changed) content.copy(patched, offset, offset, offset + length);
        assert.ok(patched.equals(content));
        assert.deepEqual(blankDead(content, made.alive).changed, []);
      }),
      { numRuns: 150 },
    );
  });

  it('blanks more when less stays', () => {
    const made = makeSegment([TWO_SERVICES], keep);
    const content = Buffer.from(made.content);
    assert.equal(blankDead(content, made.alive).alive, true);
    const { changed, alive } = blankDead(content, { ...made.alive, offsets: new Uint32Array(0) });
    assert.equal(alive, false);
    assert.equal(changed.length, 1);
    for (const { text } of made.texts) assert.ok(!content.includes(text));
  });

  it('blanks a scope of logs when the last of them goes, those before having been blanked', () => {
    const items = [false, true].map(alive => ({ size: 30, loose: false, alive }));
    const made = makeSegment([{ signal: 'logs', resources: [{ size: 3, scopes: [{ size: 3, items }] }] }], keep);
    const content = Buffer.from(made.content);
    assert.equal(blankDead(content, made.alive).alive, true);
    assert.equal(blankDead(content, { ...made.alive, offsets: new Uint32Array(0) }).alive, false);
    for (const { text } of made.texts) assert.ok(!content.includes(text));
  });

  it('does not call a request whole that was damaged before', () => {
    const made = makeSegment([TWO_SERVICES], keep);
    const content = Buffer.from(made.content);
    const kept = made.items[0]!;
    content[kept.offset + kept.bytes.length - 1]! ^= 1;
    const [frame] = framesOf(content);
    const outcome = blankDead(content, made.alive);
    assert.deepEqual(outcome.damaged, [frame!.offset]);
    assert.equal(isIntact(content, frame!), false);
    for (const { text, alive } of made.texts.slice(0, -1)) if (!alive) assert.ok(!content.includes(text));
  });

  it('touches nothing of a request that the index does not fit', () => {
    const made = makeSegment([TWO_SERVICES, TWO_SERVICES], keep);
    const content = Buffer.from(made.content);
    const [first, second] = [...framesOf(content)];
    const offsets = made.alive.offsets.map(offset => (offset > second!.offset ? offset + 1 : offset));
    const outcome = blankDead(content, { ...made.alive, offsets });
    assert.deepEqual(outcome.damaged, [second!.offset]);
    assert.deepEqual(outcome.requests, [first!.offset]);
    assert.deepEqual(content.subarray(second!.offset), made.content.subarray(second!.offset));
  });

  it('touches nothing of a request that stays in part and is no message any more', () => {
    const made = makeSegment([TWO_SERVICES], keep);
    const content = Buffer.from(made.content);
    const [frame] = framesOf(content);
    content[frame!.offset] = 0;
    const before = Buffer.from(content);
    assert.deepEqual(blankDead(content, made.alive), {
      changed: [],
      dead: [],
      requests: [],
      alive: true,
      damaged: [frame!.offset],
    });
    assert.ok(content.equals(before));
  });

  it('blanks what follows the last whole frame, unless something is said to be in it', () => {
    const made = makeSegment([TWO_SERVICES, TWO_SERVICES], keep);
    const [first] = framesOf(made.content);
    const end = first!.offset + first!.length;
    const only = made.alive.offsets.filter(offset => offset < end);
    for (const [offsets, damaged, blanked] of [
      [only, [], true],
      [made.alive.offsets, [end], false],
    ] as const) {
      const content = Buffer.from(made.content);
      // The second frame does not begin as one any more.
      content[end] = 0;
      const outcome = blankDead(content, { ...made.alive, offsets });
      assert.deepEqual(outcome.damaged, damaged);
      for (const { text } of made.texts.slice(made.texts.length / 2)) assert.equal(content.includes(text), !blanked);
    }
  });

  it('has nothing to do in a segment without requests', () => {
    const nothing = { changed: [], dead: [], requests: [], alive: false, damaged: [] };
    assert.deepEqual(blankDead(Buffer.alloc(0), { offsets: new Uint32Array(0), ...keep }), nothing);
  });
});

describe('fill', () => {
  it('leaves one valid message of any length, with nothing but zeros in it', () => {
    const lengths = [
      ...Array(700).keys(),
      16_384,
      16_386,
      16_387,
      16_388,
      16_389,
      16_390,
      2_097_156,
      2_097_157,
      3_000_000,
    ];
    for (const length of lengths) {
      if (length === 1) continue;
      const content = Buffer.alloc(length + 2, 0xaa);
      assert.equal(isFilled(content, 1, length + 1), length === 0, `${length}`);
      fill(content, 1, length + 1);
      assert.equal(isFilled(content, 1, length + 1), true, `${length}`);
      assert.deepEqual([content[0], content[length + 1]], [0xaa, 0xaa]);
      const cursor = new Cursor(content, 1);
      let fields = 0;
      for (; cursor.position < length + 1; fields++) cursor.skip(cursor.tag(length + 1), length + 1);
      assert.equal(cursor.position, length + 1, `${length}`);
      assert.equal(fields, length > 0 ? 1 : 0, `${length}`);
      assert.ok(!content.subarray(8, length + 1).includes(0xaa));
    }
  });

  it('zeroes a byte that cannot be a message', () => {
    const content = Buffer.from([7]);
    fill(content, 0, 1);
    assert.deepEqual([...content], [0]);
  });
});
