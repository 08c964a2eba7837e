import { timingSafeEqual } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { MalformedError } from '../../otlp/malformed.ts';
import type { ReceivedRequest } from '../../receiver/sink.ts';
import type { WriteResult } from '../../store/writeRequest.ts';
import { encodeFrame, FrameError, FrameReader, type Message, MOST_FRAME, MOST_HELLO } from './frames.ts';

export interface WindowServerOptions {
  /** Path of the socket, or name of the pipe. */
  socket: string;
  /** What whoever connects has to know. */
  secret: string;
  /** Resolves when it is on disk. @throws {MalformedError} for good; anything else for now */
  store(request: ReceivedRequest): Promise<WriteResult>;
  /** Whether the own store has a service of this name. */
  knows(service: string): boolean;
  /** Another window has connected, or its record has changed. */
  changed(id: string): void;
}

/** Until a connection has said who it is. */
const HELLO_MS = 2_000;
/** Of one connection so many bytes are stored at a time. */
const MOST_STORING = 64 * 1024 * 1024;

/** Takes what other windows hand over. */
export class WindowServer {
  readonly #options: WindowServerOptions;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();

  constructor(options: WindowServerOptions) {
    this.#options = options;
    this.#server = createServer(socket => this.#accept(socket));
  }

  /** @throws it cannot listen there */
  async start(): Promise<void> {
    const { socket } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ path: socket }, () => {
        this.#server.off('error', reject);
        this.#server.on('error', () => {});
        resolve();
      });
    });
    this.#server.unref();
    // The folder keeps others out already; this does where its rights are changed.
    if (process.platform !== 'win32') chmodSync(socket, 0o600);
  }

  #accept(socket: Socket): void {
    const connection = new Connection(socket, this.#options);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  /** Takes nothing new; connections end when what was taken is answered. */
  close(): void {
    this.#server.close();
    for (const connection of this.#connections) connection.end();
  }
}

class Connection {
  readonly #socket: Socket;
  readonly #options: WindowServerOptions;
  readonly #reader = new FrameReader(MOST_HELLO);
  readonly #helloTimer: NodeJS.Timeout;
  #id: string | undefined;
  #storing = 0;
  #storingBytes = 0;
  #ends = false;

  constructor(socket: Socket, options: WindowServerOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#helloTimer = setTimeout(() => this.#giveUp(), HELLO_MS);
    socket.on('error', () => {});
    socket.once('close', () => clearTimeout(this.#helloTimer));
    socket.on('data', chunk => {
      if (this.#ends) return;
      try {
        for (const message of this.#reader.read(chunk)) this.#hear(message);
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        socket.destroy();
      }
    });
    socket.unref();
  }

  #hear(message: Message): void {
    if (message.type === 'hello') this.#greet(message);
    else if (this.#id === undefined) throw new FrameError('no hello');
    else if (message.type === 'store') void this.#store(message);
    else if (message.type === 'knows') {
      this.#send({ type: 'known', call: message.call, known: this.#options.knows(message.service) });
    } else if (message.type === 'changed') this.#options.changed(this.#id);
  }

  #greet({ id, secret }: Extract<Message, { type: 'hello' }>): void {
    const [given, wanted] = [Buffer.from(secret), Buffer.from(this.#options.secret)];
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new FrameError('a wrong secret');
    clearTimeout(this.#helloTimer);
    this.#id = id;
    this.#reader.most = MOST_FRAME;
    this.#options.changed(id);
  }

  /** Where this thread was busy for so long, the hello is there and has not been read: that comes first. */
  #giveUp(): void {
    setImmediate(() => {
      if (this.#id === undefined) this.#socket.destroy();
    });
  }

  async #store({ call, signal, receivedAt, body }: Extract<Message, { type: 'store' }>): Promise<void> {
    this.#storing++;
    this.#storingBytes += body.length;
    if (this.#storingBytes > MOST_STORING) this.#socket.pause();
    try {
      const { stored, rejected, message } = await this.#options.store({ signal, receivedAt, body });
      this.#send({ type: 'stored', call, outcome: 'stored', stored, rejected, message });
    } catch (error) {
      const outcome = error instanceof MalformedError ? 'malformed' : 'failed';
      const message = error instanceof Error ? error.message : String(error);
      this.#send({ type: 'stored', call, outcome, stored: 0, rejected: 0, message });
    } finally {
      this.#storing--;
      this.#storingBytes -= body.length;
      if (this.#ends) this.end();
      else if (this.#storingBytes <= MOST_STORING) this.#socket.resume();
    }
  }

  #send(message: Message): void {
    if (this.#socket.writable) this.#socket.write(encodeFrame(message));
  }

  end(): void {
    this.#ends = true;
    if (this.#storing > 0) return;
    this.#socket.end();
    // Whoever is at the other end may be stopped and never close its side.
    this.#socket.destroySoon();
  }
}
