import { MalformedError } from '../otlp/malformed.ts';
import type { RecentRequests } from '../receiver/requestLog.ts';
import type { Acceptance, ReceivedRequest, Refusal } from '../receiver/sink.ts';
import type { ReceiverState } from '../receiver/state.ts';
import type { IngestSettings } from './api.ts';
import type { ReceiveEvent, ReceiveService, ReceiveWorkerData, SentRequest, SentResult } from './receiveService.ts';
import { SupervisedWorker } from './supervisedWorker.ts';

/** Where the thread of the sockets delivers. */
export interface ReceiverListener {
  /** As {@link Sink.accept}. */
  accept(request: ReceivedRequest): Promise<Acceptance>;
  refused(refusal: Refusal): void;
  muted(count: number): void;
  state(state: ReceiverState): void;
  warn(message: string): void;
}

/** The thread of the sockets as the thread of the store sees it; see receiveService.ts. */
export class ReceiverThread {
  readonly #worker: SupervisedWorker<ReceiveService['handlers']>;
  readonly #listener: ReceiverListener;
  readonly #data: ReceiveWorkerData;
  /** Answers that go back together, with the memory of the bodies that comes back too. */
  #answers: { result: SentResult; memory: ArrayBuffer | undefined; generation: number }[] = [];
  /** Counts the workers: what one that died had asked is no answer to the next, whose ids are the same. */
  #generation = 0;
  #closing = false;

  /** @param file the worker's bundle */
  constructor(file: string, data: ReceiveWorkerData, listener: ReceiverListener) {
    this.#data = data;
    this.#listener = listener;
    this.#worker = new SupervisedWorker({
      file,
      name: 'receive',
      data,
      onEvent: event => this.#hear(event as ReceiveEvent),
      onDeath: error => {
        // All that it said has been heard by now.
        this.#generation++;
        if (this.#closing) return;
        listener.warn(`The ports were closed and are opened again: ${error.message}`);
        setTimeout(() => void this.start(), RESTART_MS);
      },
    });
  }

  /** Opens the ports; what comes of it is said by the state. */
  async start(): Promise<void> {
    if (this.#closing) return;
    await this.#worker.calls.start().catch(() => undefined);
  }

  configure(settings: IngestSettings): void {
    this.#data.settings = settings;
    void this.#worker.calls.configure(settings).catch(() => undefined);
  }

  /** As {@link Receiver.takeOver}. */
  takeOver(): void {
    this.#worker.tell('takeOver', []);
  }

  /** As {@link Receiver.fallBack}. */
  fallBack(): void {
    this.#worker.tell('fallBack', []);
  }

  recentRequests(): Promise<RecentRequests> {
    return this.#worker.calls.recentRequests();
  }

  #hear(event: ReceiveEvent): void {
    const listener = this.#listener;
    if (event.type === 'requests') for (const request of event.requests) void this.#accept(request);
    else if (event.type === 'refused') listener.refused(event.refusal);
    else if (event.type === 'muted') listener.muted(event.count);
    else if (event.type === 'state') this.#state(event.state);
    else listener.warn(event.message);
  }

  #state(state: ReceiverState): void {
    const port = state.phase === 'listening' ? state.endpoints[0]?.port : undefined;
    // Started again, it comes back to where it was.
    if (port !== undefined) this.#data.receiver.remembered = port;
    this.#listener.state(state);
  }

  async #accept({ id, signal, body, receivedAt, isReusable }: SentRequest): Promise<void> {
    const generation = this.#generation;
    let result: SentResult;
    try {
      result = { id, ...(await this.#listener.accept({ signal, body, receivedAt })) };
    } catch (error) {
      const failed = error instanceof MalformedError ? 'malformed' : 'for now';
      result = { id, rejected: 0, message: error instanceof Error ? error.message : String(error), failed };
    }
    const memory = body.buffer as ArrayBuffer;
    // Given up at once: a collector of garbage may let gigabytes of such bodies stand before it looks.
    if (!isReusable) memory.transfer(0);
    if (this.#answers.length === 0) setImmediate(() => this.#answer());
    this.#answers.push({ result, memory: isReusable ? memory : undefined, generation });
  }

  #answer(): void {
    const answers = this.#answers.filter(({ generation }) => generation === this.#generation);
    this.#answers = [];
    if (answers.length === 0) return;
    const memory = answers.flatMap(answer => answer.memory ?? []);
    this.#worker.tell('settle', [answers.map(({ result }) => result), memory], memory);
  }

  /** Stops accepting and lets requests in flight finish, as far as the receiver's grace goes. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#worker.calls.close().catch(() => undefined);
    await this.#worker.dispose();
  }
}

const RESTART_MS = 250;
