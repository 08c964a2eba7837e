import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, inflateSync } from 'node:zlib';
import { type Recorded, signalOf } from './recording.ts';

/** Takes every OTLP export that comes, as a Collector would, and keeps what was in it. */
export interface Recorder {
  /** For example `http://127.0.0.1:41231`. */
  http: string;
  grpc: string;
  /** Traces and logs so far; metrics are answered and forgotten. */
  requests(): readonly Recorded[];
  /** What was asked for that is no export, as `GET /info`. */
  missing(): readonly string[];
  close(): Promise<void>;
}

export async function recorder(): Promise<Recorder> {
  const requests: Recorded[] = [];
  const missing: string[] = [];
  const keep = (path: string, contentType: string, body: Buffer): void => {
    if (signalOf(path) !== 'metrics') requests.push({ path, contentType, body });
  };
  const http = createServer(async (request, response) => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    const contentType = request.headers['content-type'] ?? '';
    const body = await buffer(request);
    if (!signalOf(path)) {
      missing.push(`${request.method} ${path}`);
      response.writeHead(404).end();
      return;
    }
    keep(path, contentType, unpack(request.headers['content-encoding'], body));
    response.writeHead(200, { 'content-type': contentType }).end(contentType.includes('json') ? '{}' : '');
  });
  const sessions = new Set<ServerHttp2Session>();
  const grpc = createHttp2Server();
  grpc.on('session', session => sessions.add(session));
  grpc.on('stream', async (stream, headers) => {
    const framed = await buffer(stream);
    // A frame: one byte whether it is compressed, four of its length.
    const message = framed.subarray(5, 5 + framed.readUInt32BE(1));
    const encoding = framed[0] === 1 ? String(headers['grpc-encoding']) : undefined;
    keep(headers[':path'] ?? '', String(headers['content-type']), unpack(encoding, message));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
  const ports = await Promise.all([http, grpc].map(listen));
  return {
    http: `http://127.0.0.1:${ports[0]}`,
    grpc: `http://127.0.0.1:${ports[1]}`,
    requests: () => requests,
    missing: () => missing,
    close: async () => {
      http.closeAllConnections();
      for (const session of sessions) session.destroy();
      await Promise.all([http, grpc].map(server => new Promise(closed => server.close(closed))));
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function unpack(encoding: string | undefined, body: Buffer): Buffer {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding === 'gzip') return gunzipSync(body);
  if (encoding === 'deflate') return inflateSync(body);
  throw new Error(`A body came in the encoding ${encoding}, which is not unpacked here.`);
}
