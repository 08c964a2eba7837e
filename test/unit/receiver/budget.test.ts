import assert from 'node:assert/strict';
import { ByteBudget } from '../../../src/receiver/budget.ts';
import { Refused } from '../../../src/receiver/refused.ts';

describe('ByteBudget', () => {
  it('gives what there is at once, and takes everything back', async () => {
    const budget = new ByteBudget(100, 1000);
    const lease = budget.lease();
    await lease.grow(60);
    await lease.grow(40);
    assert.equal(budget.free, 0);
    lease.shrink(30);
    assert.equal(budget.free, 30);
    lease.release();
    lease.release();
    assert.equal(budget.free, 100);
  });

  it('a lease gives back no more than it holds', async () => {
    const budget = new ByteBudget(100, 1000);
    const lease = budget.lease();
    await lease.grow(10);
    lease.shrink(50);
    assert.equal(budget.free, 100);
  });

  it('serves those who wait in their order, the large before the small that came later', async () => {
    const budget = new ByteBudget(100, 1000);
    const [first, large, small] = [budget.lease(), budget.lease(), budget.lease()];
    await first.grow(60);
    const order: string[] = [];
    const waiting = [large.grow(90).then(() => order.push('large')), small.grow(10).then(() => order.push('small'))];
    await new Promise(resolve => setTimeout(resolve, 10));
    assert.deepEqual(order, []);
    first.release();
    await Promise.all(waiting);
    assert.deepEqual(order, ['large', 'small']);
    assert.equal(budget.free, 0);
  });

  it('who waits too long is asked to come again, and no longer stands before the others', async () => {
    const budget = new ByteBudget(100, 30);
    const [first, large, small] = [budget.lease(), budget.lease(), budget.lease()];
    await first.grow(60);
    const late = large.grow(90);
    await new Promise(resolve => setTimeout(resolve, 15));
    const served = small.grow(10);
    await assert.rejects(late, (error: unknown) => error instanceof Refused && error.status === 503 && error.retryable);
    await served;
    assert.equal(budget.free, 30);
  });

  it('charges each request a little more than its bytes, so that many empty ones weigh something', async () => {
    const budget = new ByteBudget(10_000_000, 20);
    const leases: { release(): void }[] = [];
    const open = async () => {
      const lease = budget.lease();
      await lease.grow(0);
      leases.push(lease);
    };
    await assert.rejects(async () => {
      while (leases.length < 10_000) await open();
    }, Refused);
    assert.equal(leases.length, Math.floor(10_000_000 / budget.requestBytes));
    for (const lease of leases) lease.release();
    assert.equal(budget.free, 10_000_000);
  });

  it('refuses at once where a thousand wait already', async () => {
    const budget = new ByteBudget(100, 1000);
    const first = budget.lease();
    await first.grow(100);
    const waiting = Array.from({ length: 1024 }, () => budget.lease().grow(1));
    const began = performance.now();
    await assert.rejects(budget.lease().grow(1), Refused);
    assert.ok(performance.now() - began < 500);
    first.release();
    // Room for a hundred; the others wait their time and are refused.
    const ends = await Promise.allSettled(waiting);
    assert.equal(ends.filter(end => end.status === 'fulfilled').length, 100);
  });
});
