import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SupervisedWorker, type WorkerOptions } from '../../../src/collector/supervisedWorker.ts';
import { UserError } from '../../../src/model/userError.ts';
import { temporaryFolder } from '../../harness/temporary.ts';

type Calls = {
  add: (a: number, b: number) => number;
  refuse: (forUsers: boolean) => void;
  never: () => void;
  die: () => void;
};

const rpc = pathToFileURL(join(import.meta.dirname, '../../../src/collector/rpc.ts')).href;
const userError = pathToFileURL(join(import.meta.dirname, '../../../src/model/userError.ts')).href;
const SOURCE = `
  import { parentPort } from 'node:worker_threads';
  import { serve } from ${JSON.stringify(rpc)};
  import { UserError } from ${JSON.stringify(userError)};
  serve(parentPort, {
    add: (a, b) => a + b,
    refuse: forUsers => { throw forUsers ? new UserError('for people') : new TypeError('for us'); },
    never: () => new Promise(() => {}),
    die: () => process.exit(3),
  });
  parentPort.postMessage({ event: 'hello' });
`;

describe('SupervisedWorker', () => {
  const folder = temporaryFolder();
  let worker: SupervisedWorker<Calls>;
  afterEach(() => worker.dispose());

  const start = (options: Partial<WorkerOptions> = {}) => {
    const file = join(folder(), 'worker.mjs');
    writeFileSync(file, SOURCE);
    worker = new SupervisedWorker({ file, name: 'test', data: undefined, ...options });
    return worker;
  };

  it('answers, and passes errors on as what they were', async () => {
    const { calls } = start();
    assert.equal(await calls.add(2, 3), 5);
    await assert.rejects(
      calls.refuse(true),
      (error: Error) => error instanceof UserError && error.message === 'for people',
    );
    await assert.rejects(
      calls.refuse(false),
      (error: Error) => !(error instanceof UserError) && error.message === 'for us',
    );
    await assert.rejects((calls as never as { nothing(): Promise<void> }).nothing(), /unknown call/);
  });

  it('fails the calls in flight of a worker that dies, and answers the next', async () => {
    const deaths: string[] = [];
    const { calls } = start({ onDeath: error => deaths.push(error.message) });
    const inFlight = calls.never();
    const last = calls.die();
    await assert.rejects(inFlight, /stopped with code 3/);
    await assert.rejects(last, /stopped with code 3/);
    assert.equal(deaths.length, 1);
    assert.equal(await calls.add(1, 1), 2);
  });

  it('starts again by itself where it is wanted', async () => {
    let hellos = 0;
    const again = new Promise<void>(resolve => {
      start({ restart: true, onEvent: () => ++hellos === 2 && resolve() });
    });
    worker.start();
    await assert.rejects(worker.calls.die());
    await again;
  });

  it('can be ended in the middle of a call, and for good', async () => {
    const { calls } = start();
    const stuck = calls.never();
    await calls.add(0, 0);
    await Promise.all([worker.kill(), assert.rejects(stuck)]);
    assert.equal(await calls.add(1, 2), 3);
    await worker.dispose();
    await assert.rejects(calls.add(1, 2), /has been stopped/);
  });
});
