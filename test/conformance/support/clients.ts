import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  trailers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Call {
  method?: string;
  path?: string;
  headers?: OutgoingHttpHeaders;
  body?: Uint8Array;
}

export const PROTOBUF = { 'content-type': 'application/x-protobuf' };
export const JSON_TYPE = { 'content-type': 'application/json' };

/** One request over HTTP/1.1 on a connection of its own; POST /v1/traces where nothing else is said. */
export function http1(
  port: number,
  { method = 'POST', path = '/v1/traces', headers = {}, body }: Call = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          trailers: { ...response.trailers },
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The same over HTTP/2 with prior knowledge. */
export function http2(
  port: number,
  { method = 'POST', path = '/v1/traces', headers = {}, body }: Call = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on('error', reject);
    const stream = session.request({ ':method': method, ':path': path, ...headers });
    const chunks: Buffer[] = [];
    let status = 0;
    let answered: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    stream.on('response', headers => {
      status = headers[':status'] ?? 0;
      answered = headers;
    });
    stream.on('trailers', headers => {
      trailers = headers;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      session.close();
      resolve({ status, headers: answered, trailers, body: Buffer.concat(chunks) });
    });
    stream.end(body);
  });
}

/** A bare connection that remembers what it was sent. */
export class RawClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  /** When the other side ended or broke the connection, in milliseconds after it was opened. */
  readonly closed: Promise<number>;

  constructor(port: number, host = '127.0.0.1') {
    const opened = performance.now();
    this.socket = connect({ port, host, noDelay: true });
    this.socket.on('error', () => {});
    this.socket.on('data', chunk => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
    this.closed = new Promise(resolve => this.socket.once('close', () => resolve(performance.now() - opened)));
  }

  get received(): string {
    return this.#received.toString('latin1');
  }

  /** Writes byte by byte, each in a packet of its own as far as the system lets it. */
  async drip(bytes: Uint8Array | string): Promise<void> {
    for (const byte of Buffer.from(bytes)) {
      this.socket.write(Uint8Array.of(byte));
      await new Promise(resolve => setTimeout(resolve, 1));
    }
  }

  /** Resolves when what was received matches. */
  async expect(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.received)) {
      if (this.socket.destroyed) throw new Error(`Closed before ${pattern} came; received: ${this.received}`);
      await new Promise(resolve => setTimeout(resolve, 2));
    }
  }
}

/** Resolves when `condition` holds; for what happens a moment after an answer. The runner's timeout bounds it. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 5));
}
