import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { keepCalling } from './traffic.ts';

// Every program takes a free port and prints its address; the next one is told of it by its environment.
const children = new Set<ReturnType<typeof spawn>>();

async function start(file: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, file)], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.on('exit', () => children.delete(child));
  const [address] = await once(createInterface(child.stdout), 'line');
  console.log(`${file} listens on ${address}`);
  return String(address);
}

async function stopAll(): Promise<void> {
  const stopped = [...children].map(child => once(child, 'exit'));
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(stopped);
  process.exit(0);
}

process.on('SIGINT', stopAll);
process.on('SIGTERM', stopAll);

const model = await start('model/server.ts');
const stock = await start('stock/server.ts');
const shop = await start('server.ts', { MODEL_URL: model, STOCK_URL: stock });
const rounds = Number(process.env['SHOP_ROUNDS'] ?? Number.POSITIVE_INFINITY);
await keepCalling(shop, rounds);
await stopAll();
