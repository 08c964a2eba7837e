import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  encodeFrame,
  FrameError,
  FrameReader,
  type Message,
  MOST_FRAME,
} from '../../../../src/collector/handover/frames.ts';

const MESSAGES: Message[] = [
  { type: 'hello', id: 'a1b2', secret: 's' },
  { type: 'store', call: 1, signal: 'metrics', receivedAt: 1_725_000_000_123, body: Buffer.from('abc') },
  { type: 'store', call: 4_294_967_295, signal: 'traces', receivedAt: 0, body: Buffer.alloc(0) },
  { type: 'stored', call: 2, outcome: 'malformed', stored: 3, rejected: 4, message: 'dé' },
  { type: 'knows', call: 3, service: 'shop' },
  { type: 'known', call: 3, known: true },
  { type: 'changed' },
];

describe('the frames between windows', () => {
  it('arrive whole however the bytes are cut', () => {
    const bytes = Buffer.concat(MESSAGES.map(encodeFrame));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), cuts => {
        const reader = new FrameReader(MOST_FRAME);
        const read: Message[] = [];
        let from = 0;
        for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
          read.push(...reader.read(bytes.subarray(from, to)));
          from = to;
        }
        assert.deepEqual(read, MESSAGES);
      }),
      { numRuns: 300 },
    );
  });

  it('are copies: the memory of a body may be used for another', () => {
    const body = Buffer.from('abc');
    const frame = encodeFrame({ type: 'store', call: 1, signal: 'logs', receivedAt: 1, body });
    body.fill(0);
    assert.ok(frame.includes('abc'));
  });

  const wrong: [what: string, bytes: Buffer][] = [
    ['of no length', Buffer.from([0, 0, 0, 0, 0])],
    ['that is too large', Buffer.from([0, 0, 0x20, 0, 0])],
    ['of an unknown kind', Buffer.from([0, 0, 0, 1, 99])],
    ['that is too short for its kind', Buffer.from([0, 0, 0, 3, 1, 0, 0])],
    ['with an unknown signal', Buffer.from([0, 0, 0, 14, 1, 0, 0, 0, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['with a hello that is none', Buffer.from([0, 0, 0, 3, 0, 0x7b, 0x7b])],
    ['with a hello without a name', Buffer.from([0, 0, 0, 3, 0, 0x7b, 0x7d])],
  ];
  for (const [what, bytes] of wrong) {
    it(`one ${what} is an error`, () => {
      assert.throws(() => [...new FrameReader(1_024).read(bytes)], FrameError);
    });
  }

  it('any bytes are frames or an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        try {
          for (const message of new FrameReader(100).read(Buffer.from(bytes))) assert.ok(message.type);
        } catch (error) {
          assert.ok(error instanceof FrameError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});
