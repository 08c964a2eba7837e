import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../harness/cache.ts';

/** How many spans a store holds, counted by the command line: by another program than the one that counted them in. */
export async function spansIn(storage: string): Promise<number> {
  const args = ['traces', '--json', '--limit', '100000000', '--storage', storage];
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let spans = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    spans += (JSON.parse(line) as { spanCount: number }).spanCount;
  }
  const [code] = await exited;
  if (code !== 0) throw new Error(`The store could not be read: the command ended with ${code}.`);
  return spans;
}
