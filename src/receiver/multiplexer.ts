import type { Socket } from 'node:net';
import type { HttpApp } from './http.ts';
import type { Http2App } from './http2.ts';
import type { Limits } from './limits.ts';
import { Refused } from './refused.ts';
import type { Report } from './report.ts';
import type { RequestLog } from './requestLog.ts';

const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
const TLS_HANDSHAKE = 0x16;

type Protocol = 'http1' | 'http2' | 'tls' | 'undecided';

/** What a connection speaks, by its first bytes. 'P' alone may be POST as well: HTTP/2 is the whole preface. */
export function protocolOf(start: Buffer): Protocol {
  if (start[0] === TLS_HANDSHAKE) return 'tls';
  const length = Math.min(start.length, HTTP2_PREFACE.length);
  if (start.compare(HTTP2_PREFACE, 0, length, 0, length) !== 0) return 'http1';
  return start.length >= HTTP2_PREFACE.length ? 'http2' : 'undecided';
}

/** Looks at the first bytes of each connection and hands it to the server of its protocol. */
export class Multiplexer {
  readonly #http: HttpApp;
  readonly #http2: Http2App;
  readonly #limits: Limits;
  readonly #report: Report;
  readonly #log: RequestLog;
  readonly #sockets = new Set<Socket>();
  /** Connections that have not shown their protocol. */
  readonly #undecided = new Set<Socket>();

  constructor(http: HttpApp, http2: Http2App, limits: Limits, report: Report, log: RequestLog) {
    this.#http = http;
    this.#http2 = http2;
    this.#limits = limits;
    this.#report = report;
    this.#log = log;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Takes over a new connection; a listener of net.Server's 'connection'. */
  readonly accept = (socket: Socket): void => {
    // A sender that goes away is no error of ours; unheard, it would end the process.
    socket.on('error', () => socket.destroy());
    if (this.#sockets.size >= this.#limits.connections) {
      socket.destroy();
      const most = this.#limits.connections;
      this.#report(
        new Refused(
          503,
          `More than ${most} connections are open.`,
          `More than ${most} connections are open at once, a further one was closed; let programs share an exporter.`,
          'connections',
        ),
        { protocol: 'tcp' },
      );
      return;
    }
    this.#sockets.add(socket);
    this.#undecided.add(socket);
    const timer = setTimeout(() => this.#giveUp(socket), this.#limits.undecidedMs);
    const decided = () => {
      clearTimeout(timer);
      this.#undecided.delete(socket);
      socket.off('readable', peek);
      socket.off('end', leave);
    };
    let start: Buffer = Buffer.alloc(0);
    const peek = () => {
      const more: Buffer | null = socket.read();
      if (more === null) return;
      start = start.length === 0 ? more : Buffer.concat([start, more]);
      const protocol = protocolOf(start);
      if (protocol === 'undecided') return;
      decided();
      this.#handOver(socket, protocol, start);
    };
    const leave = () => socket.destroy();
    socket.on('readable', peek);
    socket.on('end', leave);
    socket.once('close', () => {
      decided();
      this.#sockets.delete(socket);
    });
  };

  /**
   * Lets requests in flight finish for `graceMs`, then closes every connection. New ones must have ended before.
   * Resolves when none is left.
   */
  async close(graceMs: number): Promise<void> {
    this.#http.drain();
    for (const socket of this.#undecided) socket.destroy();
    this.#http2.drain();
    // Closes the idle ones and stops the timer of the timeouts. It says that it never listened, which is so.
    this.#http.server.close(() => {});
    const sockets = [...this.#sockets];
    const closed = Promise.all(sockets.map(closing));
    const grace = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    await closed;
    clearTimeout(grace);
  }

  /** Nothing came by which its protocol could be known. A person or a probe may have opened it: it counts as no refusal. */
  #giveUp(socket: Socket): void {
    socket.destroy();
    const seconds = Math.round(this.#limits.undecidedMs / 100) / 10;
    this.#log.closed('silent', `A program connected and sent nothing for ${seconds} s; its connection was closed.`, {
      protocol: 'tcp',
    });
  }

  #handOver(socket: Socket, protocol: Exclude<Protocol, 'undecided'>, start: Buffer): void {
    if (protocol === 'tls') {
      socket.destroy();
      this.#report(
        new Refused(
          400,
          'This port does not speak TLS.',
          'A program sends over https; this port speaks plain http: write http:// in OTEL_EXPORTER_OTLP_ENDPOINT.',
          'tls',
        ),
        { protocol: 'tls' },
      );
      return;
    }
    socket.unshift(start);
    if (protocol === 'http2') this.#http2.take(socket);
    else this.#http.server.emit('connection', socket);
  }
}

function closing(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}
