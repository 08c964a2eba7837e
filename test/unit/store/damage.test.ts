import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { examine, isTorn } from '../../../src/store/damage.ts';
import { FRAME_HEADER } from '../../../src/store/segmentFile.ts';

function frame(body: Uint8Array): Buffer {
  const header = Buffer.alloc(FRAME_HEADER);
  header.write('SP\u0001', 0, 'latin1');
  header.writeUInt32LE(body.length, 4);
  header.writeUInt32LE(crc32(body), 16);
  return Buffer.concat([header, body]);
}

const bodies = ['first', 'the second of them', 'third'].map(text => Buffer.from(text));
const FRAMES = bodies.map(frame);
const STARTS = [0, 29, 71, 100];

function damaged(change: (content: Buffer) => Buffer | undefined): Buffer {
  const content = Buffer.concat(FRAMES);
  return change(content) ?? content;
}

function flipped(at: number, bits: number): Buffer {
  return damaged(content => {
    content[at]! ^= bits;
    return content;
  });
}

describe('examine', () => {
  const cases: [string, Buffer, kept: number[], ranges: [number, number][], end: number][] = [
    ['nothing', Buffer.alloc(0), [], [], 0],
    ['what is whole', damaged(() => undefined), [0, 1, 2], [], 100],
    ['a flipped bit in a request', flipped(60, 1), [0, 2], [[29, 71]], 100],
    ['a flipped bit in a length', flipped(33, 0x40), [0, 2], [[29, 71]], 100],
    ['a header that is gone', damaged(all => void all.fill(0, 29, 53)), [0, 2], [[29, 71]], 100],
    ['a beginning that is gone', damaged(all => void all.fill(0x53, 0, 40)), [2], [[0, 71]], 100],
    ['a flipped bit in the last request', flipped(99, 1), [0, 1], [[71, 100]], 71],
    ['an end that is gone', damaged(all => all.subarray(0, 90)), [0, 1], [[71, 90]], 71],
    ['bytes behind the end', damaged(all => Buffer.concat([all, Buffer.alloc(9, 7)])), [0, 1, 2], [[100, 109]], 100],
  ];
  for (const [what, content, kept, ranges, end] of cases) {
    it(`leaves out ${what}`, () => {
      const found = examine(content);
      assert.deepEqual(
        found.frames.map(({ offset }) => offset - FRAME_HEADER),
        kept.map(i => STARTS[i]),
      );
      assert.deepEqual(
        found.damaged.map(({ start, end }) => [start, end]),
        ranges,
      );
      assert.equal(found.end, end);
    });
  }

  it('does not take for a request what was sent to look like one', () => {
    const content = Buffer.concat([
      frame(Buffer.concat([Buffer.from('outer '), frame(Buffer.from('inner'))])),
      ...FRAMES,
    ]);
    content[30]! ^= 1;
    assert.equal(examine(content).frames.length, 3);
  });

  it('is not kept busy by what was sent to look like the beginnings of many', () => {
    const beginnings = Buffer.alloc(4 * 1024 * 1024, 0);
    for (let at = 0; at + FRAME_HEADER < beginnings.length; at += FRAME_HEADER) {
      beginnings.write('SP\u0001', at, 'latin1');
      beginnings.writeUInt32LE(beginnings.length - at - FRAME_HEADER, at + 4);
    }
    const began = performance.now();
    assert.equal(examine(Buffer.concat([Buffer.from('?'), beginnings])).frames.length, 0);
    assert.ok(performance.now() - began < 1_500);
  });

  const tails: [string, Buffer, boolean][] = [
    ['half a header', FRAMES[0]!.subarray(0, 10), true],
    ['half a request', FRAMES[1]!.subarray(0, 30), true],
    ['zeros', Buffer.alloc(300), true],
    ['a whole request with another checksum', Buffer.from(FRAMES[0]!).fill(0x78, 26), false],
    ['anything else', Buffer.alloc(300, 9), false],
  ];
  for (const [what, tail, torn] of tails) {
    it(`says of ${what} at the end that it was ${torn ? 'only begun' : 'damaged'}`, () => {
      const content = Buffer.concat([...FRAMES, tail]);
      const [range] = examine(content).damaged;
      assert.ok(range);
      assert.equal(isTorn(content, range), torn);
    });
  }
});
