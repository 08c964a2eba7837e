import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { errorBody, errorHeaders, successBody } from './answer.ts';
import { Aborted } from './body.ts';
import { answerClientError } from './clientError.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { ENCODINGS, parseEncoding } from './decompress.ts';
import type { Guards } from './guards.ts';
import type { Intake, Plan } from './intake.ts';
import { encodingOfAnswer, encodingOfRequest, isGrpc, MEDIA_TYPES } from './media.ts';
import { Refused } from './refused.ts';
import type { Report } from './report.ts';
import { aboutOf } from './requestAbout.ts';
import type { RequestProtocol } from './requestLog.ts';
import { IDENTITY_PATH, signalOfPath } from './routes.ts';

const MOST_HEADERS = 100;

export interface HttpApp {
  /** Speaks HTTP/1.1; fed by its 'connection' event, never listens itself. */
  server: Server;
  /** Answers a request of either HTTP version. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** From now on answers ask the sender to close its connection. */
  drain(): void;
}

/** OTLP over HTTP: the same answers over HTTP/1.1 and HTTP/2. `report` is told of every refusal. */
export async function createHttpApp(intake: Intake, guards: Guards, report: Report): Promise<HttpApp> {
  let draining = false;
  const plans = new WeakMap<IncomingMessage, Plan>();
  let server: Server | undefined;

  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    // The body is read by the intake, which counts it.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    return503OnClosing: false,
    serverFactory: handler => {
      server = createHttp1Server(intake, handler);
      return server;
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, report),
    frameworkErrors: (_error, request, reply) =>
      refuse(new Refused(400, 'The path is not a valid one.'), request, reply),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  // Hooks with a callback: one that is async costs each request two turns of the queue.
  app.addHook('onRequest', (request, reply, done) => {
    try {
      reply.headers(corsHeaders(request.headers, guards));
      // Of more headers Node drops the rest, and an origin may be among them.
      if (request.raw.httpVersionMajor === 1 && request.raw.rawHeaders.length >= 2 * MOST_HEADERS)
        throw tooManyHeaders();
      guards.check(request.headers, request.method);
      // Before the body is read, and before fastify judges the content type in its own words.
      if (request.method === 'POST') plans.set(request.raw, planOf(request));
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (draining && request.raw.httpVersionMajor === 1) reply.header('connection', 'close');
    done();
  });
  app.setErrorHandler((error, request, reply) => refuse(refusalOf(error, request.method), request, reply));
  app.get(IDENTITY_PATH, async () => ({ name: 'spanside' }));
  app.all('*', answer);
  app.setNotFoundHandler(answer);

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (request.method === 'OPTIONS') return reply.code(204).headers(preflightHeaders(request.headers)).send();
    if (request.method !== 'POST') {
      signalOfPath(request.url);
      throw wrongMethod(request.method);
    }
    const plan = plans.get(request.raw) ?? planOf(request);
    const acceptance = await intake.receive(request.raw, plan);
    const { signal, encoding } = plan;
    return reply
      .code(200)
      .type(MEDIA_TYPES[encoding])
      .send(successBody(encoding, signal, acceptance));
  }

  function refuse(refused: Refused | Aborted, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (refused instanceof Aborted) {
      reply.hijack();
      request.raw.destroy();
      return reply;
    }
    report(refused, aboutOf(request.raw, protocolOf(request)));
    // What is left of the body flows into nothing, so that the sender gets to read the answer; it has requestMs for it.
    request.raw.resume();
    const { 'content-type': contentType, accept } = request.headers;
    const encoding = encodingOfAnswer(contentType, accept);
    if (refused.status === 415) reply.header('accept-encoding', ENCODINGS.join(', '));
    return reply
      .code(refused.status)
      .headers(errorHeaders(refused))
      .type(MEDIA_TYPES[encoding])
      .send(errorBody(encoding, refused));
  }

  await app.ready();
  if (!server) throw new Error('fastify made no server');
  return {
    server,
    handle: (request, response) => app.routing(request, response),
    drain: () => {
      draining = true;
    },
  };
}

function planOf(request: FastifyRequest): Plan {
  const { 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers;
  const length = request.headers['content-length'];
  return {
    signal: signalOfPath(request.url),
    encoding: encodingOfRequest(contentType),
    compression: parseEncoding(contentEncoding),
    length: length === undefined ? undefined : Number(length),
  };
}

/** What a refused request carries, where its headers say it. */
function protocolOf(request: FastifyRequest): RequestProtocol {
  const type = request.headers['content-type'];
  if (isGrpc(type)) return 'grpc';
  try {
    return `http/${encodingOfRequest(type)}`;
  } catch {
    return request.raw.httpVersionMajor === 2 ? 'http/2' : 'http/1.1';
  }
}

function refusalOf(error: unknown, method: string): Refused | Aborted {
  if (error instanceof Refused || error instanceof Aborted) return error;
  // Of a method that Node reads and fastify has never heard of, such as PRI.
  if ((error as { code?: unknown }).code === 'FST_ERR_NOT_FOUND') return wrongMethod(method);
  const text = error instanceof Error ? error.message : String(error);
  return new Refused(503, 'The request failed; send it again.', `A request failed unexpectedly (${text}).`);
}

function wrongMethod(method: string): Refused {
  return new Refused(405, `${method} is not answered here; telemetry is sent by POST.`);
}

function tooManyHeaders(): Refused {
  return new Refused(431, `The request has ${MOST_HEADERS} headers or more; see OTEL_EXPORTER_OTLP_HEADERS.`);
}

function createHttp1Server(
  { limits }: Intake,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    {
      keepAliveTimeout: limits.keepAliveMs,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
      maxHeaderSize: 16 * 1024,
      // The guards answer a missing host, in the encoding of the request.
      requireHostHeader: false,
    },
    handler,
  );
  server.maxHeadersCount = MOST_HEADERS;
  // A server that never listens starts the timer of the timeouts above only when it is told that it does.
  server.emit('listening');
  return server;
}
