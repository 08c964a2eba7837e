import assert from 'node:assert/strict';
import { GroupCommit } from '../../../src/collector/groupCommit.ts';
import { MalformedError } from '../../../src/otlp/malformed.ts';
import type { WriteRequest } from '../../../src/store/writeRequest.ts';
import type { CommitResult } from '../../../src/store/writer.ts';

const request = (bytes = 1): WriteRequest => ({ signal: 'traces', body: new Uint8Array(bytes), receivedAt: 0 });
const stored = (requests: WriteRequest[]): CommitResult => ({
  results: requests.map(() => ({ stored: 1, rejected: 0, message: '' })),
  traceIds: [],
});

describe('GroupCommit', () => {
  it('commits together what arrives together', async () => {
    const groups: number[] = [];
    const group = new GroupCommit(
      requests => {
        groups.push(requests.length);
        return stored(requests);
      },
      () => {},
    );
    await Promise.all([request(), request(), request()].map(one => group.add(one)));
    await group.add(request());
    assert.deepEqual(groups, [3, 1]);
  });

  it('closes a group at its size, and never leaves a large request waiting', async () => {
    const groups: number[] = [];
    const group = new GroupCommit(
      requests => {
        groups.push(requests.length);
        return stored(requests);
      },
      () => {},
    );
    const large = 3 * 1024 * 1024;
    await Promise.all([large, large, 9 * large, 1].map(bytes => group.add(request(bytes))));
    assert.deepEqual(groups, [1, 1, 1, 1]);
  });

  it('fails a group whose commit fails, and goes on with the next', async () => {
    let fail = true;
    const group = new GroupCommit(
      requests => {
        if (fail) throw new Error('disk full');
        return stored(requests);
      },
      () => {},
    );
    const first = await Promise.allSettled([group.add(request()), group.add(request())]);
    assert.deepEqual(
      first.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    fail = false;
    assert.equal((await group.add(request())).stored, 1);
  });

  it('fails only the request that is malformed, and tells of the commit before it answers', async () => {
    const order: string[] = [];
    const group = new GroupCommit(
      () => ({ results: [new MalformedError('bad'), { stored: 2, rejected: 0, message: '' }], traceIds: [] }),
      () => order.push('told'),
    );
    const bad = group.add(request());
    const good = group.add(request()).then(result => {
      order.push('answered');
      return result;
    });
    await assert.rejects(bad, MalformedError);
    assert.equal((await good).stored, 2);
    assert.deepEqual(order, ['told', 'answered']);
  });

  it('commits what waits when it is told to stop', async () => {
    const group = new GroupCommit(stored, () => {});
    let done = 0;
    const all = [1, 2, 3].map(() => group.add(request()).then(() => done++));
    group.flush();
    await Promise.all(all);
    assert.equal(done, 3);
  });
});
