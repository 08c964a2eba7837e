import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { endWithUs } from '../harness/processes.ts';
import type { Round, Sent } from './client.ts';
import type { Load } from './loads.ts';

/** A client process that has its load ready. */
export class Sender {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Prepares a load; resolves when it is ready to be sent. */
  static async prepare(load: Load): Promise<Sender> {
    const child = fork(path.join(import.meta.dirname, 'client.ts'), [JSON.stringify(load)]);
    endWithUs(child);
    const sender = new Sender(child);
    await sender.#message();
    return sender;
  }

  /** @throws where anything was refused. */
  async send(round: Round): Promise<Sent> {
    this.#child.send(round);
    const sent = (await this.#message()) as Sent;
    if (sent.refused) throw new Error(`A request was refused: ${sent.refused}`);
    return sent;
  }

  async #message(): Promise<unknown> {
    const ended = new AbortController();
    const gone = once(this.#child, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`The client ended with ${code}.`);
    });
    try {
      const [message] = await Promise.race([once(this.#child, 'message', { signal: ended.signal }), gone]);
      return message;
    } finally {
      ended.abort();
      gone.catch(() => {});
    }
  }

  async close(): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
