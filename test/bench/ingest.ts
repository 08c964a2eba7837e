import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Baseline, baseline } from './baseline.ts';
import type { Load } from './loads.ts';
import { figures, report, reportMachine } from './report.ts';
import { Sender } from './sender.ts';
import { spansIn } from './stored.ts';
import { reportTaken, type Taken, take, WARM_UP_MS } from './take.ts';

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
  ['trace-100k-whole', great('one trace of 100,000, 50,000 a request', 50_176, 100_000)],
  ['trace-1m-whole', great('one trace of 1,000,000, 50,000 a request', 50_176, 1_000_000)],
]);

function great(name: string, spansPerRequest: number, spans: number): Case {
  return { name, wire: 'protobuf', spansPerRequest, traces: 'all', spans };
}

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
    const lost: number[] = [];
    for (let run = 0; run < runs; run++) {
      const folder = mkdtempSync(path.join(tmpdir(), 'spanside-bench-'));
      try {
        // Of compressed bodies there are only so many.
        const warmUpMs = load.wire === 'gzip' ? 0 : WARM_UP_MS;
        const round = load.spans ? { ms: LONGEST_MS, spans: load.spans } : { ms, warmUpMs };
        const one = await take(sender, folder, round);
        taken.push(one);
        lost.push(one.warmUp.spans + one.spans - (await spansIn(folder)));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    reportTaken('ingest', load, taken, decoded);
    report('ingest', `${load.name}, acknowledged and not in the store`, 'spans', figures(lost));
  } finally {
    await sender.close();
  }
}
