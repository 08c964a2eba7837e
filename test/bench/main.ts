// `npm run bench` measures everything, `npm run bench -- NAME` one thing; what follows the name are its options. Figures,
// never a verdict: machines differ.
import { activation } from './activation.ts';
import { ingest } from './ingest.ts';
import { idle, large } from './large.ts';
import { latency } from './latency.ts';
import { mainThread } from './mainThread.ts';
import { search } from './search.ts';

const benches = new Map<string, (args: string[]) => Promise<void>>([
  ['ingest', ingest],
  ['idle', idle],
  ['large', large],
  ['latency', latency],
  ['search', search],
  ['mainThread', mainThread],
  ['activation', activation],
]);

const [name, ...args] = process.argv.slice(2);
if (name !== undefined && !benches.has(name)) {
  console.error(`There is no bench "${name}"; there are: ${[...benches.keys()].join(', ')}.`);
  process.exit(2);
}
for (const [each, bench] of benches) {
  if (name === undefined || name === each) await bench(args);
}
