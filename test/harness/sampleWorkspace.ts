import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findStore } from '../../src/environment/storeRegistry.ts';
import { root, type Say } from './cache.ts';
import { endWithUs, stop } from './processes.ts';
import { linkModules, tracedEnvironment } from './programs.ts';

/** A fresh copy of the sample program, so that the checkout stays as it is whatever is done to it. */
export async function copySample(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await cp(path.join(root, 'test/sample/shop'), folder, { recursive: true });
  const guide = await readFile(path.join(import.meta.dirname, 'workspaceReadme.md'), 'utf8');
  const readme = path.join(folder, 'README.md');
  await writeFile(readme, `${guide}${await readFile(readme, 'utf8')}`);
  await linkModules(folder);
}

/**
 * Runs the sample as soon as a window with Spanside has the folder open, and again when its endpoint changes: for
 * example because port 4318 was taken. Gives a function that ends it.
 */
export function runSample(folder: string, log: string, say: Say): () => Promise<void> {
  const since = Date.now();
  let endpoint: string | undefined;
  let program: ChildProcess | undefined;
  const look = async () => {
    const store = await findStore(folder);
    if (!store?.endpoint || store.updatedAt < since || store.endpoint === endpoint) return;
    endpoint = store.endpoint;
    if (program) await stop(program);
    say(`Spanside listens on ${endpoint}. The sample program sends its traces there (its output is in ${log}).`);
    program = startShop(folder, endpoint, log);
    program.on('exit', code => code && say(`The sample program ended with exit code ${code}; ${log} says why.`));
  };
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, 500);
  return async () => {
    clearInterval(timer);
    await looking;
    if (program) await stop(program);
  };
}

function startShop(folder: string, endpoint: string, log: string): ChildProcess {
  const output = openSync(log, 'a');
  const program = spawn(process.execPath, ['src/main.ts'], {
    cwd: folder,
    // The SDK waits five seconds by default before it sends; who looks at a first trace should not have to.
    env: { ...tracedEnvironment(endpoint), OTEL_BSP_SCHEDULE_DELAY: '500' },
    stdio: ['ignore', output, output],
    detached: process.platform !== 'win32',
  });
  closeSync(output);
  endWithUs(program);
  return program;
}
