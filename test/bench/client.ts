// A process of its own that sends a load as cheaply as it can: prepared bytes, raw sockets, four of them, each with one
// request under way. Its parent names the load, then starts as many rounds as it likes.
import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { type Load, type Supply, supply } from './loads.ts';
import { quantiles } from './report.ts';
import type { Template } from './template.ts';

export interface Round {
  /** For example `http://127.0.0.1:41231`. */
  url: string;
  /** The round ends with the first of these. */
  ms: number;
  spans?: number;
  /** Spans a second; as fast as it goes where absent. */
  rate?: number;
  connections?: number;
}

export interface Sent {
  requests: number;
  spans: number;
  /** Of bodies, as they went over the wire and before compression. */
  bytes: number;
  plainBytes: number;
  seconds: number;
  /** Processor time of the client. */
  cpuMs: number;
  /** From the first byte of a request to the last of its answer. */
  ackMs: { p50: number; p99: number; max: number };
  /** The first answer that was no success, if any; the round ended with it. */
  refused?: string;
}

/** Sends one request and resolves with the answer's status: 200 or what went wrong. */
type Post = (template: Template) => Promise<string>;

const MEDIA = { protobuf: 'application/x-protobuf', gzip: 'application/x-protobuf', json: 'application/json' };

async function httpPost(url: URL, wire: keyof typeof MEDIA): Promise<{ post: Post; close(): void }> {
  const socket = connect(Number(url.port), url.hostname);
  socket.setNoDelay(true);
  await once(socket, 'connect');
  const answered = answers(socket);
  const encoding = wire === 'gzip' ? 'content-encoding: gzip\r\n' : '';
  const head = `POST /v1/traces HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: ${MEDIA[wire]}\r\n${encoding}content-length: `;
  const post = ({ bytes }: Template) => {
    socket.cork();
    socket.write(`${head}${bytes.length}\r\n\r\n`, 'latin1');
    socket.write(bytes);
    socket.uncork();
    return answered();
  };
  return { post, close: () => socket.destroy() };
}

/** Reads the status of each answer; the bodies are only counted. */
function answers(socket: Socket): () => Promise<string> {
  let text = '';
  let waiting: ((status: string) => void) | undefined;
  const settle = (status: string) => {
    const resolve = waiting;
    waiting = undefined;
    text = '';
    resolve?.(status);
  };
  socket.on('data', chunk => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (text.length < end + 4 + length) return;
    const status = text.slice(9, 12);
    settle(status === '200' ? status : text);
  });
  socket.on('error', error => settle(error.message));
  socket.on('close', () => settle('The connection was closed.'));
  return () =>
    new Promise(resolve => {
      waiting = resolve;
    });
}

async function grpcPost(url: URL): Promise<{ post: Post; close(): void }> {
  const session: ClientHttp2Session = connectHttp2(url);
  await once(session, 'connect');
  const head = {
    ':method': 'POST',
    ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  const post = ({ bytes }: Template) =>
    new Promise<string>(resolve => {
      const stream = session.request(head);
      let status = '';
      const read = (headers: { 'grpc-status'?: string | string[] }) => {
        status = String(headers['grpc-status'] ?? status);
      };
      stream.on('response', read);
      stream.on('trailers', read);
      stream.on('error', error => resolve(error.message));
      stream.on('close', () => resolve(status === '0' ? '200' : `grpc-status ${status} (${stream.rstCode})`));
      stream.resume();
      stream.end(bytes);
    });
  return { post, close: () => session.close() };
}

/** Sends until the round is over. */
async function send(load: Load, from: Supply, round: Round): Promise<Sent> {
  const url = new URL(round.url);
  const open = () => (load.wire === 'grpc' ? grpcPost(url) : httpPost(url, load.wire));
  const connections = await Promise.all(Array.from({ length: round.connections ?? 4 }, open));
  const cpu = process.cpuUsage();
  const began = performance.now();
  const took: number[] = [];
  const sent = { requests: 0, spans: 0, bytes: 0, plainBytes: 0 };
  let planned = 0;
  let refused: string | undefined;
  const one = async (post: Post, template: Template) => {
    planned += template.spans;
    const start = performance.now();
    const status = await post(template);
    took.push(performance.now() - start);
    if (status !== '200') {
      refused ??= status;
      return;
    }
    sent.requests++;
    sent.spans += template.spans;
    sent.bytes += template.bytes.length;
    sent.plainBytes += template.plainLength ?? template.bytes.length;
  };
  if (from.first) await one(connections[0]!.post, from.first);
  const run = async (post: Post) => {
    while (!refused && performance.now() - began < round.ms && planned < (round.spans ?? Number.POSITIVE_INFINITY)) {
      if (round.rate) await until(began + (planned / round.rate) * 1000);
      const template = from.take();
      if (!template) return;
      await one(post, template);
      from.giveBack(template);
    }
  };
  await Promise.all(connections.map(({ post }) => run(post)));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  return { ...sent, seconds, cpuMs: (user + system) / 1000, ackMs: quantiles(took), ...(refused && { refused }) };
}

function until(time: number): Promise<void> | undefined {
  const wait = time - performance.now();
  return wait > 0.5 ? new Promise(resolve => setTimeout(resolve, wait)) : undefined;
}

const load = JSON.parse(process.argv[2] ?? '{}') as Load;
const from = supply(load);
process.on('message', (round: Round) => {
  send(load, from, round).then(
    sent => process.send?.(sent),
    error => process.send?.({ refused: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
