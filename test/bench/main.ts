// `npm run bench` measures everything, `npm run bench -- NAME` one thing. Figures, never a verdict: machines differ.
import { activation } from './activation.ts';
import { ingest } from './ingest.ts';

const benches = new Map([
  ['ingest', ingest],
  ['activation', activation],
]);

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : benches.keys()) {
  const bench = benches.get(name);
  if (!bench) {
    console.error(`There is no bench "${name}"; there are: ${[...benches.keys()].join(', ')}.`);
    process.exit(2);
  }
  await bench();
}
