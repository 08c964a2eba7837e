import type { MessagePort, Worker } from 'node:worker_threads';
import { UserError } from '../model/userError.ts';

/** What a worker answers to, by name. */
export type Handlers = Record<string, (...args: never[]) => unknown>;

/** The same calls from the other side. */
export type Client<H extends Handlers> = {
  [Name in keyof H]: (...args: Parameters<H[Name]>) => Promise<Awaited<ReturnType<H[Name]>>>;
};

interface Call {
  id: number;
  call: string;
  args: unknown[];
}

type Reply =
  | { id: number; value: unknown }
  | { id: number; error: { message: string; stack: string | undefined; forUsers: boolean } };

/** The id of calls whose answer nobody waits for. */
const UNANSWERED = 0;

/** Answers the calls that arrive at a port; an error of a handler becomes the caller's. */
export function serve(port: MessagePort, handlers: Handlers): void {
  port.on('message', async (message: Call) => {
    let reply: Reply;
    try {
      const handler = handlers[message.call];
      if (!handler) throw new Error(`unknown call ${message.call}`);
      reply = { id: message.id, value: await handler(...(message.args as never[])) };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      reply = {
        id: message.id,
        error: { message: error.message, stack: error.stack, forUsers: error instanceof UserError },
      };
    }
    if (message.id !== UNANSWERED) port.postMessage(reply);
  });
}

/** Calls a worker and keeps what is still to be answered. */
export class Caller {
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #next = 1;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (reply: Partial<Reply>) => this.#settle(reply));
  }

  call(name: string, args: unknown[]): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call: name, args } satisfies Call);
    });
  }

  /** Calls without waiting for an answer; `transfer` changes hands. */
  tell(name: string, args: unknown[], transfer: ArrayBuffer[]): void {
    this.#worker.postMessage({ id: UNANSWERED, call: name, args } satisfies Call, transfer);
  }

  /** Ends every open call: the worker will not answer any more. */
  fail(error: Error): void {
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
  }

  #settle(reply: Partial<Reply>): void {
    if (reply.id === undefined) return;
    const open = this.#open.get(reply.id);
    this.#open.delete(reply.id);
    if (!open) return;
    if (!('error' in reply) || !reply.error) {
      open.resolve((reply as { value: unknown }).value);
      return;
    }
    const error = reply.error.forUsers ? new UserError(reply.error.message) : new Error(reply.error.message);
    if (reply.error.stack) error.stack = reply.error.stack;
    open.reject(error);
  }
}
