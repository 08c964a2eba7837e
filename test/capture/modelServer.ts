import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as after } from 'node:timers/promises';
import { answerTo, type Failure } from './answers.ts';
import { readChatRequest, streamChatAnswer, writeChatAnswer } from './chatApi.ts';
import { writeEmbeddingsAnswer } from './embeddingsApi.ts';
import { type Fields, fields, text } from './json.ts';
import { readMessagesRequest, streamMessagesAnswer, writeMessagesAnswer } from './messagesApi.ts';
import { readResponsesRequest, streamResponsesAnswer, writeResponsesAnswer } from './responsesApi.ts';
import type { Api, Asked, Exchange, Reply } from './talk.ts';

/** A model that says always the same, behind the interfaces of OpenAI and Anthropic. */
export interface ModelServer {
  /** For example `http://127.0.0.1:41231`; the interfaces are under `/v1`. */
  url: string;
  /** All that was asked so far and what was answered, in the order in which it was asked. */
  exchanges(): readonly Exchange[];
  /** What was asked for that is not here, as `GET /v1/files`. */
  missing(): readonly string[];
  close(): Promise<void>;
}

const PATHS: [RegExp, Api][] = [
  [/\/chat\/completions$/, 'chat'],
  [/\/responses$/, 'responses'],
  [/\/messages$/, 'messages'],
  [/\/embeddings$/, 'embeddings'],
];

/** Models answer under the name of their version. */
const VERSIONS = new Map([
  ['gpt-4o-mini', 'gpt-4o-mini-2024-07-18'],
  ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
]);

/** Milliseconds that a real model would take a thousandfold: enough for a stream to come in pieces. */
const THOUGHT = 5;
const PIECE = 1;

export async function modelServer(): Promise<ModelServer> {
  const exchanges: Exchange[] = [];
  const missing: string[] = [];
  const server = createServer(async (request, response) => {
    try {
      const path = new URL(request.url ?? '', 'http://localhost').pathname;
      const api = PATHS.find(([ends]) => ends.test(path))?.[1];
      if (!api || request.method !== 'POST') {
        missing.push(`${request.method} ${path}`);
        send(response, 404, { error: { type: 'not_found_error', message: `There is no ${path} here.` } });
      } else await answer(api, request, response, exchanges);
    } catch (error) {
      send(response, 400, { error: { type: 'invalid_request_error', message: String(error) } });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges: () => exchanges,
    missing: () => missing,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(api: Api, from: IncomingMessage, to: ServerResponse, log: Exchange[]): Promise<void> {
  const request = fields(await json(from));
  const exchange: Exchange = { api, request, status: 200, answer: undefined };
  const number = log.push(exchange);
  await after(THOUGHT);
  const model = VERSIONS.get(text(request['model']) ?? '') ?? text(request['model']) ?? '';
  if (api === 'embeddings') {
    exchange.answer = writeEmbeddingsAnswer(request, model);
    return send(to, 200, exchange.answer);
  }
  const asked = READERS[api](request);
  const said = answerTo(asked);
  if ('status' in said) {
    exchange.status = said.status;
    exchange.answer = writeFailure(api, said);
    return send(to, said.status, exchange.answer);
  }
  const whole = write(api, { number, model, ...said }, request);
  if (!asked.stream) {
    exchange.answer = whole;
    return send(to, 200, whole);
  }
  const usage = api !== 'chat' || fields(request['stream_options'])['include_usage'] === true;
  exchange.answer = usage ? whole : Object.fromEntries(Object.entries(whole).filter(([name]) => name !== 'usage'));
  await stream(to, streamed(api, whole, usage));
}

const READERS: Record<Exclude<Api, 'embeddings'>, (body: unknown) => Asked> = {
  chat: readChatRequest,
  responses: readResponsesRequest,
  messages: readMessagesRequest,
};

function write(api: Exclude<Api, 'embeddings'>, reply: Reply, request: Fields): Fields {
  if (api === 'chat') return writeChatAnswer(reply);
  return api === 'messages' ? writeMessagesAnswer(reply) : writeResponsesAnswer(reply, request);
}

function streamed(api: Exclude<Api, 'embeddings'>, whole: Fields, usage: boolean): Generator<string> {
  if (api === 'chat') return streamChatAnswer(whole, usage);
  return api === 'messages' ? streamMessagesAnswer(whole) : streamResponsesAnswer(whole);
}

function writeFailure(api: Api, { type, message }: Failure): Fields {
  return api === 'messages'
    ? { type: 'error', error: { type, message } }
    : { error: { message, type, param: null, code: null } };
}

function send(to: ServerResponse, status: number, body: unknown): void {
  to.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function stream(to: ServerResponse, events: Iterable<string>): Promise<void> {
  to.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  for (const event of events) {
    to.write(event);
    await after(PIECE);
  }
  to.end();
}
