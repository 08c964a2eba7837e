import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { CollectorApi } from '../../src/collector/api.ts';
import { serve } from '../cli/program.ts';
import { type Collecting, collect } from '../harness/collecting.ts';
import { spanId, traceId, traceRequest } from '../harness/requests.ts';
import type { Sent } from './client.ts';
import { sizeOf } from './measure.ts';
import { figures, report, reportMachine } from './report.ts';
import { Sender } from './sender.ts';
import { ORDER, SERVICES } from './work.ts';

const SEARCHES = 30;
const PAGE = 50;
const FILL_MS = 15 * 60_000;
/** Until what is closed is compressed. */
const REST_MS = 75_000;
/** Of ingest without and with a search. */
const ROUNDS = 5;
const LOAD = { wire: 'protobuf', spansPerRequest: 512, traces: 'ten' } as const;

/** Searches of one kind; the number of the search gives its values. */
type Kind = [name: string, text: (n: number) => string];

/** What a search of a store takes, from its question to its first page, and what ingest is like beside the slowest. */
export async function search(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      spans: { type: 'string', default: '1000000' },
      rest: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '20' },
    },
  });
  reportMachine('search');
  const folder = mkdtempSync(path.join(tmpdir(), 'spanside-bench-'));
  const sender = await Sender.prepare(LOAD);
  let collecting: Collecting | undefined;
  try {
    await fill(sender, folder, Number(values.spans));
    const began = performance.now();
    collecting = await collect(folder);
    const { collector } = collecting;
    await collector.listTraces({ limit: PAGE });
    report('search', 'opening the store and its first page', 'ms', performance.now() - began);
    const kinds = await kindsOf(collector);
    await measure('cold', collector, kinds);
    await settled(folder);
    await measure('indexed', collector, kinds);
    await beside(sender, collecting, Number(values.seconds) * 1000);
    if (values.rest) {
      await sleep(REST_MS);
      await measure('at rest', collector, await kindsOf(collector));
      report('search', 'bytes on disk', 'MB', sizeOf(folder) / 1e6);
    }
  } finally {
    await collecting?.collector.dispose();
    await sender.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const noteOf = (n: number) => `note-${n}-of-one-span`;

/** As many spans in all, and among them, evenly, those of which each has a value that no other has. */
async function fill(sender: Sender, folder: string, spans: number): Promise<void> {
  const server = await serve(folder);
  try {
    for (let n = 0; n < SEARCHES; n++) {
      await sender.send({ url: server.url, ms: FILL_MS, spans: Math.ceil(spans / SEARCHES) });
      const now = BigInt(Date.now()) * 1_000_000n;
      const span = { traceId: traceId(n + 1), spanId: spanId(n + 1), start: String(now), end: String(now + 1_000n) };
      const body = traceRequest([{ ...span, name: 'note', attributes: { 'shop.note': noteOf(n) } }]);
      const answer = await fetch(`${server.url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`A note was answered with ${answer.status}.`);
    }
    report('search', 'filled, bytes on disk', 'MB', sizeOf(folder) / 1e6);
    await server.stop();
  } finally {
    await server.kill();
  }
}

/** Every kind with values that are in the store. */
async function kindsOf(collector: CollectorApi): Promise<Kind[]> {
  const { traces } = await collector.listTraces({ limit: 10_000 });
  const traceIds = Array.from(
    { length: SEARCHES },
    (_, n) => traces[Math.floor((n * traces.length) / SEARCHES)]!.traceId,
  );
  const orders: string[] = [];
  for (const id of traceIds) {
    for (const { attributes } of (await collector.trace(id))?.spans ?? []) {
      const value = attributes.find(({ key }) => key === 'shop.order.id')?.value;
      if (value?.type === 'string') orders.push(value.value);
    }
  }
  const work = (n: number) => ORDER[n % ORDER.length]!;
  return [
    ['trace id', n => `trace:${traceIds[n]}`],
    ['service and name', n => `service:${SERVICES[work(n).service]} name:"${work(n).name}"`],
    ['duration', n => `duration:>${5 + 2.8 * n}ms`],
    ['attribute, often', n => `http.response.status_code:${[200, 201, 404, 503][n % 4]}`],
    ['attribute, now and then', n => `db.response.returned_rows:${n}`],
    ['attribute, once in 10,000', n => `shop.order.id:${orders[n % orders.length]}`],
    ['attribute, once', n => `shop.note:${noteOf(n)}`],
    ['range', n => `http.request.body.size:>${900_000 + 3_000 * n}`],
    ['wildcard', n => `client.address:10.0.${5 * n}.*`],
    ['conjunction', n => `service:orders db.collection.name:items duration:>${n / 10}ms`],
    ['word', n => `${work(n).name.split(' ')[0]} ${SERVICES[work(n).service]}`],
    ...NO_MATCH,
  ];
}

const NO_MATCH: Kind[] = [
  ['no match, word', n => `nowhere${n}`],
  ['no match, attribute', n => `shop.order.id:nowhere${n}`],
  ['no match, regex', n => `{ span.http.route =~ "/nowhere/${n}/.*" }`],
  ['no match, structure', n => `{ name = "render mail" } >> { name = "${above(n)}" }`],
];

/** Names of spans above those that are looked for above them. */
function above(n: number): string {
  return ORDER[n % 4]!.name;
}

async function measure(state: string, collector: CollectorApi, kinds: readonly Kind[]): Promise<void> {
  for (const [name, text] of kinds) {
    const isSlow = name.startsWith('no match');
    const times: number[] = [];
    const firsts: number[] = [];
    for (let n = 0; n < (isSlow ? 3 : SEARCHES); n++) {
      const began = performance.now();
      let first: number | undefined;
      const page = await collector.search({ text: text(n), limit: PAGE }, () => {
        first ??= performance.now() - began;
      });
      times.push(performance.now() - began);
      firsts.push(first ?? performance.now() - began);
      if (isSlow !== (page.traces.length === 0)) throw new Error(`${text(n)} found ${page.traces.length} traces.`);
    }
    const sorted = times.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
    report('search', `${state}, ${name}, p50`, 'ms', at(0.5));
    report('search', `${state}, ${name}, ${isSlow ? 'longest' : 'p95'}`, 'ms', isSlow ? at(1) : at(0.95));
    if (isSlow) report('search', `${state}, ${name}, first progress`, 'ms', Math.max(...firsts));
  }
}

/** Waits until there is a sidecar of every segment but the open one. */
async function settled(folder: string): Promise<void> {
  const count = (end: string) => readdirSync(path.join(folder, 'segments')).filter(name => name.endsWith(end)).length;
  for (let i = 0; count('.idx') < count('.seg') + count('.zst') - 1; i++) {
    if (i > 600) throw new Error('The sidecars were not made in a minute.');
    await sleep(100);
  }
}

/** Ingest without a search and with the slowest one in a loop, in turns: others may be at work on the machine. */
async function beside(sender: Sender, { url, collector }: Collecting, ms: number): Promise<void> {
  const alone: Sent[] = [];
  const together: Sent[] = [];
  let searches = 0;
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await sender.send({ url, ms: ms / ROUNDS }));
    const abort = new AbortController();
    const searching = searchUntil(collector, abort.signal);
    together.push(await sender.send({ url, ms: ms / ROUNDS }));
    abort.abort();
    searches += await searching;
  }
  const rate = (rounds: Sent[]) => figures(rounds.map(({ spans, seconds }) => spans / seconds));
  const p99 = (rounds: Sent[]) => figures(rounds.map(({ ackMs }) => ackMs.p99));
  report('search', 'ingest alone', 'spans/s', rate(alone));
  report('search', 'ingest beside the slowest search', 'spans/s', rate(together));
  report('search', 'of its speed', '', rate(together).median / rate(alone).median);
  report('search', 'acknowledged alone, p99', 'ms', p99(alone));
  report('search', 'acknowledged beside the slowest search, p99', 'ms', p99(together));
  report('search', 'searches meanwhile', '', searches);
}

/** Searches for the structure that is nowhere, again and again; answers how often that was done. */
async function searchUntil(collector: CollectorApi, signal: AbortSignal): Promise<number> {
  const [[, text]] = NO_MATCH.slice(-1) as [Kind];
  let searches = 0;
  for (; !signal.aborted; searches++) {
    await collector.search({ text: text(searches), limit: PAGE }, undefined, signal).catch(error => {
      if (!signal.aborted) throw error;
    });
  }
  return searches;
}
