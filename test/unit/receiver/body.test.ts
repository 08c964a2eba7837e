import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { readBody } from '../../../src/receiver/body.ts';
import { BodyMemory } from '../../../src/receiver/bodyMemory.ts';
import { ByteBudget } from '../../../src/receiver/budget.ts';

const LIMIT = 1000;
const bytes = (length: number, first = 0) => Buffer.from(Array.from({ length }, (_, i) => (first + i) % 256));

/** Gives what it is told, in pieces, each in a turn of its own; then ends, or breaks with `error`. */
async function* inPieces(pieces: readonly Buffer[], error?: Error): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    await new Promise(resolve => setImmediate(resolve));
    yield piece;
  }
  if (error) throw error;
}

describe('reading a body', () => {
  const all = bytes(900);
  const ways: [what: string, pieces: Buffer[], announced: number | undefined][] = [
    ['in one piece', [all], 900],
    ['in one piece of unknown length', [all], undefined],
    ['in many pieces', [all.subarray(0, 10), all.subarray(10, 500), all.subarray(500, 501), all.subarray(501)], 900],
    ['in many pieces of unknown length', [all.subarray(0, 300), all.subarray(300, 600), all.subarray(600)], undefined],
    ['longer than announced', [all.subarray(0, 300), all.subarray(300, 600), all.subarray(600)], 500],
    ['shorter than announced', [all.subarray(0, 600), all.subarray(600)], 1000],
    ['with pieces of no bytes', [bytes(0), all, bytes(0)], 900],
    ['of no bytes', [], 0],
  ];
  for (const [what, pieces, announced] of ways) {
    it(`takes one ${what}`, async () => {
      const lease = new ByteBudget(10_000, 100).lease();
      const body = await readBody(
        Readable.from(inPieces(pieces), { objectMode: false }),
        LIMIT,
        lease,
        new BodyMemory(),
        announced,
      );
      assert.deepEqual(body, Buffer.concat(pieces));
    });
  }

  it('does not take the memory that is merely announced', async () => {
    const lease = new ByteBudget(10_000_000_000, 100).lease();
    const announced = 1_000_000_000;
    const before = process.memoryUsage().arrayBuffers;
    await readBody(Readable.from(inPieces([all])), announced, lease, new BodyMemory(), announced);
    assert.ok(process.memoryUsage().arrayBuffers - before < 10_000_000);
  });

  it('refuses what is announced too long before it comes', async () => {
    const stream = Readable.from(inPieces([all]));
    const lease = new ByteBudget(10_000, 100).lease();
    await assert.rejects(readBody(stream, LIMIT, lease, new BodyMemory(), LIMIT + 1), { status: 413 });
    assert.equal(stream.destroyed, false);
  });

  it('refuses what becomes too long, and leaves the stream to be drained', async () => {
    const stream = Readable.from(inPieces([bytes(600), bytes(600), bytes(600)]), { objectMode: false });
    const lease = new ByteBudget(10_000, 100).lease();
    await assert.rejects(readBody(stream, LIMIT, lease, new BodyMemory()), { status: 413 });
    assert.equal(stream.destroyed, false);
    stream.resume();
    await new Promise(resolve => stream.once('end', resolve));
  });

  const ends: [what: string, make: () => Readable][] = [
    ['breaks', () => Readable.from(inPieces([bytes(10)], new Error('reset')))],
    ['was broken before', () => Readable.from([]).destroy()],
    [
      'is closed half way',
      () => {
        const stream = new Readable({ read() {} });
        stream.push(bytes(10));
        setImmediate(() => stream.destroy());
        return stream;
      },
    ],
  ];
  for (const [what, make] of ends) {
    it(`says that the sender went away when the stream ${what}`, async () => {
      const stream = make();
      stream.on('error', () => {});
      await assert.rejects(readBody(stream, LIMIT, new ByteBudget(10_000, 100).lease(), new BodyMemory(), 900), {
        name: 'Aborted',
      });
    });
  }
});
