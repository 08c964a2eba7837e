import assert from 'node:assert/strict';
import { Sink } from '../../../src/otlp/sink.ts';

describe('Sink', () => {
  it('keeps what a message holds when its memory ends right behind it', () => {
    for (let before = 0; before < 64; before++) {
      const sink = new Sink(16);
      sink.raw(new Uint8Array(before).fill(1));
      const open = sink.open();
      sink.raw(Uint8Array.of(7, 8, 9));
      sink.close(open);
      assert.deepEqual([...sink.finish()], [...Array<number>(before).fill(1), 3, 7, 8, 9]);
    }
  });
});
