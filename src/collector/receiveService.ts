import { MalformedError } from '../otlp/malformed.ts';
import { BodyMemory } from '../receiver/bodyMemory.ts';
import { Receiver, type ReceiverOptions } from '../receiver/receiver.ts';
import type { Acceptance, ReceivedRequest, Refusal, Sink } from '../receiver/sink.ts';
import type { ReceiverState } from '../receiver/state.ts';
import type { IngestSettings } from './api.ts';
import { Door } from './door.ts';

/** What the receive worker is started with. */
export interface ReceiveWorkerData {
  receiver: Omit<ReceiverOptions, 'onState'>;
  settings: IngestSettings;
}

/** A request on its way to the store. */
export interface SentRequest extends ReceivedRequest {
  id: number;
  /** Whether the memory of the body may come back with the answer. */
  isReusable: boolean;
}

/** What became of it. */
export interface SentResult {
  id: number;
  rejected: number;
  message: string;
  /** Where it was not stored: `malformed` for good, else for now; `message` says why. */
  failed?: 'malformed' | 'for now';
}

/** What the worker says unasked. */
export type ReceiveEvent =
  | { type: 'requests'; requests: SentRequest[] }
  | { type: 'state'; state: ReceiverState }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'muted'; count: number }
  | { type: 'warn'; message: string };

interface Waiting {
  resolve(acceptance: Acceptance): void;
  reject(error: Error): void;
}

/**
 * The sockets, in a thread of their own: what passed the guards and the door is handed to the thread of the store, and
 * answered when that has it on disk. Requests that arrive together travel together.
 */
export class ReceiveService implements Sink {
  readonly #receiver: Receiver;
  readonly #door: Door;
  readonly #send: (event: ReceiveEvent, transfer?: ArrayBuffer[]) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #memory = new BodyMemory();
  #next = 1;
  #batch: SentRequest[] = [];

  constructor(
    { receiver, settings }: ReceiveWorkerData,
    send: (event: ReceiveEvent, transfer?: ArrayBuffer[]) => void,
  ) {
    this.#send = send;
    this.#door = new Door(settings, message => send({ type: 'warn', message }));
    this.#receiver = new Receiver(this, {
      ...receiver,
      memory: this.#memory,
      onState: state => send({ type: 'state', state }),
    });
  }

  readonly handlers = {
    start: async () => {
      await this.#receiver.start();
    },
    configure: (settings: IngestSettings) => this.#door.configure(settings),
    settle: (results: SentResult[], memory: ArrayBuffer[]) => {
      this.#settle(results);
      for (const one of memory) this.#memory.give(one);
    },
    recentRequests: () => this.#receiver.recent(),
    takeOver: () => this.#receiver.takeOver(),
    fallBack: () => this.#receiver.fallBack(),
    close: () => this.#receiver.close(),
  };

  accept(request: ReceivedRequest): Promise<Acceptance> {
    const { body, muted } = this.#door.pass(request);
    if (muted > 0) this.#send({ type: 'muted', count: muted });
    if (body !== request.body && this.#memory.isOwn(request.body)) {
      this.#memory.give(request.body.buffer as ArrayBuffer);
    }
    if (!body) return Promise.resolve({ rejected: 0, message: '' });
    const id = this.#next++;
    if (this.#batch.length === 0) setImmediate(() => this.#sendBatch());
    this.#batch.push({ ...request, body, id, isReusable: this.#memory.isOwn(body) });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  refused(refusal: Refusal): void {
    this.#send({ type: 'refused', refusal });
  }

  #sendBatch(): void {
    const requests = this.#batch;
    this.#batch = [];
    // Memory that a body has for itself changes hands; of memory that it shares only the body is copied.
    const transfer: ArrayBuffer[] = [];
    for (const request of requests) {
      const isAlone = request.isReusable || request.body.byteLength === request.body.buffer.byteLength;
      // Not `slice`, which of a Buffer is a view of the memory that it shares.
      if (!isAlone) request.body = new Uint8Array(request.body);
      transfer.push(request.body.buffer as ArrayBuffer);
    }
    this.#send({ type: 'requests', requests }, transfer);
  }

  #settle(results: SentResult[]): void {
    for (const { id, rejected, message, failed } of results) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (failed === 'malformed') waiting?.reject(new MalformedError(message));
      else if (failed) waiting?.reject(new Error(message));
      else waiting?.resolve({ rejected, message });
    }
  }
}
