import assert from 'node:assert/strict';
import { TraceDirectory } from '../../../src/store/traceDirectory.ts';

const idOf = (n: number): Uint8Array => {
  const id = Buffer.alloc(16);
  id.writeUInt32LE(n, 4);
  return id;
};

describe('TraceDirectory', () => {
  it('stays as large as what is in it, whatever came and went', () => {
    const directory = new TraceDirectory();
    for (let n = 1; n <= 50_000; n++) {
      directory.add(idOf(n), 0, n);
      if (n > 500) directory.remove(idOf(n - 500), 0, n - 500);
    }
    assert.ok(directory.size <= 4096, `${directory.size} slots for 500 traces`);
    for (let n = 49_400; n <= 50_000; n++) {
      assert.equal(
        directory.find(idOf(n), 0, row => row === n),
        n > 49_500 ? n : 0,
      );
    }
  });

  it('grows with what is in it', () => {
    const directory = new TraceDirectory();
    for (let n = 1; n <= 10_000; n++) directory.add(idOf(n), 0, n);
    for (let n = 1; n <= 10_000; n++) {
      assert.equal(
        directory.find(idOf(n), 0, row => row === n),
        n,
      );
    }
  });
});
