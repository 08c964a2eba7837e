import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from 'node:http2';
import type { GrpcService } from './grpc.ts';
import type { HttpApp } from './http.ts';
import type { Limits } from './limits.ts';
import { isGrpc } from './media.ts';

/** In MB. Node refuses new streams above it, also those of well-behaved senders; the byte budget bounds memory. */
const SESSION_MEMORY = 1024;

export interface Http2App {
  /** Speaks HTTP/2 without TLS; fed by its 'connection' event, never listens itself. */
  server: Http2Server;
  /** Tells every client to go away after the requests it has sent. */
  drain(): void;
}

/** One HTTP/2 server for both: gRPC by content type, OTLP/HTTP otherwise. */
export function createHttp2App(grpc: GrpcService, http: HttpApp, limits: Limits): Http2App {
  /** Every connection, with the number of its requests that are not answered yet. */
  const sessions = new Map<Http2Session, number>();
  const count = (session: Http2Session | undefined, change: number) => {
    const open = session && sessions.get(session);
    if (session && open !== undefined) sessions.set(session, open + change);
  };
  const server = createServer({
    maxSessionMemory: SESSION_MEMORY,
    settings: {
      maxConcurrentStreams: limits.streams,
      maxHeaderListSize: 16 * 1024,
      enablePush: false,
    },
  });

  server.on('session', session => {
    sessions.set(session, 0);
    session.on('close', () => sessions.delete(session));
    session.setTimeout(limits.sessionIdleMs, () => {
      if (sessions.get(session) === 0) session.destroy();
      else session.close();
    });
  });

  // Never a 'stream' listener beside it: two owners of a stream both send its trailers, which ends the process.
  server.on('request', (request: Http2ServerRequest, response: Http2ServerResponse) => {
    // Node passes no errors of streams on here; if it ever does, one that nobody hears would end the process.
    request.on('error', ignore);
    response.on('error', ignore);
    const { session } = request.stream;
    count(session, 1);
    response.on('close', () => count(session, -1));
    boundTime(request, response, limits.requestMs);
    if (isGrpc(request.headers['content-type']) && request.method === 'POST') void grpc.handle(request, response);
    // The compatibility API is the one fastify is written for, under other type names.
    else http.handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });

  return {
    server,
    drain: () => {
      for (const session of sessions.keys()) session.close();
    },
  };
}

/** HTTP/2 has no timeouts of its own: a request that does not arrive whole in time is cancelled. */
function boundTime(request: Http2ServerRequest, response: Http2ServerResponse, milliseconds: number): void {
  const timer = setTimeout(() => request.stream.close(constants.NGHTTP2_CANCEL), milliseconds);
  const done = () => clearTimeout(timer);
  request.on('end', done);
  response.on('close', done);
}

function ignore(): void {}
