import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { GrpcService } from './grpc.ts';
import type { HttpApp } from './http.ts';
import type { Limits } from './limits.ts';
import { isGrpc } from './media.ts';
import type { RequestLog } from './requestLog.ts';

/** In MB. Node refuses new streams above it, also those of well-behaved senders; the byte budget bounds memory. */
const SESSION_MEMORY = 1024;

/** How long a connection that was told to close may take for it, in milliseconds. */
const GOODBYE_MS = 1_000;

export interface Http2App {
  /** Speaks HTTP/2 without TLS on a connection that has begun with its preface. */
  take(socket: Socket): void;
  /** Tells every client to go away after the requests it has sent. */
  drain(): void;
}

/** One HTTP/2 server for both: gRPC by content type, OTLP/HTTP otherwise. */
export function createHttp2App(grpc: GrpcService, http: HttpApp, limits: Limits, log: RequestLog): Http2App {
  const sessions = new Map<Http2Session, SessionWatch>();
  /** Those on which a request has come. */
  const asked = new WeakSet<Http2Session>();
  let arriving: Socket | undefined;
  const server: Http2Server = createServer({
    maxSessionMemory: SESSION_MEMORY,
    settings: {
      maxConcurrentStreams: limits.streams,
      maxHeaderListSize: 16 * 1024,
      enablePush: false,
    },
  });

  server.on('session', session => {
    if (!arriving) return;
    const watch = new SessionWatch(session, arriving, limits);
    sessions.set(session, watch);
    arriving.once('close', () => {
      watch.stop();
      sessions.delete(session);
    });
  });

  server.on('sessionError', (error: Error & { code?: string }, session) => {
    // A sender that merely went away is none; nor is one that has sent requests before, which were heard of.
    if (!error.code?.startsWith('ERR_HTTP2') || asked.has(session)) return;
    log.closed('http2', `A program began HTTP/2 and then broke it (${error.message}); is there a proxy in between?`, {
      protocol: 'http/2',
    });
  });

  // Never a 'stream' listener beside it: two owners of a stream both send its trailers, which ends the process.
  server.on('request', (request: Http2ServerRequest, response: Http2ServerResponse) => {
    // Node passes no errors of streams on here; if it ever does, one that nobody hears would end the process.
    request.on('error', ignore);
    response.on('error', ignore);
    const { session } = request.stream;
    const watch = session && sessions.get(session);
    if (session) asked.add(session);
    watch?.opened();
    response.on('close', () => watch?.closed());
    boundTime(request, response, limits, () => watch?.abandon());
    if (isGrpc(request.headers['content-type']) && request.method === 'POST') void grpc.handle(request, response);
    // The compatibility API is the one fastify is written for, under other type names.
    else http.handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });

  return {
    take: socket => {
      // The session comes within the call; it shows its socket to nobody.
      arriving = socket;
      server.emit('connection', socket);
      arriving = undefined;
    },
    drain: () => {
      for (const session of sessions.keys()) session.close();
    },
  };
}

/**
 * Closes a connection on which nothing is asked. Requests count, not bytes: with pings, or with headers that never come to
 * an end, a connection could be held for ever. Senders that are told to go away connect again with their next request.
 */
class SessionWatch {
  readonly #session: Http2Session;
  readonly #socket: Socket;
  readonly #limits: Limits;
  #open = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(session: Http2Session, socket: Socket, limits: Limits) {
    this.#session = session;
    this.#socket = socket;
    this.#limits = limits;
    this.#closeAfter(limits.firstRequestMs);
    session.on('goaway', () => {
      if (this.#open === 0) this.#closeAfter(0);
    });
  }

  /** A request came. */
  opened(): void {
    this.#open++;
    clearTimeout(this.#timer);
  }

  /** One of them is over. */
  closed(): void {
    this.#open--;
    if (this.#open > 0 || this.#socket.destroyed) return;
    this.#closeAfter(this.#session.closed || this.#session.destroyed ? 0 : this.#limits.sessionIdleMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Ends the connection at once. */
  abandon(): void {
    this.#socket.destroy();
  }

  #closeAfter(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#session.close();
      // A sender that neither answers nor closes is not waited for. The socket, because a session that was told to go away
      // may be gone itself and have left its socket half open.
      this.#timer = setTimeout(() => this.#socket.destroy(), GOODBYE_MS);
    }, milliseconds);
  }
}

/** HTTP/2 has no timeouts of its own: a request that does not arrive whole in time is cancelled, an unread answer too. */
function boundTime(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  limits: Limits,
  abandon: () => void,
): void {
  const cancel = () => {
    request.stream.close(constants.NGHTTP2_CANCEL);
    // Of a sender that said goodbye and then broke the protocol Node closes neither the stream nor the session.
    timer = setTimeout(abandon, GOODBYE_MS);
  };
  let timer = setTimeout(cancel, limits.requestMs);
  request.on('end', () => {
    clearTimeout(timer);
    timer = setTimeout(cancel, limits.commitMs + limits.requestMs);
  });
  response.on('close', () => clearTimeout(timer));
}

function ignore(): void {}
