import { type Server, serve } from '../cli/program.ts';
import type { Baseline } from './baseline.ts';
import type { Shape } from './bodies.ts';
import type { Round, Sent } from './client.ts';
import type { Load } from './loads.ts';
import { cpuMs, memoryMiB, sizeOf } from './measure.ts';
import { figures, report } from './report.ts';
import type { Sender } from './sender.ts';

/** What a body of this kind is to be compared with. */
const SHAPES: Record<Load['traces'], Shape> = { ten: 'traces', request: 'trace', single: 'singles', all: 'trace' };

/** How long is sent before the clock runs. */
export const WARM_UP_MS = 2_000;

/** What one run measured; the server has its store closed by then. */
export interface Taken extends Sent {
  /** Sent before the clock ran, that the code is compiled by then as that of the baseline is. */
  warmUp: Pick<Sent, 'spans' | 'plainBytes'>;
  /** Of the server, until the last acknowledgement. */
  serverMs: number;
  /** The same with what it did until its store was closed. */
  closedMs: number;
  peakMiB: number;
  /** What the folder has grown by. */
  diskBytes: number;
}

/** What is measured of a receiver that runs. */
export type Measured = Pick<Server, 'process' | 'url' | 'kill' | 'stop'>;

/** One round against a server of its own, from its start to its end; before it, where asked for, one that warms up. */
export async function take(
  sender: Sender,
  folder: string,
  { warmUpMs, ...round }: Omit<Round, 'url'> & { warmUpMs?: number },
  start: (folder: string) => Promise<Measured> = serve,
): Promise<Taken> {
  const before = sizeOf(folder);
  const server = await start(folder);
  const pid = server.process.pid!;
  try {
    const warmUp = warmUpMs ? await sender.send({ ms: warmUpMs, url: server.url }) : { spans: 0, plainBytes: 0 };
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
    return { ...sent, warmUp, serverMs, closedMs, peakMiB, diskBytes: sizeOf(folder) - before };
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
    of(({ diskBytes, spans, warmUp }) => diskBytes / (spans + warmUp.spans)),
  );
  line(
    'disk / received',
    '',
    of(({ diskBytes, plainBytes, warmUp }) => diskBytes / (plainBytes + warmUp.plainBytes)),
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
