// Fuzzes in a thread of its own, so that main.ts can tell of an input that never ends or takes all memory.
import { parentPort, workerData } from 'node:worker_threads';
import { TARGETS } from './catalog.ts';
import { Profiler } from './coverage.ts';
import { Engine } from './engine.ts';
import { fixturesFolder, keepInput, readInputs } from './fixtures.ts';
import { Random } from './random.ts';
import type { Job, News } from './watch.ts';
import { Watched } from './watched.ts';

/** How long one target runs before the next has its turn. */
const TURN_MS = 2_000;

const job = workerData as Job;
const watched = new Watched(job.shared);
const tell = (news: News) => parentPort?.postMessage(news);

async function fuzz(): Promise<void> {
  const profiler = new Profiler();
  const engines: Engine[] = [];
  for (const [i, name] of job.targets.entries()) {
    const target = await TARGETS.get(name)!();
    const engine = new Engine(target, new Random(job.seed + i), profiler, {
      running: (_target, input) => watched.begin(i, input),
      failed: ({ error, ...failure }) =>
        tell({ kind: 'failed', ...failure, stack: error instanceof Error ? (error.stack ?? '') : '' }),
      kept: (_target, file, input) => {
        if (job.corpus !== undefined) keepInput(job.corpus, name, file, input);
      },
    });
    await target.start?.();
    const kept = [fixturesFolder, ...(job.corpus === undefined ? [] : [job.corpus])];
    await engine.begin([
      ...target.seeds(),
      ...kept.flatMap(folder => readInputs(folder, name).map(({ bytes }) => bytes)),
    ]);
    engines.push(engine);
    report(engine);
  }
  const until = performance.now() + job.milliseconds;
  for (let i = 0; performance.now() < until; i = (i + 1) % engines.length) {
    const engine = engines[i]!;
    await engine.runFor(Math.min(TURN_MS, until - performance.now(), job.milliseconds / engines.length));
    report(engine);
  }
  for (const { target } of engines) await target.stop?.();
  watched.end();
  tell({ kind: 'done' });
}

function report({ target, executions, milliseconds, coverage, corpusSize }: Engine): void {
  const { reached, total } = coverage.figures;
  tell({ kind: 'progress', target: target.name, executions, milliseconds, reached, total, inputs: corpusSize });
}

await fuzz();
