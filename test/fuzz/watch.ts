import { Worker } from 'node:worker_threads';
import { Watched } from './watched.ts';

/** What a fuzzing thread is to do. */
export interface Job {
  targets: readonly string[];
  milliseconds: number;
  seed: number;
  corpus: string | undefined;
  shared: SharedArrayBuffer;
}

export interface Progress {
  target: string;
  executions: number;
  milliseconds: number;
  /** Characters of source that ran, and characters there are. */
  reached: number;
  total: number;
  inputs: number;
}

export interface Failed {
  target: string;
  what: string;
  stack: string;
  input: Uint8Array;
}

export type News = ({ kind: 'progress' } & Progress) | ({ kind: 'failed' } & Failed) | { kind: 'done' };

/** One input may keep a thread busy for so long, then it is said to hang. The target's own limits are far lower. */
const HANG_MS = 60_000;
/** Of the thread's heap, in MiB: no input is worth more. */
const HEAP = 1024;

/** Runs a job in a thread; tells of inputs that hang or end the thread as of any other failure. True where it ran to its end. */
export async function watch(
  job: Job,
  progress: (of: Progress) => void,
  failed: (of: Failed) => void,
): Promise<boolean> {
  const watched = new Watched(job.shared);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: HEAP },
  });
  let done = false;
  const blame = (what: string, stack = '') =>
    failed({ target: job.targets[watched.target] ?? 'the fuzzer itself', what, stack, input: watched.input });
  worker.on('message', (news: News) => {
    if (news.kind === 'progress') progress(news);
    else if (news.kind === 'failed') failed(news);
    else done = true;
  });
  let last = watched.count;
  let since = performance.now();
  const timer = setInterval(() => {
    if (watched.count !== last) {
      last = watched.count;
      since = performance.now();
    } else if (performance.now() - since > HANG_MS && !done) {
      clearInterval(timer);
      blame(`it has not ended after ${HANG_MS / 1000} s`);
      void worker.terminate();
    }
  }, 1_000);
  worker.on('error', error => blame(`the thread ended: ${String(error)}`, error instanceof Error ? error.stack : ''));
  await new Promise<void>(resolve => worker.once('exit', () => resolve()));
  clearInterval(timer);
  return done;
}
