import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from '../cli/program.ts';
import { type Baseline, baseline } from './baseline.ts';
import type { Shape } from './bodies.ts';
import type { Round, Sent } from './client.ts';
import type { Load } from './loads.ts';
import { cpuMs, memoryMiB, sizeOf } from './measure.ts';
import { figures, report, reportMachine } from './report.ts';
import { Sender } from './sender.ts';

interface Case extends Load {
  name: string;
  /** Sent whole, however long it takes up to a minute; else as much as fits into the time of a run. */
  spans?: number;
}

const MANY = { spansPerRequest: 512, traces: 'ten' } as const;
const cases = new Map<string, Case>([
  ['protobuf', { name: '512-span protobuf', wire: 'protobuf', ...MANY }],
  ['json', { name: '512-span JSON', wire: 'json', ...MANY }],
  ['grpc', { name: '512-span gRPC', wire: 'grpc', ...MANY }],
  ['gzip', { name: '512-span gzip', wire: 'gzip', ...MANY }],
  ['one-trace-a-body', { name: 'one trace a body', wire: 'protobuf', spansPerRequest: 512, traces: 'request' }],
  ['512-traces-a-body', { name: '512 traces a body', wire: 'protobuf', spansPerRequest: 512, traces: 'single' }],
  ['one-span', { name: 'one-span requests', wire: 'protobuf', spansPerRequest: 1, traces: 'ten' }],
  ['trace-100k', great('one trace of 100,000, 512 a request', 512, 100_000)],
  ['trace-1m', great('one trace of 1,000,000, 512 a request', 512, 1_000_000)],
  ['trace-100k-whole', great('one trace of 100,000 in one request', 100_352, 100_000)],
  ['trace-1m-whole', great('one trace of 1,000,000 in ten requests', 100_352, 1_000_000)],
]);

function great(name: string, spansPerRequest: number, spans: number): Case {
  return { name, wire: 'protobuf', spansPerRequest, traces: 'all', spans };
}

/** What a body of this kind is to be compared with. */
const SHAPES: Record<Load['traces'], Shape> = { ten: 'traces', request: 'trace', single: 'singles', all: 'trace' };
const LONGEST_MS = 60_000;

/** What `spanside serve` takes in, acknowledged after the commit; client and server share the machine. */
export async function ingest(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      runs: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
    },
  });
  const wanted = values.only?.split(',') ?? [...cases.keys()];
  const unknown = wanted.filter(name => !cases.has(name));
  if (unknown.length > 0)
    throw new Error(`There is no case ${unknown.join(', ')}; there are: ${[...cases.keys()].join(', ')}.`);
  reportMachine('ingest');
  const decoded = baseline('ingest');
  for (const name of wanted)
    await measure(cases.get(name)!, Number(values.runs), Number(values.seconds) * 1000, decoded);
}

async function measure(load: Case, runs: number, ms: number, decoded: Baseline): Promise<void> {
  const sender = await Sender.prepare(load);
  try {
    const taken: Taken[] = [];
    for (let run = 0; run < runs; run++) {
      const folder = mkdtempSync(path.join(tmpdir(), 'spanside-bench-'));
      try {
        taken.push(await take(sender, folder, load.spans ? { ms: LONGEST_MS, spans: load.spans } : { ms }));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    reportTaken('ingest', load, taken, decoded);
  } finally {
    await sender.close();
  }
}

/** What one run measured; the server has its store closed by then. */
export interface Taken extends Sent {
  /** Of the server, until the last acknowledgement. */
  serverMs: number;
  /** The same with what it did until its store was closed. */
  closedMs: number;
  peakMiB: number;
  /** What the folder has grown by. */
  diskBytes: number;
}

async function take(sender: Sender, folder: string, round: Omit<Round, 'url'>): Promise<Taken> {
  const before = sizeOf(folder);
  const server = await serve(folder);
  const pid = server.process.pid!;
  try {
    const idle = cpuMs(pid);
    const sent = await sender.send({ ...round, url: server.url });
    const serverMs = cpuMs(pid) - idle;
    const peakMiB = memoryMiB(pid).peak;
    let closedMs = serverMs;
    const watch = setInterval(() => {
      closedMs = Math.max(closedMs, cpuMs(pid) - idle || 0);
    }, 10);
    await server.stop();
    clearInterval(watch);
    return { ...sent, serverMs, closedMs, peakMiB, diskBytes: sizeOf(folder) - before };
  } finally {
    await server.kill();
  }
}

export function reportTaken(bench: string, load: Load & { name: string }, taken: Taken[], decoded: Baseline): void {
  const of = (value: (run: Taken) => number) => figures(taken.map(value));
  const base = decoded[SHAPES[load.traces]];
  const rate = of(({ spans, seconds }) => spans / seconds);
  const cpu = of(({ serverMs, spans }) => (serverMs * 1000) / spans);
  const line = (what: string, unit: string, value: ReturnType<typeof figures>, ratio?: number) =>
    report(bench, what === '' ? load.name : `${load.name}, ${what}`, unit, value, ratio);
  line('', 'spans/s', rate, rate.median / figures(base.rates).median);
  if (load.spansPerRequest === 1)
    line(
      '',
      'requests/s',
      of(({ requests, seconds }) => requests / seconds),
    );
  line('server CPU', 'µs/span', cpu, cpu.median / figures(base.cpu).median);
  line(
    'server CPU until closed',
    'µs/span',
    of(({ closedMs, spans }) => (closedMs * 1000) / spans),
  );
  line(
    'client CPU',
    'µs/span',
    of(run => (run.cpuMs * 1000) / run.spans),
  );
  line(
    'received',
    'bytes/span',
    of(({ bytes, spans }) => bytes / spans),
  );
  line(
    'disk',
    'bytes/span',
    of(({ diskBytes, spans }) => diskBytes / spans),
  );
  line(
    'disk / received',
    '',
    of(({ diskBytes, bytes }) => diskBytes / bytes),
  );
  line(
    'peak memory',
    'MiB',
    of(({ peakMiB }) => peakMiB),
  );
  line(
    'acknowledged after, p50',
    'ms',
    of(({ ackMs }) => ackMs.p50),
  );
  line(
    'acknowledged after, p99',
    'ms',
    of(({ ackMs }) => ackMs.p99),
  );
  line(
    'acknowledged after, longest',
    'ms',
    of(({ ackMs }) => ackMs.max),
  );
}
