import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { eventually, http1, http2, PROTOBUF, RawClient } from './support/clients.ts';
import { GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';
import {
  END_HEADERS,
  END_STREAM,
  FrameType,
  frame,
  headerBlock,
  opening,
  TRACES_HEADERS,
} from './support/http2Frames.ts';
import { receiving } from './support/receiving.ts';
import { spanNames, traceRequest } from './support/wire.ts';

const head = (extra = '') =>
  `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${traceRequest().length}\r\n${extra}\r\n`;

describe('one port for every protocol', () => {
  const r = receiving({ limits: { undecidedMs: 250 } });

  it('P-01, P-03, P-04: gRPC and OTLP/HTTP on one HTTP/2 connection', async () => {
    const session = connectHttp2(`http://127.0.0.1:${r.port}`);
    const send = (headers: Record<string, string>, body: Buffer) =>
      new Promise<string | undefined>(resolve => {
        const stream = session.request({ ':method': 'POST', ...headers });
        let grpcStatus: string | undefined;
        let status: number | undefined;
        stream.on('response', answer => {
          status = answer[':status'];
        });
        stream.on('trailers', trailers => {
          grpcStatus = String(trailers['grpc-status']);
        });
        stream.on('close', () => resolve(grpcStatus ?? String(status)));
        stream.resume();
        stream.end(body);
      });
    const grpc = { ':path': TRACES_METHOD, 'content-type': 'application/grpc', te: 'trailers' };
    const message = traceRequest('grpc');
    const framed = Buffer.concat([Buffer.of(0, 0, 0, 0, message.length), message]);
    const answers = await Promise.all([
      send(grpc, framed),
      send({ ':path': '/v1/traces', ...PROTOBUF }, traceRequest('http')),
      send(grpc, framed),
    ]);
    session.close();
    assert.deepEqual(answers, ['0', '200', '0']);
    assert.deepEqual(r.sink.requests.flatMap(request => spanNames(request.body)).sort(), ['grpc', 'grpc', 'http']);
  });

  it('P-05: hundreds of calls and requests mixed on one connection get their trailers once each', async () => {
    const session = connectHttp2(`http://127.0.0.1:${r.port}`);
    const errors: unknown[] = [];
    session.on('error', error => errors.push(error));
    const message = traceRequest();
    const framed = Buffer.concat([Buffer.of(0, 0, 0, 0, message.length), message]);
    const send = (grpc: boolean) =>
      new Promise<number>(resolve => {
        const stream = session.request({
          ':method': 'POST',
          ...(grpc
            ? { ':path': TRACES_METHOD, 'content-type': 'application/grpc' }
            : { ':path': '/v1/traces', ...PROTOBUF }),
        });
        let trailers = 0;
        stream.on('trailers', () => trailers++);
        stream.on('error', error => errors.push(error));
        stream.on('close', () => resolve(trailers));
        stream.resume();
        stream.end(grpc ? framed : message);
      });
    const kinds = Array.from({ length: 300 }, (_, i) => i % 2 === 0);
    const trailers = await Promise.all(kinds.map(send));
    session.close();
    assert.deepEqual(errors, []);
    assert.deepEqual(
      trailers,
      kinds.map(grpc => (grpc ? 1 : 0)),
    );
  });

  it('P-06: HTTP/1.1 and HTTP/2 without TLS at once, on one port', async () => {
    const call = { headers: PROTOBUF, body: traceRequest() };
    const answers = await Promise.all([http1, http2, http1, http2].map(send => send(r.port, call)));
    assert.deepEqual(
      answers.map(answer => answer.status),
      [200, 200, 200, 200],
    );
  });

  it('P-01, P-02: HTTP/1.1 byte by byte', async () => {
    const client = new RawClient(r.port);
    // Shares its first byte with the HTTP/2 preface.
    await client.drip(head().slice(0, 60));
    client.socket.write(head().slice(60));
    client.socket.write(traceRequest());
    await client.expect(/^HTTP\/1\.1 200 OK/);
    client.socket.destroy();
  });

  it('P-02: what begins like the preface and turns out to be something else is answered as HTTP/1.1', async () => {
    const client = new RawClient(r.port);
    await client.drip('PRI * HTTP/2.0\r\n\r\nXX');
    await client.expect(/^HTTP\/1\.1 4/);
    await client.closed;
  });

  it('P-01: a gRPC client whose preface arrives byte by byte', async () => {
    const slow = await slowProxy(r.port);
    const { port } = slow.address() as { port: number };
    const client = new GrpcClient(`127.0.0.1:${port}`);
    const answer = await client.call(TRACES_METHOD, traceRequest('slow'));
    client.close();
    slow.close();
    assert.equal(answer.code, 0, answer.details);
    assert.deepEqual(spanNames(r.sink.requests[0]?.body ?? Buffer.alloc(0)), ['slow']);
  });

  it('two requests in one packet are answered in order on one connection', async () => {
    const client = new RawClient(r.port);
    client.socket.write(Buffer.concat([Buffer.from(head()), traceRequest(), Buffer.from(head()), traceRequest()]));
    await client.expect(/200 OK.*200 OK/s);
    client.socket.destroy();
    assert.equal(r.sink.requests.length, 2);
  });

  it('H-52: an offer to upgrade to h2c is served as HTTP/1.1', async () => {
    const client = new RawClient(r.port);
    client.socket.write(
      head('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n'),
    );
    client.socket.write(traceRequest());
    await client.expect(/^HTTP\/1\.1 200 OK/);
    client.socket.destroy();
  });

  for (const [what, start] of [
    ['nothing', ''],
    ['half a preface', 'PRI * HTTP'],
    ['half a method', 'P'],
  ]) {
    it(`P-02, X-08: a connection that says ${what} is closed in time`, async () => {
      const client = new RawClient(r.port);
      client.socket.on('connect', () => client.socket.write(start ?? ''));
      const after = await client.closed;
      assert.ok(after >= 240 && after < 2000, `after ${after} ms`);
    });
  }

  it('X-08, H-09: half a TLS hello is not waited for', async () => {
    const client = new RawClient(r.port);
    client.socket.on('connect', () => client.socket.write(Buffer.of(0x16)));
    assert.ok((await client.closed) < 200);
    assert.match(r.sink.reason, /http:\/\//);
  });

  it('P-02, X-08: half a preface that drips on is closed in time all the same', async () => {
    const client = new RawClient(r.port);
    let at = 0;
    const drip = setInterval(() => client.socket.write('PRI * HTTP/2.0\r\n\r\nSM'[at++] ?? ''), 30);
    const after = await client.closed;
    clearInterval(drip);
    assert.ok(after >= 240 && after < 1000, `after ${Math.round(after)} ms`);
  });

  it('a connection that ends before it has said what it speaks is closed at once', async () => {
    const client = new RawClient(r.port);
    client.socket.end('PRI');
    assert.ok((await client.closed) < 150);
  });

  for (const path of ['/v1/traces', TRACES_METHOD]) {
    it(`X-20: a sender of ${path} that resets its HTTP/2 request while it is committed ends nothing`, async () => {
      let settle = () => {};
      r.sink.behave = async () => {
        await new Promise<void>(resolve => {
          settle = resolve;
        });
        return { rejected: 0, message: '' };
      };
      const type = path === TRACES_METHOD ? 'application/grpc' : 'application/x-protobuf';
      const block = headerBlock({ ...TRACES_HEADERS, ':path': path, 'content-type': type });
      const client = new RawClient(r.port);
      client.socket.write(opening());
      client.socket.write(frame(FrameType.headers, END_HEADERS, 1, block));
      client.socket.write(frame(FrameType.data, END_STREAM, 1, Buffer.of(0, 0, 0, 0, 0)));
      await eventually(() => r.sink.requests.length === 1);
      client.socket.write(frame(FrameType.reset, 0, 1, Buffer.of(0, 0, 0, 2)));
      await new Promise(resolve => setTimeout(resolve, 30));
      settle();
      await new Promise(resolve => setTimeout(resolve, 30));
      client.socket.destroy();
      r.sink.behave = () => ({ rejected: 0, message: '' });
      assert.equal((await http2(r.port, { headers: PROTOBUF, body: traceRequest() })).status, 200);
    });
  }

  it('X-20: connections that are broken at any moment end nothing', async () => {
    const starts = [
      '',
      'P',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00',
      head(),
      `${head()}abc`,
      '\x16',
      '\x00\xff',
    ];
    for (const start of starts) {
      const client = new RawClient(r.port);
      client.socket.write(Buffer.from(start, 'latin1'));
      await new Promise(resolve => setTimeout(resolve, 10));
      client.socket.resetAndDestroy();
      await client.closed;
    }
    assert.equal((await http2(r.port, { headers: PROTOBUF, body: traceRequest() })).status, 200);
    assert.equal(r.sink.requests.length, 1);
  });

  it('a connection that speaks no HTTP at all is answered 400 and closed', async () => {
    const client = new RawClient(r.port);
    client.socket.write('EHLO localhost\r\n\r\n');
    await client.closed;
    assert.match(client.received, /^HTTP\/1\.1 400 /);
    assert.match(r.sink.reason, /not HTTP/);
  });
});

describe('the cap of connections', () => {
  const r = receiving({ limits: { connections: 20 } });

  it('X-07: connections over the cap are closed and said, those below go on', async () => {
    const clients = Array.from({ length: 20 }, () => new RawClient(r.port));
    await Promise.all(clients.map(client => new Promise(resolve => client.socket.once('connect', resolve))));
    const oneMore = new RawClient(r.port);
    await oneMore.closed;
    await eventually(() => r.sink.refusals.length === 1);
    assert.match(r.sink.reason, /More than 20 connections/);
    const [first] = clients;
    first?.socket.write(Buffer.concat([Buffer.from(head()), traceRequest()]));
    await first?.expect(/200 OK/);
    for (const client of clients) client.socket.destroy();
  });
});

/** Passes on what it gets, the first 40 bytes of the client one by one. */
function slowProxy(port: number): Promise<Server> {
  const server = createServer({ noDelay: true }, async near => {
    const far: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    far.on('error', () => near.destroy());
    near.on('error', () => far.destroy());
    far.pipe(near);
    let passed = 0;
    for await (const chunk of near as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; passed++) {
        const size = passed < 40 ? 1 : chunk.length - at;
        far.write(chunk.subarray(at, at + size));
        at += size;
        if (size === 1) await new Promise(resolve => setTimeout(resolve, 2));
      }
    }
    far.end();
  });
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)));
}
