import { connect, type Socket } from 'node:net';
import { MalformedError } from '../../otlp/malformed.ts';
import type { ReceivedRequest } from '../../receiver/sink.ts';
import type { WriteResult } from '../../store/writeRequest.ts';
import { encodeFrame, FrameReader, type Message, MOST_FRAME } from './frames.ts';
import type { WindowRecord } from './windowRecord.ts';

/** The other window did not say in time that it has it, or cannot take it now. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
}

type Answer = Extract<Message, { call: number }>;

/** So many bytes may wait to be written; a window that takes nothing must not fill the memory of this one. */
const MOST_WAITING = 64 * 1024 * 1024;

/** A connection to another window: what belongs there is handed over on it, and its end tells that the window is gone. */
export class WindowConnection {
  readonly #socket: Socket;
  readonly #calls = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  readonly #closed: () => void;
  #next = 1;
  #isOpen = false;
  /** Whether nobody listens there. */
  isRefused = false;
  /** Whether the window could be reached. */
  readonly opened: Promise<boolean>;

  /** @param closed called once, when the connection is over or was never made; not after {@link close} */
  constructor(target: WindowRecord, own: Pick<WindowRecord, 'id'>, closed: () => void) {
    this.#closed = closed;
    const socket = connect(target.socket);
    this.#socket = socket;
    const reader = new FrameReader(MOST_FRAME);
    socket.on('data', chunk => {
      try {
        for (const message of reader.read(chunk)) this.#hear(message);
      } catch {
        socket.destroy();
      }
    });
    this.opened = new Promise(resolve => {
      socket.once('connect', () => {
        this.#isOpen = true;
        socket.write(encodeFrame({ type: 'hello', id: own.id, secret: target.secret }));
        resolve(true);
      });
      socket.once('close', () => {
        this.#end();
        resolve(false);
        this.#closed();
      });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.isRefused ||= error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
    });
    // No process has to stay for it.
    socket.unref();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Resolves when the other window has it on disk.
   * @throws {MalformedError} it says that this is no such message
   * @throws {NotTaken} not in time, or not now
   */
  async store({ signal, receivedAt, body }: ReceivedRequest, withinMs: number): Promise<WriteResult> {
    if (this.#socket.writableLength > MOST_WAITING) throw new NotTaken('too much waits to be written');
    const answer = await this.#call(call => ({ type: 'store', call, signal, receivedAt, body }), withinMs);
    if (answer.type !== 'stored') throw new NotTaken('another answer');
    if (answer.outcome === 'malformed') throw new MalformedError(answer.message);
    if (answer.outcome === 'failed') throw new NotTaken(answer.message);
    return { stored: answer.stored, rejected: answer.rejected, message: answer.message };
  }

  /** Whether its store has a service of this name; what cannot be found out is not so. */
  async knows(service: string, withinMs: number): Promise<boolean> {
    try {
      const answer = await this.#call(call => ({ type: 'knows', call, service }), withinMs);
      return answer.type === 'known' && answer.known;
    } catch {
      return false;
    }
  }

  /** Says that the record of this window has changed. */
  tellChanged(): void {
    if (this.#isOpen) this.#socket.write(encodeFrame({ type: 'changed' }));
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
    this.#end();
  }

  #call(message: (call: number) => Message, withinMs: number): Promise<Answer> {
    if (!this.#isOpen) return Promise.reject(new NotTaken('not connected'));
    const call = this.#next++ % 0xffff_ffff;
    return new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#calls.delete(call);
        reject(new NotTaken(`no answer in ${withinMs} ms`));
      }, withinMs);
      const over = () => {
        clearTimeout(timer);
        this.#calls.delete(call);
      };
      this.#calls.set(call, {
        resolve: answer => {
          over();
          resolve(answer);
        },
        reject: error => {
          over();
          reject(error);
        },
      });
      this.#socket.write(encodeFrame(message(call)));
    });
  }

  #hear(message: Message): void {
    if ('call' in message) this.#calls.get(message.call)?.resolve(message);
  }

  #end(): void {
    this.#isOpen = false;
    for (const { reject } of [...this.#calls.values()]) reject(new NotTaken('the window is gone'));
  }
}
