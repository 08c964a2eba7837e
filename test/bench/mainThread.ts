import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { outFolder, root } from '../harness/cache.ts';
import { writeSettings } from '../harness/editor.ts';
import { provideLauncher } from '../harness/launcher.ts';
import { freePort } from '../harness/processes.ts';
import { copyPrograms } from '../harness/programs.ts';
import { calmSettings } from '../harness/settings.ts';
import type { Sent } from './client.ts';
import type { Watch } from './extensionHost.ts';
import { report, reportMachine, reportQuantiles } from './report.ts';
import { Sender } from './sender.ts';
import { spansIn } from './stored.ts';

const RATE = 20_000;

/** What receiving costs the editor's other extensions: delays of their common main thread, in a real VS Code. */
export async function mainThread(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { seconds: { type: 'string', default: '60' } } });
  const ms = Number(values.seconds) * 1000;
  reportMachine('mainThread');
  const sender = await Sender.prepare({ wire: 'protobuf', spansPerRequest: 512, traces: 'ten' });
  try {
    const { watch, sent, stored } = await inEditor(sender, ms);
    reportQuantiles('mainThread', 'event-loop delay without traffic', 'ms', watch.quiet);
    reportQuantiles('mainThread', `event-loop delay at ${RATE} spans/s`, 'ms', watch.busy);
    report('mainThread', 'p99 above that without traffic', 'ms', watch.busy.p99 - watch.quiet.p99);
    report('mainThread', 'sent', 'spans/s', sent.spans / sent.seconds);
    report('mainThread', 'acknowledged after, longest', 'ms', sent.ackMs.max);
    report('mainThread', 'acknowledged and not in the store', 'spans', sent.spans - stored);
    report('mainThread', 'memory of the extension host before', 'MiB', watch.busy.rssBefore);
    report('mainThread', 'memory of the extension host halfway', 'MiB', watch.busy.rssHalfway);
    report('mainThread', 'memory of the extension host after', 'MiB', watch.busy.rssAfter);
    report('mainThread', 'memory of the extension host 10 s later', 'MiB', watch.rssLater);
  } finally {
    await sender.close();
  }
}

interface Outcome {
  watch: Watch;
  sent: Sent;
  /** Spans in the store when all was over. */
  stored: number;
}

async function inEditor(sender: Sender, ms: number): Promise<Outcome> {
  const tests = await bundle();
  const folder = mkdtempSync(path.join(tmpdir(), 'spanside-bench-'));
  const [workspace, profile] = [path.join(folder, 'workspace'), path.join(folder, 'profile')];
  mkdirSync(workspace);
  await copyPrograms(workspace);
  await writeSettings(profile, { ...calmSettings, 'spanside.receiver.port': await freePort() });
  const outcome: Partial<Outcome> = {};
  const control = await listen(sender, ms, outcome);
  const quiet = { write: () => true } as unknown as NodeJS.WritableStream;
  try {
    await runTests({
      vscodeExecutablePath: process.env['SPANSIDE_CODE'] ?? (await provideLauncher()),
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      launchArgs: [workspace, `--user-data-dir=${profile}`, `--extensions-dir=${path.join(folder, 'extensions')}`],
      extensionTestsEnv: { SPANSIDE_BENCH_CONTROL: control.url, SPANSIDE_BENCH_MS: String(ms) },
      stdout: process.env['SPANSIDE_VERBOSE'] ? process.stderr : quiet,
      stderr: process.env['SPANSIDE_VERBOSE'] ? process.stderr : quiet,
    });
  } finally {
    control.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  const { watch, sent, stored } = outcome;
  if (!watch || !sent || stored === undefined) throw new Error('The editor ended before it had measured.');
  return { watch, sent, stored };
}

/** Hears from the editor: when to send, and what it has seen. */
async function listen(sender: Sender, ms: number, outcome: Partial<Outcome>) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const work = async () => {
      if (pathname === '/send') {
        outcome.sent = await sender.send({ url: `http://127.0.0.1:${searchParams.get('port')}`, ms, rate: RATE });
      } else {
        outcome.watch = (await json(request)) as Watch;
        outcome.stored = await spansIn(outcome.watch.storage);
      }
    };
    work().then(
      () => response.end(),
      (error: Error) => {
        console.error(error.message);
        response.writeHead(500).end(error.message);
      },
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

async function bundle(): Promise<string> {
  const outfile = path.join(outFolder, 'bench/extensionHost.cjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'extensionHost.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  return outfile;
}
