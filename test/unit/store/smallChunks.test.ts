import assert from 'node:assert/strict';
import { parseTraceId } from '../../../src/model/ids.ts';
import { SPAN_ENTRY } from '../../../src/store/entries.ts';
import { StoreReader } from '../../../src/store/reader.ts';
import { StoreWriter } from '../../../src/store/writer.ts';
import { logBody, spanId, TRACE, traceBody } from '../../harness/requests.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import { metrics, WHOLE_SEGMENT } from './keeperStore.ts';

describe('Small chunks', () => {
  const folder = temporaryFolder();

  it('of spans and of logs stay apart when those of one segment are packed', async () => {
    const writer = new StoreWriter(folder());
    const commit = (signal: 'traces' | 'logs' | 'metrics', body: Uint8Array) =>
      writer.commit([{ signal, body, receivedAt: 5 }]);
    // Spans in a segment that is full then, logs in the next one, in which spans follow when the first is at rest.
    commit('traces', traceBody([{ spanId: spanId(1) }]));
    commit('metrics', metrics('x'.repeat(WHOLE_SEGMENT)));
    commit('logs', logBody([{ traceId: TRACE, spanId: spanId(1), body: 'hello' }]));
    while (await writer.compress(true));
    commit('traces', traceBody([{ spanId: spanId(2) }]));
    const reader = new StoreReader(folder());
    try {
      const { summary, parts, logs } = reader.trace(parseTraceId(TRACE)!)!;
      const spans = parts.reduce((sum, part) => sum + part.spans.length / SPAN_ENTRY, 0);
      assert.deepEqual([summary.spanCount, spans, summary.logCount, logs.length], [2, 2, 1, 1]);
    } finally {
      reader.close();
      writer.close();
    }
  });
});
