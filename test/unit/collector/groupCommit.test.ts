import assert from 'node:assert/strict';
import { GroupCommit, type GroupListener, type GroupStore } from '../../../src/collector/groupCommit.ts';
import type { TraceId } from '../../../src/model/ids.ts';
import { MalformedError } from '../../../src/otlp/malformed.ts';
import type { WriteRequest } from '../../../src/store/writeRequest.ts';

const request = (bytes = 1): WriteRequest => ({ signal: 'traces', body: new Uint8Array(bytes), receivedAt: 0 });
/** Bytes of a request for whose way to the disk the thread does not wait itself. */
const LARGE = 20_000;
const one = { stored: 1, rejected: 0, message: '' };
const quiet: GroupListener = { indexed: () => {}, indexFailed: () => {}, syncFailed: () => {} };

/** A store in memory; what a test does not say works. */
function store(parts: Partial<GroupStore> = {}): GroupStore {
  return {
    add: requests => requests.map(() => one),
    sync: async () => {},
    syncNow: () => {},
    index: () => [],
    pendingItems: 0,
    ...parts,
  };
}

describe('GroupCommit', () => {
  const counting = () => {
    const groups: number[] = [];
    return {
      groups,
      group: new GroupCommit(
        store({
          add: requests => {
            groups.push(requests.length);
            return requests.map(() => one);
          },
        }),
        quiet,
      ),
    };
  };

  it('stores together what arrives together', async () => {
    const { groups, group } = counting();
    await Promise.all([request(), request(), request()].map(each => group.add(each)));
    await group.add(request());
    assert.deepEqual(groups, [3, 1]);
  });

  it('closes a group at its size, and never leaves a large request waiting', async () => {
    const { groups, group } = counting();
    const large = 3 * 1024 * 1024;
    await Promise.all([large, large, 9 * large, 1].map(bytes => group.add(request(bytes))));
    assert.deepEqual(groups, [1, 1, 1, 1]);
  });

  it('fails a group that cannot be written, and goes on with the next', async () => {
    let fail = true;
    const add: GroupStore['add'] = requests => {
      if (fail) throw new Error('disk full');
      return requests.map(() => one);
    };
    const group = new GroupCommit(store({ add }), quiet);
    const first = await Promise.allSettled([group.add(request()), group.add(request())]);
    assert.deepEqual(
      first.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    fail = false;
    assert.equal((await group.add(request())).stored, 1);
  });

  it('answers when the disk has confirmed, at most four times at once', async () => {
    const order: string[] = [];
    const confirms: (() => void)[] = [];
    const sync = () => new Promise<void>(resolve => confirms.push(resolve));
    const group = new GroupCommit(store({ sync }), quiet);
    const pause = () => new Promise(resolve => setTimeout(resolve, 5));
    const answers: Promise<unknown>[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      answers.push(group.add(request(LARGE)).then(() => order.push(name)));
      await pause();
    }
    assert.equal(confirms.length, 4);
    assert.deepEqual(order, []);
    confirms[1]?.();
    await pause();
    // What waited for its turn goes together.
    assert.deepEqual(order, ['b']);
    assert.equal(confirms.length, 5);
    confirms[4]?.();
    await pause();
    assert.deepEqual(order, ['b', 'e', 'f']);
    for (const confirm of confirms) confirm();
    await Promise.all(answers);
    assert.equal(order.length, 6);
    await group.close();
  });

  it('fails what the disk did not confirm, and says so', async () => {
    const failures: string[] = [];
    const group = new GroupCommit(
      store({
        sync: async () => {
          throw new Error('EIO');
        },
      }),
      { ...quiet, syncFailed: error => failures.push(error.message) },
    );
    await assert.rejects(group.add(request(LARGE)), /EIO/);
    assert.deepEqual(failures, ['EIO']);
  });

  it('waits for the disk itself when there is little to write, unless others wait already', async () => {
    const calls: string[] = [];
    let confirm = () => {};
    const group = new GroupCommit(
      store({
        sync: () => {
          calls.push('sync');
          return new Promise(resolve => {
            confirm = resolve;
          });
        },
        syncNow: () => calls.push('syncNow'),
      }),
      quiet,
    );
    await group.add(request());
    assert.deepEqual(calls, ['syncNow']);
    const large = group.add(request(LARGE));
    await new Promise(resolve => setTimeout(resolve, 5));
    const small = group.add(request());
    await new Promise(resolve => setTimeout(resolve, 5));
    assert.deepEqual(calls, ['syncNow', 'sync', 'sync']);
    confirm();
    await small;
    assert.equal(await Promise.race([large, 'waiting']), 'waiting');
  });

  it('fails what it waited for itself and the disk did not confirm, and says so', async () => {
    const failures: string[] = [];
    const group = new GroupCommit(
      store({
        syncNow: () => {
          throw new Error('EIO');
        },
      }),
      { ...quiet, syncFailed: error => failures.push(error.message) },
    );
    await assert.rejects(group.add(request()), /EIO/);
    assert.deepEqual(failures, ['EIO']);
  });

  it('fails only the request that is malformed', async () => {
    const group = new GroupCommit(store({ add: () => [new MalformedError('bad'), { ...one, stored: 2 }] }), quiet);
    const bad = group.add(request());
    const good = group.add(request());
    await assert.rejects(bad, MalformedError);
    assert.equal((await good).stored, 2);
  });

  it('goes on after a group of which every request is malformed', async () => {
    let bad = true;
    const group = new GroupCommit(store({ add: () => [bad ? new MalformedError('bad') : one] }), quiet);
    await assert.rejects(group.add(request()), MalformedError);
    bad = false;
    assert.equal((await group.add(request())).stored, 1);
  });

  it('tells of traces once the index has them; when that fails it tries again', async () => {
    let fail = true;
    const told: string[] = [];
    const index = () => {
      if (fail) throw new Error('busy');
      return ['t' as TraceId];
    };
    const indexed = new Promise<void>(resolve => {
      const group = new GroupCommit(store({ index }), {
        ...quiet,
        indexFailed: error => {
          told.push(error.message);
          fail = false;
        },
        indexed: ids => {
          told.push(...ids);
          resolve();
        },
      });
      void group.add(request());
    });
    await indexed;
    assert.deepEqual(told, ['busy', 't']);
  });

  it('stores and indexes what waits when it is told to stop', async () => {
    let indexed = 0;
    const index = () => {
      indexed++;
      return [];
    };
    const group = new GroupCommit(store({ index }), quiet);
    let done = 0;
    const all = [1, 2, 3].map(() => group.add(request()).then(() => done++));
    await group.close();
    await Promise.all(all);
    assert.equal(done, 3);
    assert.equal(indexed, 1);
  });
});
