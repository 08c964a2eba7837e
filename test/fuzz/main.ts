// `npm run fuzz` invents hostile inputs for everything that reads bytes or text of others. Options:
//   --minutes N, --seconds N   how long, by default a minute, with SPANSIDE_LONG five
//   --target NAME[,NAME]       only these
//   --corpus FOLDER            begin with the inputs kept there, and keep new ones
//   --seed N                   the same choices as another run
//   --input FILE               only this one input, of the one target named
// Ends with 1 where something was found. What was found is in out/fuzz, as small as it could be made.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { outFolder, root } from '../harness/cache.ts';
import { TARGETS } from './catalog.ts';
import { nameOf } from './engine.ts';
import { keepInput } from './fixtures.ts';
import { type Failed, type Progress, watch } from './watch.ts';
import { Watched } from './watched.ts';

const options = {
  minutes: { type: 'string' },
  seconds: { type: 'string' },
  target: { type: 'string' },
  corpus: { type: 'string' },
  seed: { type: 'string' },
  input: { type: 'string' },
} as const;
const { values } = parseArgs({ options });

const targets = values.target?.split(',') ?? [...TARGETS.keys()];
const unknown = targets.filter(name => !TARGETS.has(name));
const minutes = Number(values.minutes ?? (process.env['SPANSIDE_LONG'] ? 5 : 1));
const seconds = values.seconds === undefined ? 60 * minutes : Number(values.seconds);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
if (unknown.length > 0 || !(seconds > 0) || !Number.isInteger(seed) || (values.input && targets.length !== 1)) {
  console.error(
    `There are the targets ${[...TARGETS.keys()].join(', ')}; times and seeds are numbers; --input wants one --target.`,
  );
  process.exit(2);
}

if (values.input) {
  const target = await TARGETS.get(targets[0]!)!();
  await target.start?.();
  await target.run(readFileSync(values.input));
  await target.settled?.();
  await target.stop?.();
  console.log('It holds.');
  process.exit(0);
}

/** Where threads end again and again there is nothing more to learn. */
const MOST_THREADS = 20;
/** What was told of, so that what ends every thread is told once. */
const told = new Set<string>();

const figures = new Map<string, Progress & { before: number }>();
let findings = 0;

function failed({ target, what, stack, input }: Failed): void {
  if (told.has(target + what)) return;
  told.add(target + what);
  findings++;
  const file = keepInput(path.join(outFolder, 'fuzz'), target, nameOf(input), input);
  const shown = path.relative(root, file);
  console.log(`\nfinding in ${target}: ${what}\n  ${input.length} bytes in ${shown}, seed ${seed}`);
  console.log(`  again: npm run fuzz -- --target ${target} --input ${shown}`);
  if (stack !== '')
    console.log(
      stack
        .split('\n')
        .slice(0, 12)
        .map(line => `    ${line}`)
        .join('\n'),
    );
}

console.log(`fuzzing ${targets.join(', ')} for ${seconds} s, seed ${seed}`);
const until = performance.now() + seconds * 1_000;
const alive = setInterval(() => {
  const executions = [...figures.values()].reduce((sum, of) => sum + of.before + of.executions, 0);
  console.log(
    `${Math.round((until - performance.now()) / 1000)} s to go: ${executions} executions, ${findings} findings`,
  );
}, 60_000);
// An input that ends the thread ends only the thread: the rest of the time goes to a new one, with other choices.
for (let round = 0; performance.now() < until && round < MOST_THREADS; round++) {
  for (const of of figures.values())
    figures.set(of.target, { ...of, before: of.before + of.executions, executions: 0 });
  const job = {
    targets,
    milliseconds: until - performance.now(),
    seed: seed + 1_000 * round,
    corpus: values.corpus,
    shared: Watched.memory(),
  };
  const done = await watch(
    job,
    of => figures.set(of.target, { ...of, before: figures.get(of.target)?.before ?? 0 }),
    failed,
  );
  if (done) break;
}
clearInterval(alive);

let executions = 0;
console.log('');
for (const of of figures.values()) {
  executions += of.before + of.executions;
  const rate = of.milliseconds > 0 ? Math.round((1_000 * of.executions) / of.milliseconds) : 0;
  const share = of.total > 0 ? ((100 * of.reached) / of.total).toFixed(1) : '0';
  console.log(
    `${of.target.padEnd(10)} ${String(of.before + of.executions).padStart(9)} executions ${String(rate).padStart(7)}/s  ` +
      `${share.padStart(5)} % of ${of.total} characters of code  ${of.inputs} inputs kept`,
  );
}
console.log(`${executions} executions, ${findings} findings`);
process.exit(findings > 0 ? 1 : 0);
