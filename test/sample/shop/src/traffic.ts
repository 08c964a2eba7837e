import { setTimeout as sleep } from 'node:timers/promises';

interface Call {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
}

/** What customers do, over and over. The kettle order wants more than there ever are. */
const calls: Call[] = [
  { method: 'GET', path: '/products?search=tea' },
  { method: 'POST', path: '/assistant', body: { question: 'Do you have a teapot?', conversation: 'counter-1' } },
  { method: 'POST', path: '/orders', body: { product: 'kettle', quantity: 50 } },
  { method: 'POST', path: '/orders', body: { product: 'cup', quantity: 2 } },
  { method: 'GET', path: '/orders' },
];

const LONGEST_PAUSE_MS = 60_000;

/** Calls the shop `rounds` times through; trade is brisk at first and calms down, so that a list of traces can be read. */
export async function keepCalling(shop: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const { method, path, body } of calls) {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(shop + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      console.log(`${method} ${path} -> ${response.status}`);
      await response.arrayBuffer();
      await sleep(300);
    }
    if (round + 1 < rounds) await sleep(Math.min(4000 * 2 ** round, LONGEST_PAUSE_MS));
  }
}
