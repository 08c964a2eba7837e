import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Throttle } from '../../../src/views/throttle.ts';

const MS = 60;

describe('a throttle', () => {
  it('makes one run of many calls, and one more for those that come after', async () => {
    const runs: number[] = [];
    const throttle = new Throttle(MS, () => runs.push(performance.now()));
    for (let i = 0; i < 100; i++) throttle.trigger();
    await sleep(MS / 2);
    assert.equal(runs.length, 1, 'the first comes at once');
    for (let i = 0; i < 100; i++) throttle.trigger();
    await sleep(2 * MS);
    assert.equal(runs.length, 2);
    // Timers may fire a millisecond early.
    assert.ok(runs[1]! - runs[0]! >= MS - 2, `${runs[1]! - runs[0]!} ms apart`);
    await sleep(2 * MS);
    assert.equal(runs.length, 2, 'nothing runs by itself');
  });

  it('asks at each call how long to wait, where that changes', async () => {
    let ms = MS;
    let runs = 0;
    const throttle = new Throttle(
      () => ms,
      () => runs++,
    );
    throttle.trigger();
    await sleep(MS / 4);
    assert.equal(runs, 1);
    ms = 10 * MS;
    throttle.trigger();
    await sleep(2 * MS);
    assert.equal(runs, 1);
    throttle.dispose();
    ms = 0;
    throttle.trigger();
    await sleep(MS / 4);
    assert.equal(runs, 2);
  });

  it('does not run after it was disposed', async () => {
    let runs = 0;
    const throttle = new Throttle(MS, () => runs++);
    throttle.trigger();
    throttle.dispose();
    await sleep(MS);
    assert.equal(runs, 0);
  });
});
