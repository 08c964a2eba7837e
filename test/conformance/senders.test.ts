import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../harness/cache.ts';
import { collect } from '../harness/collecting.ts';
import { until } from '../harness/processes.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { SENDERS } from '../senders/all.ts';
import { readCapture, replay } from '../senders/capture.ts';
import { assertStored, countsOf } from '../senders/stored.ts';

const CAPTURES = path.join(root, 'test/fixtures/captures');
const captures = readdirSync(CAPTURES)
  .sort()
  .map(name => readCapture(path.join(CAPTURES, name)));

/** What real senders wrote once, written again to the same collector; the senders themselves are run by test/senders. */
describe('recorded senders', () => {
  const folder = temporaryFolder();

  it('are all there', () => {
    assert.deepEqual(captures.map(({ sender }) => sender).sort(), SENDERS.map(({ name }) => name).sort());
  });

  for (const capture of captures) {
    it(`${capture.sender}: what its ${capture.requests} requests hold is stored`, async () => {
      const { collector, port } = await collect(folder());
      const counts = countsOf(collector);
      const connections = replay(capture, port);
      try {
        await until('every request is answered', () => counts().requests + counts().refused >= capture.requests, 5_000);
        await assertStored(collector, counts, capture.sent);
      } finally {
        connections.close();
        await collector.dispose();
      }
    });
  }
});
