import assert from 'node:assert/strict';
import type { CommitNotice } from '../../../src/collector/api.ts';
import type { TraceId } from '../../../src/model/ids.ts';
import { Milestones } from '../../../src/views/milestones.ts';
import { TRACE } from './builders.ts';

const SAMPLE = '00000000000000000000000000000001' as TraceId;

describe('the arrival of a trace', () => {
  const cases: [string, TraceId[][], number][] = [
    ['counts once', [[TRACE], [TRACE]], 1],
    ['does not count for a sample', [[SAMPLE], []], 0],
    ['counts beside a sample', [[SAMPLE, TRACE]], 1],
  ];
  for (const [what, notices, expected] of cases) {
    it(what, () => {
      const listeners = new Set<(notice: CommitNotice) => void>();
      const onDidCommit = (listener: (notice: CommitNotice) => void) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      };
      let arrived = 0;
      const milestones = new Milestones({ onDidCommit }, () => arrived++);
      milestones.sendsSample(SAMPLE);
      const counts = { requests: 1, spans: 1, logs: 0, metricPoints: 0, refused: 0, muted: 0 };
      for (const traceIds of notices) {
        for (const listener of [...listeners]) listener({ traceIds, more: false, traces: 1, counts });
      }
      assert.equal(arrived, expected);
    });
  }
});
