// Runs in the extension host of a real VS Code, beside the extension: watches the main thread's event loop for a minute
// without traffic and for a minute with it. The bench, outside, sends when it is asked to.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { findStore } from '../../src/environment/storeRegistry.ts';
import { activated, answersOn, configuredPort, eventually, workspaceFolder } from '../editor/window.ts';

/** Milliseconds of event-loop delay, and resident MiB of the extension host. */
export interface Watched {
  p50: number;
  p99: number;
  max: number;
  rssBefore: number;
  /** After half of the time: from here on it should not grow. */
  rssHalfway: number;
  rssAfter: number;
}

export interface Watch {
  quiet: Watched;
  busy: Watched;
  /** Ten seconds after the traffic. */
  rssLater: number;
  storage: string;
}

const rss = () => process.memoryUsage.rss() / 1024 ** 2;
const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

async function watched(ms: number, during: () => Promise<unknown>): Promise<Watched> {
  const rssBefore = rss();
  let rssHalfway = 0;
  setTimeout(() => {
    rssHalfway = rss();
  }, ms / 2);
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  await during();
  delays.disable();
  const inMs = (nanos: number) => nanos / 1e6;
  const [p50, p99, max] = [delays.percentile(50), delays.percentile(99), delays.max].map(inMs) as [
    number,
    number,
    number,
  ];
  return { p50, p99, max, rssBefore, rssHalfway, rssAfter: rss() };
}

export async function run(): Promise<void> {
  const control = process.env['SPANSIDE_BENCH_CONTROL'] ?? '';
  const ms = Number(process.env['SPANSIDE_BENCH_MS']);
  await activated();
  const port = configuredPort();
  await eventually('Spanside listens', () => answersOn(port), 20_000);
  await vscode.commands.executeCommand('workbench.view.extension.spanside');
  // The first seconds of a window belong to everything else that starts in it.
  await wait(15_000);
  const quiet = await watched(ms, () => wait(ms));
  const busy = await watched(ms, async () => {
    const response = await fetch(`${control}/send?port=${port}`);
    if (!response.ok) throw new Error(await response.text());
  });
  await wait(10_000);
  const store = await findStore(workspaceFolder().uri.fsPath);
  const watch: Watch = { quiet, busy, rssLater: rss(), storage: store?.storage ?? '' };
  await fetch(`${control}/watched`, { method: 'POST', body: JSON.stringify(watch) });
}
