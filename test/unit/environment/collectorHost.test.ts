import assert from 'node:assert/strict';
import type { CollectorApi, CommitNotice, ReceiverState } from '../../../src/collector/api.ts';
import { CollectorHost } from '../../../src/environment/collectorHost.ts';

type Listener<T> = (value: T) => void;

/** A collector whose events the test sends itself. */
class Recorder {
  state: ReceiverState = { phase: 'off' };
  counts = { requests: 0, spans: 0, logs: 0, metricPoints: 0, refused: 0 };
  disposed = 0;
  states = new Set<Listener<ReceiverState>>();
  commits = new Set<Listener<CommitNotice>>();
  readonly api: CollectorApi;

  constructor(traces: number) {
    const subscribe =
      <T>(listeners: Set<Listener<T>>) =>
      (listener: Listener<T>) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      };
    const parts: Partial<CollectorApi> = {
      onDidChangeState: subscribe(this.states),
      onDidCommit: subscribe(this.commits),
      onDidWarn: subscribe(new Set()),
      storeInfo: async () => ({ folder: '/data', traces, spans: 0, bytes: 0, alsoReading: [] }),
      dispose: async () => void this.disposed++,
    };
    Object.defineProperties(parts, {
      state: { get: () => this.state },
      counts: { get: () => this.counts },
    });
    this.api = parts as CollectorApi;
  }

  change(state: ReceiverState): void {
    this.state = state;
    for (const listener of this.states) listener(state);
  }
}

const WAITING: ReceiverState = { phase: 'waiting', port: 4318 };

describe('the collector of a window', () => {
  it('answers questions that were asked before it stood', async () => {
    const host = new CollectorHost();
    const info = host.storeInfo();
    await host.restart(true, async () => new Recorder(7).api);
    assert.equal((await info).traces, 7);
  });

  it('is not "off" before the receiver has said so', async () => {
    const host = new CollectorHost();
    const seen: string[] = [];
    host.onDidChangeState(state => seen.push(state.phase));
    const recorder = new Recorder(0);
    await host.restart(true, async () => recorder.api);
    assert.deepEqual([host.started, seen], [false, []]);
    recorder.change(WAITING);
    assert.deepEqual([host.started, seen], [true, ['waiting']]);
  });

  it('is off at once where it shall not listen', async () => {
    const host = new CollectorHost();
    const seen: string[] = [];
    host.onDidChangeState(state => seen.push(state.phase));
    await host.restart(false, async () => new Recorder(0).api);
    assert.deepEqual([host.started, seen], [true, ['off']]);
  });

  it('closes the one before, and hears only the new one', async () => {
    const host = new CollectorHost();
    const seen: string[] = [];
    host.onDidChangeState(state => seen.push(state.phase));
    const [first, second] = [new Recorder(1), new Recorder(2)];
    await host.restart(true, async () => first.api);
    await host.restart(true, async () => {
      assert.equal(first.disposed, 1, 'the store of the first is closed before the second opens it');
      return second.api;
    });
    first.change({ phase: 'failed', message: 'late' });
    second.change(WAITING);
    assert.deepEqual(seen, ['waiting']);
    assert.equal((await host.storeInfo()).traces, 2);
  });

  it('tells a failure to those who ask, and can be started again', async () => {
    const host = new CollectorHost();
    const broken = host.restart(true, async () => {
      throw new Error('no such folder');
    });
    await assert.rejects(broken, /no such folder/);
    assert.deepEqual(host.state, { phase: 'failed', message: 'no such folder' });
    await assert.rejects(host.storeInfo(), /no such folder/);
    await host.restart(true, async () => new Recorder(3).api);
    assert.equal((await host.storeInfo()).traces, 3);
  });

  it('waits on disposal for a start that is under way', async () => {
    const host = new CollectorHost();
    const recorder = new Recorder(0);
    void host.restart(true, async () => recorder.api);
    await host.dispose();
    assert.equal(recorder.disposed, 1);
  });
});
