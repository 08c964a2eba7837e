import { Worker } from 'node:worker_threads';
import { Caller, type Client, type Handlers } from './rpc.ts';

export interface WorkerOptions {
  /** Path of the worker's bundle. */
  file: string;
  name: string;
  data: unknown;
  /** Limit of its heap in MiB. */
  heapMb?: number;
  /** Whether a process may end although it runs. */
  background?: boolean;
  /** What the worker says unasked. */
  onEvent?: (event: unknown) => void;
  /** It died without being asked to; it is started again at the next call, or at once with `restart`. */
  onDeath?: (error: Error) => void;
  restart?: boolean;
}

/** What is made and thrown away by the request: twice as much room, as is the default, made the process a third larger and nothing faster. */
const YOUNG_MB = 24;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

/** A worker that is started when it is first needed and again when it died; calls in flight then fail, none hangs. */
export class SupervisedWorker<H extends Handlers> {
  readonly #options: WorkerOptions;
  #running: { worker: Worker; caller: Caller } | undefined;
  #disposed = false;
  #delay = FIRST_DELAY_MS;
  #timer: NodeJS.Timeout | undefined;
  /** The worker's calls. */
  readonly calls: Client<H>;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.calls = new Proxy({} as Client<H>, {
      get:
        (_target, name) =>
        (...args: unknown[]) =>
          this.#call(String(name), args),
    });
  }

  async #call(name: string, args: unknown[]): Promise<unknown> {
    if (this.#disposed) throw new Error('Spanside has been stopped.');
    return this.start().caller.call(name, args);
  }

  /** Calls the worker, where it runs, without waiting for an answer; `transfer` changes hands. */
  tell<Name extends keyof H & string>(name: Name, args: Parameters<H[Name]>, transfer: ArrayBuffer[] = []): void {
    this.#running?.caller.tell(name, args, transfer);
  }

  /** Starts the worker unless it runs. */
  start(): { worker: Worker; caller: Caller } {
    if (this.#running) return this.#running;
    const { file, name, data, heapMb, background } = this.#options;
    const worker = new Worker(file, {
      name,
      workerData: data,
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_MB,
        ...(heapMb !== undefined && { maxOldGenerationSizeMb: heapMb }),
      },
    });
    if (background) worker.unref();
    const caller = new Caller(worker);
    const running = { worker, caller };
    this.#running = running;
    worker.on('message', (message: { event?: unknown }) => {
      if (message.event === undefined) return;
      this.#delay = FIRST_DELAY_MS;
      this.#options.onEvent?.(message.event);
    });
    let reason: Error | undefined;
    worker.on('error', error => {
      reason = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', code => {
      if (this.#running === running) this.#running = undefined;
      const error = reason ?? new Error(`The ${name} worker stopped with code ${code}.`);
      caller.fail(error);
      if (this.#disposed) return;
      this.#options.onDeath?.(error);
      if (this.#options.restart) this.#restartLater();
    });
    return running;
  }

  #restartLater(): void {
    this.#timer = setTimeout(() => {
      if (!this.#disposed) this.start();
    }, this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY_MS);
  }

  /** Ends the worker at once; what it still owed fails. */
  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.worker.terminate();
  }

  /** Ends the worker for good. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#timer);
    await this.kill();
  }
}
