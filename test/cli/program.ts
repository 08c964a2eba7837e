import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** What a command printed and how it ended. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs the built command line to its end. */
export function spanside(args: string[], env: NodeJS.ProcessEnv = {}, cwd?: string): Promise<Ended> {
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [CLI, ...args],
      { env: { ...process.env, ...env }, cwd, maxBuffer: 256 * 1024 * 1024 },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

/** A running `spanside serve`. */
export interface Server {
  process: ChildProcess;
  /** For example `http://127.0.0.1:41231`. */
  url: string;
  storage: string;
  /** All that it printed when it listened. */
  ready: Record<string, unknown>;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Asks it to stop; answers its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `spanside serve` on a free port and waits until it says that it listens. */
export async function serve(storage: string, args: string[] = ['--port', '0']): Promise<Server> {
  const child = spawn(process.execPath, [CLI, 'serve', ...args, '--storage', storage], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', chunk => {
    err += chunk;
  });
  const exited = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([first]) => first as string),
    exited.then(([code]) => {
      throw new Error(`serve ended with ${code}: ${err}`);
    }),
  ]);
  const ready = JSON.parse(line) as { ready: boolean; endpoints: string[]; storage: string };
  return {
    process: child,
    url: ready.endpoints[0] ?? '',
    storage: ready.storage,
    ready,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code as number | null;
    },
  };
}

/** Posts an OTLP JSON request; throws unless it is accepted. */
export async function post(url: string, request: object | string, signal = 'traces'): Promise<void> {
  const response = await fetch(`${url}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof request === 'string' ? request : JSON.stringify(request),
  });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${body}`);
}
