import assert from 'node:assert/strict';
import type { CollectorApi, ReceiverCounts } from '../../src/collector/api.ts';
import { until } from '../harness/processes.ts';
import { type Sent, type SentSpan, sentSpans } from './sent.ts';

/** The counts of a collector, kept up to date; call it before anything is sent. */
export function countsOf(collector: CollectorApi): () => ReceiverCounts {
  let counts = collector.counts;
  collector.onDidCommit(notice => {
    counts = notice.counts;
  });
  return () => counts;
}

/** Waits until a collector has stored what was sent, and no more; throws where it differs or something was refused. */
export async function assertStored(collector: CollectorApi, counts: () => ReceiverCounts, sent: Sent): Promise<void> {
  const wanted = Object.values(sent.names).reduce((sum, n) => sum + n, 0);
  await until(
    `${wanted} spans, ${sent.logs ?? 0} logs and ${sent.points ?? 0} points are counted`,
    () => counts().spans >= wanted && counts().logs >= (sent.logs ?? 0) && counts().metricPoints >= (sent.points ?? 0),
  ).catch((error: Error) => assert.fail(`${error.message} ${JSON.stringify(counts())}`));
  const { spans, refused, lastRefusal, logs, metricPoints } = counts();
  assert.equal(refused, 0, lastRefusal?.reason);
  assert.equal(spans, wanted);
  if (sent.logs !== undefined) assert.equal(logs, sent.logs);
  if (sent.points !== undefined) assert.equal(metricPoints, sent.points);
  const kept = await until('the spans can be read', async () => {
    const read = await readSpans(collector);
    return read.length >= wanted && read;
  });
  assertSame(kept, sent);
}

/** Holds spans that were kept against those that were sent: each once, under its own name. */
export function assertSame(kept: SentSpan[], sent: Sent): void {
  const key = (span: SentSpan) => `${span.traceId} ${span.spanId} ${span.name}`;
  if (sent.spans) assert.deepEqual(kept.map(key).sort(), sent.spans.map(key).sort());
  assert.deepEqual(new Map(Object.entries(sentSpans(kept).names)), new Map(Object.entries(sent.names)));
}

async function readSpans(collector: CollectorApi): Promise<SentSpan[]> {
  const { traces } = await collector.listTraces({ limit: 1000 });
  const spans: SentSpan[] = [];
  for (const { traceId } of traces) {
    for (const { spanId, name } of (await collector.trace(traceId))?.spans ?? []) spans.push({ traceId, spanId, name });
  }
  return spans;
}
