import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReceiverThread } from '../../../src/collector/receiverThread.ts';
import type { ReceiveWorkerData } from '../../../src/collector/receiveService.ts';
import type { Acceptance } from '../../../src/receiver/sink.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

/** Asks once, as every worker under the same id, and says which answers it gets. The first dies after that. */
const SOURCE = `
  import { parentPort, workerData } from 'node:worker_threads';
  parentPort.on('message', ({ id, call, args }) => {
    if (call === 'settle') {
      const settled = args[0].map(result => result.message + ' ' + args[1].length).join();
      parentPort.postMessage({ event: { type: 'warn', message: 'settled ' + settled } });
    } else parentPort.postMessage({ id, value: undefined });
  });
  const request = { id: 1, signal: 'traces', receivedAt: 1, body: new Uint8Array(8), isReusable: true };
  parentPort.postMessage({ event: { type: 'requests', requests: [request] } });
  if (Atomics.add(workerData.receiver.started, 0, 1) === 0) setTimeout(() => process.exit(3), 20);
`;

describe('ReceiverThread', () => {
  const folder = temporaryFolder();

  it('never answers the requests of a worker with the results of one that died', async () => {
    const file = join(folder(), 'worker.mjs');
    writeFileSync(file, SOURCE);
    const started = new Int32Array(new SharedArrayBuffer(4));
    const requests: ((acceptance: Acceptance) => void)[] = [];
    const said: string[] = [];
    let happened = () => {};
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise<void>(resolve => (happened = resolve));
    };
    const thread = new ReceiverThread(file, { receiver: { started }, settings: {} } as unknown as ReceiveWorkerData, {
      accept: () =>
        new Promise(resolve => {
          requests.push(resolve);
          happened();
        }),
      refused: () => {},
      muted: () => {},
      state: () => {},
      warn: message => {
        said.push(message);
        happened();
      },
    });
    void thread.start();
    await until(() => requests.length === 2);
    requests[0]?.({ rejected: 0, message: 'first' });
    await new Promise(resolve => setTimeout(resolve, 20));
    requests[1]?.({ rejected: 0, message: 'second' });
    await until(() => said.some(message => message.includes('second')));
    assert.deepEqual(
      said.filter(message => message.startsWith('settled')),
      ['settled second 1'],
    );
    await thread.close();
  });
});
