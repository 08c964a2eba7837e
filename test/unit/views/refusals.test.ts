import assert from 'node:assert/strict';
import type { CollectorApi, CommitNotice, ReceiverCounts } from '../../../src/collector/api.ts';
import { Refusals } from '../../../src/views/refusals.ts';

describe('refused requests', () => {
  let counts: ReceiverCounts;
  let committed: () => void;
  let lines: string[];
  let changes: number;
  let refusals: Refusals;

  beforeEach(() => {
    counts = { requests: 0, spans: 0, logs: 0, metricPoints: 0, refused: 0, muted: 0 };
    lines = [];
    changes = 0;
    const collector: Pick<CollectorApi, 'counts' | 'onDidCommit' | 'onDidChangeState'> = {
      get counts() {
        return counts;
      },
      onDidCommit: listener => {
        committed = () => listener({ traceIds: [], more: false, traces: 0, counts } satisfies CommitNotice);
        return { dispose: () => {} };
      },
      onDidChangeState: () => ({ dispose: () => {} }),
    };
    refusals = new Refusals(collector, line => lines.push(line));
    refusals.onDidChange(() => changes++);
  });

  function refuse(reason: string, times = 1): void {
    counts = { ...counts, refused: counts.refused + times, lastRefusal: { at: 0, reason } };
    committed();
  }

  it('are unseen until somebody has looked, and again after the next', () => {
    assert.equal(refusals.unseen, false);
    refuse('a');
    assert.deepEqual([refusals.unseen, refusals.count, refusals.last], [true, 1, 'a']);
    refusals.looked();
    assert.equal(refusals.unseen, false);
    refuse('a');
    assert.equal(refusals.unseen, true);
    assert.equal(changes, 3);
  });

  it('are in the log with their reason, the same one not again and again', () => {
    refuse('a');
    refuse('a');
    refuse('b');
    assert.deepEqual(lines, ['a', '2 requests refused. Last: b']);
  });

  it('are none where nothing was refused', () => {
    counts = { ...counts, requests: 5 };
    committed();
    assert.deepEqual([lines, changes, refusals.unseen], [[], 0, false]);
  });

  it('of a collector that was started anew are counted anew', () => {
    refuse('a', 5);
    refusals.looked();
    counts = { requests: 0, spans: 0, logs: 0, metricPoints: 0, refused: 0, muted: 0 };
    committed();
    assert.equal(refusals.unseen, false);
    refuse('b');
    assert.equal(refusals.unseen, true);
    assert.deepEqual(lines, ['5 requests refused. Last: a', 'b']);
  });
});
