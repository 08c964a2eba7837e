import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { outFolder, root } from '../harness/cache.ts';
import { endWithUs, stop } from '../harness/processes.ts';
import { baseline } from './baseline.ts';
import { cpuMs, memoryMiB, sizeOf } from './measure.ts';
import { report, reportMachine } from './report.ts';
import { Sender } from './sender.ts';
import { type Measured, reportTaken, type Taken, take, WARM_UP_MS } from './take.ts';

const LOAD = { wire: 'protobuf', spansPerRequest: 512, traces: 'ten' } as const;
const FILL_MS = 15 * 60_000;
const IDLE_MS = 60_000;

/** The 512-span figures with ten million spans in the store, and what a store takes on disk after an idle minute. */
export async function large(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      store: { type: 'string', default: '10000000' },
      runs: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
    },
  });
  const spans = Number(values.store);
  reportMachine('large');
  const decoded = baseline('large');
  const start = await keepingAll();
  const folder = mkdtempSync(path.join(tmpdir(), 'spanside-bench-'));
  const sender = await Sender.prepare(LOAD);
  try {
    const received = await fill('large', sender, folder, start, spans);
    report('large', `disk / received, ${spans} spans, closed`, '', sizeOf(folder) / received);
    const name = `512-span protobuf with ${spans} in the store`;
    const taken: Taken[] = [];
    for (let run = 0; run < Number(values.runs); run++) {
      const round = { ms: Number(values.seconds) * 1000, warmUpMs: WARM_UP_MS };
      taken.push(await take(sender, folder, round, start));
    }
    reportTaken('large', { ...LOAD, name }, taken, decoded);
  } finally {
    await sender.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A store left alone for a minute: what was appended in a hurry is packed. */
export async function idle(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { spans: { type: 'string', default: '1000000' } } });
  reportMachine('idle');
  const folder = mkdtempSync(path.join(tmpdir(), 'spanside-bench-'));
  const sender = await Sender.prepare(LOAD);
  try {
    await fill('idle', sender, folder, await keepingAll(), Number(values.spans));
  } finally {
    await sender.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fills a store at full speed and waits until it has been idle for a minute; answers the bytes it was sent. */
async function fill(
  bench: string,
  sender: Sender,
  folder: string,
  start: (folder: string) => Promise<Measured>,
  spans: number,
): Promise<number> {
  const server = await start(folder);
  try {
    const sent = await sender.send({ url: server.url, ms: FILL_MS, spans });
    if (sent.spans < spans) throw new Error(`Only ${sent.spans} of ${spans} spans were sent in time.`);
    report(bench, 'filled', 'spans', sent.spans);
    report(bench, 'filled at', 'spans/s', sent.spans / sent.seconds);
    report(bench, 'filling, acknowledged after, longest', 'ms', sent.ackMs.max);
    report(bench, 'filling, peak memory', 'MiB', memoryMiB(server.process.pid!).peak);
    report(bench, 'disk / received, at once', '', sizeOf(folder) / sent.bytes);
    await new Promise(resolve => setTimeout(resolve, IDLE_MS));
    report(bench, 'disk / received, after an idle minute', '', sizeOf(folder) / sent.bytes);
    report(bench, 'CPU until the idle minute was over', 'µs/span', (cpuMs(server.process.pid!) * 1000) / sent.spans);
    report(bench, 'memory after an idle minute', 'MiB', memoryMiB(server.process.pid!).now);
    await server.stop();
    return sent.bytes;
  } finally {
    await server.kill();
  }
}

/** Builds the receiver that keeps everything; answers how to start it. */
async function keepingAll(): Promise<(folder: string) => Promise<Measured>> {
  const program = path.join(outFolder, 'bench/keepAll.cjs');
  const entryPoints = [path.join(import.meta.dirname, 'keepAll.ts')];
  await build({ entryPoints, outfile: program, bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning' });
  const workers = ['ingest.cjs', 'receive.cjs', 'query.cjs', 'search.cjs'].map(file => path.join(root, 'dist', file));
  return async storage => {
    const child = spawn(process.execPath, [program, storage, ...workers], { stdio: ['ignore', 'pipe', 'inherit'] });
    endWithUs(child);
    const exited = once(child, 'exit').then(([code]) => code as number | null);
    const line = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line').then(([first]) => String(first)),
      exited.then(code => {
        throw new Error(`The receiver ended with ${code}.`);
      }),
    ]);
    const { url } = JSON.parse(line) as { url: string };
    return {
      process: child,
      url,
      kill: () => stop(child, 0),
      stop: async () => {
        await stop(child, 30_000);
        return exited;
      },
    };
  };
}
