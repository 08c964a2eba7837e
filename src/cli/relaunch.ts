import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs this very command with a Node that has SQLite, where one lies near: the one of the npm package `node`, or the one
 * that SPANSIDE_NODE names. The new process ends when this one does, however this one ends.
 * @returns whether such a Node was found; this process then has nothing more to do.
 */
export function relaunch(): boolean {
  const node = findNode();
  if (!node || process.env['SPANSIDE_RELAUNCHED']) return false;
  const child = spawn(node, process.argv.slice(1), {
    // The channel is there for its end alone: see below.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SPANSIDE_RELAUNCHED: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('error', error => {
    process.stderr.write(`spanside: ${node} could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
  return true;
}

/** In a process started by {@link relaunch}: ends it at once when the one that started it is gone. */
export function endWithParent(): void {
  if (!process.env['SPANSIDE_RELAUNCHED'] || !process.channel) return;
  process.on('disconnect', () => process.exit(1));
  // Listening must not keep a command alive that is done.
  process.channel.unref();
}

function findNode(): string | undefined {
  const named = process.env['SPANSIDE_NODE'];
  if (named) return named;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', 'node', 'bin', binary);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return undefined;
  }
}
