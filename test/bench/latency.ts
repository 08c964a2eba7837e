import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { CollectorApi } from '../../src/collector/api.ts';
import { createCollector } from '../../src/collector/collector.ts';
import type { TraceId } from '../../src/model/ids.ts';
import { Throttle } from '../../src/views/throttle.ts';
import { TraceList } from '../../src/views/traces/traceList.ts';
import { root } from '../harness/cache.ts';
import { until } from '../harness/processes.ts';
import { body } from './bodies.ts';
import { hex, random } from './random.ts';
import { quantiles, report, reportMachine, reportQuantiles } from './report.ts';
import { Sender } from './sender.ts';
import { protoTemplate } from './template.ts';

/** As the Traces view has it. */
const REFRESH_MS = 250;
/** Traces that start later stand above what else arrives, so that the first page of the list shows them. */
const AHEAD_S = 10;
const RATE = 20_000;

/** From the acknowledgement of a trace of ten spans to its row in the tree, with nothing else going on and under load. */
export async function latency(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { requests: { type: 'string', default: '200' } } });
  const requests = Number(values.requests);
  reportMachine('latency');
  const sender = await Sender.prepare({ wire: 'protobuf', spansPerRequest: 512, traces: 'ten' });
  const folder = mkdtempSync(path.join(tmpdir(), 'spanside-bench-'));
  const workers = {
    ingest: path.join(root, 'dist/ingest.cjs'),
    receive: path.join(root, 'dist/receive.cjs'),
    query: path.join(root, 'dist/query.cjs'),
    search: path.join(root, 'dist/search.cjs'),
  };
  const collector = createCollector({ storageFolder: folder, ports: [0], listen: true, workers });
  try {
    const url = await until('the receiver listens', () =>
      collector.state.phase === 'listening' ? collector.state.endpoints[0]?.url : undefined,
    );
    const tree = watchAsTree(collector);
    // What is loaded with the first trace is no part of the others' time.
    await probe(url, 0, tree);
    await reportProbes('nothing else going on', url, requests, tree);
    const load = { over: false };
    const sent = sendUntil(sender, url, load);
    await reportProbes(`under ${RATE} spans/s`, url, requests, tree);
    load.over = true;
    report('latency', `under ${RATE} spans/s, in fact sent`, 'spans/s', await sent);
    tree.dispose();
  } finally {
    await collector.dispose();
    await sender.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Steady traffic until it is told to end; answers how much a second. */
async function sendUntil(sender: Sender, url: string, load: { over: boolean }): Promise<number> {
  let [spans, seconds] = [0, 0];
  while (!load.over) {
    const sent = await sender.send({ url, ms: 1_000, rate: RATE });
    spans += sent.spans;
    seconds += sent.seconds;
  }
  return spans / seconds;
}

interface Tree {
  /** Times when the commit of a trace was told of, and when its row was there. */
  watch(traceId: TraceId): Promise<{ noticed: number; shown: number }>;
  dispose(): void;
}

/** Reads the list whenever the Traces view would. */
function watchAsTree(collector: CollectorApi): Tree {
  const list = new TraceList(collector);
  const waiting = new Map<string, { noticed: number; resolve(times: { noticed: number; shown: number }): void }>();
  const refresh = new Throttle(REFRESH_MS, () => {
    void list.children().then(rows => {
      for (const row of rows) {
        const found = row.kind === 'trace' ? waiting.get(row.summary.traceId) : undefined;
        if (row.kind !== 'trace' || !found) continue;
        waiting.delete(row.summary.traceId);
        const shown = performance.now();
        // The refresh for an earlier trace may find it before its own notice comes.
        found.resolve({ noticed: Math.min(found.noticed, shown), shown });
      }
    });
  });
  const subscription = collector.onDidCommit(({ traceIds, more }) => {
    const now = performance.now();
    for (const [id, waits] of waiting) {
      // A notice names a thousand traces at most.
      if (more || traceIds.includes(id as TraceId)) waits.noticed = Math.min(waits.noticed, now);
    }
    refresh.trigger();
  });
  return {
    watch: traceId => new Promise(resolve => waiting.set(traceId, { noticed: Number.POSITIVE_INFINITY, resolve })),
    dispose: () => {
      subscription.dispose();
      refresh.dispose();
    },
  };
}

async function reportProbes(when: string, url: string, requests: number, tree: Tree): Promise<void> {
  const noticed: number[] = [];
  const shown: number[] = [];
  const pause = random(1);
  for (let i = 1; i <= requests; i++) {
    // Out of step with the tree's refreshes.
    await new Promise(resolve => setTimeout(resolve, REFRESH_MS * (1 + pause())));
    const times = await probe(url, i, tree);
    noticed.push(times.noticed);
    shown.push(times.shown);
  }
  reportQuantiles('latency', `ack to notice, ${when}`, 'ms', quantiles(noticed));
  reportQuantiles('latency', `ack to the tree's row, ${when}`, 'ms', quantiles(shown));
}

let probes = 0;

/** Milliseconds from the acknowledgement on; the notice may come before it. */
async function probe(url: string, seed: number, tree: Tree): Promise<{ noticed: number; shown: number }> {
  const traceId = hex(random(1_000_000 + probes++), 32) as TraceId;
  const request = protoTemplate(body({ spans: 10, shape: 'traces', seed, within: { traceId } }), 'traces');
  request.renew(0, Math.floor(Date.now() / 1000) + AHEAD_S);
  const seen = tree.watch(traceId);
  const headers = { 'content-type': 'application/x-protobuf' };
  const response = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: new Uint8Array(request.bytes) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`A request was refused with ${response.status}.`);
  const acked = performance.now();
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(`The trace ${traceId} did not show within 10 s.`)), 10_000).unref(),
  );
  const { noticed, shown } = await Promise.race([seen, late]);
  return { noticed: Math.max(0, noticed - acked), shown: Math.max(0, shown - acked) };
}
