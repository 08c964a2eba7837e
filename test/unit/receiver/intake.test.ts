import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { ByteBudget } from '../../../src/receiver/budget.ts';
import { Intake } from '../../../src/receiver/intake.ts';
import { DEFAULT_LIMITS } from '../../../src/receiver/limits.ts';
import { Refused } from '../../../src/receiver/refused.ts';
import type { Acceptance } from '../../../src/receiver/sink.ts';
import { spanId, traceBody } from '../../harness/requests.ts';

describe('Intake', () => {
  const body = traceBody([{ spanId: spanId(1) }]);
  const plan = { signal: 'traces', encoding: 'protobuf', compression: 'identity', length: body.length } as const;

  for (const [how, settle] of [
    ['stored', (resolve: (acceptance: Acceptance) => void) => resolve({ rejected: 0, message: '' })],
    ['given up', (_: unknown, reject: (error: Error) => void) => reject(new Error('the disk is full'))],
  ] as const) {
    it(`counts a request as long as it is in memory, though its sender was answered: until it is ${how}`, async () => {
      const budget = new ByteBudget(1_000_000, 100);
      let done = () => {};
      const accept = () => new Promise<Acceptance>((resolve, reject) => (done = () => settle(resolve, reject)));
      const intake = new Intake({ accept, refused: () => {} }, { ...DEFAULT_LIMITS, commitMs: 20 }, budget);
      await assert.rejects(
        intake.receive(Readable.from([Buffer.from(body)]), plan),
        (error: unknown) => error instanceof Refused && error.status === 503,
      );
      assert.ok(budget.free <= 1_000_000 - body.length);
      done();
      await new Promise(resolve => setImmediate(resolve));
      assert.equal(budget.free, 1_000_000);
    });
  }

  it('gives everything back when a request is stored', async () => {
    const budget = new ByteBudget(1_000_000, 100);
    const accept = () => Promise.resolve({ rejected: 0, message: '' });
    const intake = new Intake({ accept, refused: () => {} }, DEFAULT_LIMITS, budget);
    await intake.receive(Readable.from([Buffer.from(body)]), plan);
    assert.equal(budget.free, 1_000_000);
  });
});
