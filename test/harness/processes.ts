import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface RunOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  /** Milliseconds after which the program is stopped and the run has failed. */
  timeout?: number;
}

/** A program that ended by something else than exit code 0; `output` is the end of what it printed. */
export class RunError extends Error {
  readonly output: string;
  constructor(command: string, how: string, output: string) {
    super(`${command} ${how}${output ? `:\n${output}` : ''}`);
    this.output = output;
  }
}

/** Runs a program to its end and gives what it printed (both streams); throws {@link RunError} where it failed. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { timeout, ...rest } = options;
  const child = spawn(command, args, { ...rest, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => output.push(String(chunk)));
  const timer = timeout ? setTimeout(() => child.kill('SIGKILL'), timeout) : undefined;
  const [code, signal] = (await new Promise((resolve, reject) => {
    child.on('error', error => reject(new RunError(command, error.message, '')));
    child.on('close', (...ended) => resolve(ended));
  }).finally(() => clearTimeout(timer))) as [number | null, string | null];
  const text = output.join('');
  const name = [command, ...args.slice(0, 3)].join(' ');
  if (code !== 0) throw new RunError(name, `ended with ${signal ?? `exit code ${code}`}`, text.slice(-4000).trim());
  return text;
}

/** Whether a program of this name is on the PATH and answers to `--version`. */
export async function answers(command: string, args = ['--version']): Promise<boolean> {
  return run(command, args, { timeout: 20_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * Ends a program that was started here, and what it started itself where it leads its own process group (`detached`).
 * Asks first, insists after `patience` milliseconds.
 */
export async function stop(child: ChildProcess, patience = 5000): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'exit');
  const timer = setTimeout(() => signalGroup(child.pid!, 'SIGKILL'), patience);
  signalGroup(child.pid, 'SIGTERM');
  await closed;
  clearTimeout(timer);
}

/** Makes sure that a program does not outlive this one, however this one ends. */
export function endWithUs(child: ChildProcess): void {
  const end = () => child.pid !== undefined && child.exitCode === null && signalGroup(child.pid, 'SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself in between.
    }
  }
}

/** A port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('A port was asked for and a path was given.');
  return address.port;
}

/** Asks every `every` milliseconds until there is an answer; throws with `what` when there is none in `timeout`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeout = 10_000,
  every = 50,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`Waited ${timeout / 1000} s in vain: ${what}.`);
    await new Promise(resolve => setTimeout(resolve, every));
  }
}
