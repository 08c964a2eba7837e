import assert from 'node:assert/strict';
import { frameOf, parseFrame, percentEncoded } from '../../../src/receiver/grpcFrame.ts';
import { Refused } from '../../../src/receiver/refused.ts';

describe('gRPC framing', () => {
  it('reads what it writes', () => {
    for (const size of [0, 1, 255, 70_000]) {
      const message = Buffer.alloc(size, 7);
      assert.deepEqual(parseFrame(frameOf(message), 100_000), { compressed: false, message });
    }
  });

  it('knows a compressed message', () => {
    assert.deepEqual(parseFrame(Buffer.of(1, 0, 0, 0, 2, 8, 9), 10), { compressed: true, message: Buffer.of(8, 9) });
  });

  const wrong: [string, Buffer, number][] = [
    ['empty', Buffer.alloc(0), 400],
    ['a cut off head', Buffer.alloc(4), 400],
    ['too short', Buffer.of(0, 0, 0, 0, 3, 1, 2), 400],
    ['too long', Buffer.of(0, 0, 0, 0, 1, 1, 2), 400],
    ['a flag from the future', Buffer.of(3, 0, 0, 0, 0), 400],
    ['over the limit', Buffer.of(0, 0xff, 0xff, 0xff, 0xff), 413],
  ];
  for (const [what, body, status] of wrong) {
    it(`refuses what is ${what}`, () => {
      assert.throws(
        () => parseFrame(body, 10),
        (error: unknown) => error instanceof Refused && error.status === status,
      );
    });
  }

  const texts: [string, string][] = [
    ['plain text, with ~ and }', 'plain text, with ~ and }'],
    ['100 %', '100 %25'],
    ['é\n', '%C3%A9%0A'],
    ['😀', '%F0%9F%98%80'],
    ['\ud800', '%EF%BF%BD'],
  ];
  for (const [text, encoded] of texts) {
    it(`writes ${JSON.stringify(text)} as ${encoded}`, () => assert.equal(percentEncoded(text), encoded));
  }
});
