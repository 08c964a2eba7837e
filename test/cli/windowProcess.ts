import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ReceiverState } from '../../src/collector/api.ts';
import { endWithUs, until } from '../harness/processes.ts';

const SCRIPT = fileURLToPath(new URL('windowChild.ts', import.meta.url));

/** A window in a process of its own, which is started, killed and started again. */
export class WindowProcess {
  /** The folder of its store. */
  readonly storage: string;
  /** Its workspace folder. */
  readonly folder: string;
  readonly #records: string;
  readonly #port: number;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  state: ReceiverState = { phase: 'off' };
  readonly warnings: string[] = [];
  /** Spans it handed over in its life so far; known when it was stopped. */
  handedOver = 0;

  constructor(base: string, name: string, port: number) {
    this.storage = join(base, name);
    this.folder = `/code of ${name}/app`;
    this.#records = join(base, 'records');
    this.#port = port;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [SCRIPT, this.storage, this.#records, String(this.#port), this.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    endWithUs(child);
    this.#child = child;
    this.state = { phase: 'off' };
    this.#exited = once(child, 'exit');
    createInterface({ input: child.stdout }).on('line', line => {
      const said = JSON.parse(line) as { state?: ReceiverState; warning?: string; handedOver?: number };
      if (said.state) this.state = said.state;
      if (said.warning) this.warnings.push(said.warning);
      this.handedOver += said.handedOver ?? 0;
    });
    await until('a window listens', () => this.state.phase === 'listening', 20_000, 5);
  }

  /** Where programs of its own terminals send. */
  get url(): string {
    return this.state.phase === 'listening' ? (this.state.kept ?? this.state.main).url : '';
  }

  get isOwner(): boolean {
    return this.state.phase === 'listening' && this.state.endpoints.some(({ port }) => port === this.#port);
  }

  /** Whether anything waits in it to be moved. */
  get hasWaiting(): boolean {
    const slots = join(this.storage, 'handover');
    return existsSync(slots) && readdirSync(slots).some(name => existsSync(join(slots, name, 'spanside.db')));
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#exited;
    this.state = { phase: 'off' };
  }

  async stop(): Promise<void> {
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    await this.#exited;
  }
}
