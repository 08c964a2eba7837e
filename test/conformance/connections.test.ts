import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { Receiver } from '../../src/receiver/receiver.ts';
import { eventually, http1, http2, PROTOBUF, RawClient } from './support/clients.ts';
import { GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';
import { FrameType, frame, headerBlock, opening, TRACES_HEADERS } from './support/http2Frames.ts';
import { receiving } from './support/receiving.ts';
import { RecordingSink } from './support/recordingSink.ts';
import { traceRequest } from './support/wire.ts';

const REQUEST_HEAD =
  'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000\r\n';

describe('slow senders (X-08)', () => {
  const r = receiving({ limits: { headersMs: 200, requestMs: 400, firstRequestMs: 600, checkMs: 50 } });

  const slow: [string, Buffer, number, number][] = [
    ['P-07: half the headers over HTTP/1.1', Buffer.from(REQUEST_HEAD), 200, 400],
    ['P-07: half a body over HTTP/1.1', Buffer.from(`${REQUEST_HEAD}\r\nabc`), 400, 700],
    ['P-09: no request over HTTP/2', opening(), 600, 1000],
    [
      'P-09: half the headers over HTTP/2',
      Buffer.concat([opening(), frame(FrameType.headers, 0, 1, headerBlock(TRACES_HEADERS))]),
      600,
      1800,
    ],
  ];
  for (const [what, bytes, from, to] of slow) {
    it(`${what} is closed in time`, async () => {
      const client = new RawClient(r.port);
      client.socket.write(bytes);
      const after = await client.closed;
      assert.ok(after >= from * 0.9 && after < to + 400, `after ${Math.round(after)} ms`);
    });
  }

  it('half headers are answered 408, and said to people', async () => {
    const client = new RawClient(r.port);
    client.socket.write(REQUEST_HEAD);
    await client.closed;
    assert.match(client.received, /^HTTP\/1\.1 408 /);
    assert.equal(r.sink.refusals[0]?.status, 408);
  });

  it('half a body over HTTP/2, however slowly it drips, is cancelled in time; the connection lives on', async () => {
    const session = connectHttp2(`http://127.0.0.1:${r.port}`);
    const stream = session.request({ ':method': 'POST', ':path': '/v1/traces', ...PROTOBUF });
    const began = performance.now();
    const drip = setInterval(() => stream.write('x'), 50);
    stream.on('error', () => {});
    await new Promise(resolve => stream.once('close', resolve));
    clearInterval(drip);
    const after = performance.now() - began;
    assert.ok(after >= 350 && after < 1200, `after ${Math.round(after)} ms`);
    assert.equal(r.sink.requests.length, 0);
    const status = await new Promise(resolve => {
      const second = session.request({ ':method': 'POST', ':path': '/v1/traces', ...PROTOBUF });
      second.on('response', headers => resolve(headers[':status']));
      second.resume();
      second.end(traceRequest());
    });
    assert.equal(status, 200);
    session.close();
  });

  it('a commit that takes longer than the request may is waited for', async () => {
    r.sink.behave = async () => {
      await new Promise(resolve => setTimeout(resolve, 700));
      return { rejected: 0, message: '' };
    };
    const call = { headers: PROTOBUF, body: traceRequest() };
    const answers = await Promise.all([http1(r.port, call), http2(r.port, call)]);
    assert.deepEqual(
      answers.map(answer => answer.status),
      [200, 200],
    );
  });
});

describe('connections', () => {
  const r = receiving({ limits: { requestBytes: 1000, inFlightBytes: 2000, roomMs: 150 } });

  it('H-50: the answer promises more than 65 s, and the connection is used again after a pause', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports: (number | undefined)[] = [];
    for (let i = 0; i < 2; i++) {
      await new Promise<void>((resolve, reject) => {
        const request = httpRequest(
          { host: '127.0.0.1', port: r.port, method: 'POST', path: '/v1/traces', headers: PROTOBUF, agent },
          response => {
            const seconds = /timeout=(\d+)/.exec(String(response.headers['keep-alive']))?.[1];
            assert.ok(Number(seconds) >= 65, `${seconds} s`);
            ports.push(request.socket?.localPort);
            response.resume().on('end', resolve);
          },
        );
        request.on('error', reject);
        request.end(traceRequest());
      });
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    agent.destroy();
    assert.equal(ports[0], ports[1]);
  });

  const requestOf = (body: Uint8Array, extra = '') =>
    Buffer.concat([
      Buffer.from(
        `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${body.length}\r\n${extra}\r\n`,
      ),
      body,
    ]);

  it('P-08: a thousand requests on one connection', async () => {
    const client = new RawClient(r.port);
    for (let i = 0; i < 1000; i++) client.socket.write(requestOf(traceRequest()));
    await eventually(() => client.received.split('200 OK').length === 1001);
    assert.equal(r.sink.requests.length, 1000);
    client.socket.destroy();
  });

  it('P-08: headers of more than 16 KiB are 431, and those below are taken', async () => {
    for (const [size, status] of [
      [15 * 1024, 200],
      [17 * 1024, 431],
    ]) {
      const client = new RawClient(r.port);
      client.socket.write(requestOf(traceRequest(), `x-large: ${'x'.repeat(size ?? 0)}\r\n`));
      await client.expect(new RegExp(`^HTTP/1\\.1 ${status}`));
      client.socket.destroy();
    }
  });

  it('P-08, X-03: a hundred headers are too many: among those dropped could be the origin', async () => {
    const client = new RawClient(r.port);
    const many = Array.from({ length: 150 }, (_, i) => `x-${i}: 1\r\n`).join('');
    client.socket.write(requestOf(traceRequest(), `${many}origin: https://evil.example\r\n`));
    await client.expect(/^HTTP\/1\.1 431/);
    client.socket.destroy();
  });

  it('H-39: a connection outlives a request that was too large', async () => {
    const client = new RawClient(r.port);
    const large = Buffer.alloc(300_000);
    const head = (length: number) =>
      `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${length}\r\n\r\n`;
    client.socket.write(head(large.length));
    client.socket.write(large);
    await client.expect(/^HTTP\/1\.1 413 /);
    client.socket.write(head(traceRequest().length));
    client.socket.write(traceRequest());
    await client.expect(/HTTP\/1\.1 200 OK/);
    client.socket.destroy();
  });

  it('X-07, S-04: when too much is in flight, a request waits for room, then is asked to come again', async () => {
    let commit = () => {};
    const committed = new Promise<void>(resolve => {
      commit = resolve;
    });
    r.sink.behave = async () => {
      await committed;
      return { rejected: 0, message: '' };
    };
    const body = traceRequest('x'.repeat(800));
    const first = [http1(r.port, { headers: PROTOBUF, body }), http1(r.port, { headers: PROTOBUF, body })];
    while (r.sink.requests.length < 2) await new Promise(resolve => setTimeout(resolve, 5));

    const refused = await http1(r.port, { headers: PROTOBUF, body });
    assert.equal(refused.status, 503);
    assert.equal(refused.headers['retry-after'], '1');

    const waiting = http2(r.port, { headers: PROTOBUF, body });
    setTimeout(commit, 50);
    assert.equal((await waiting).status, 200);
    for (const answer of await Promise.all(first)) assert.equal(answer.status, 200);
    assert.equal(r.sink.requests.length, 3);
  });
});

describe('many small connections at once', () => {
  const r = receiving({ limits: { connections: 300, requestBytes: 100_000, inFlightBytes: 1_000_000, roomMs: 100 } });

  it('X-07: the byte budget holds for two hundred small connections together', async () => {
    let commit = () => {};
    const committed = new Promise<void>(resolve => {
      commit = resolve;
    });
    r.sink.behave = async () => {
      await committed;
      return { rejected: 0, message: '' };
    };
    const body = traceRequest('x'.repeat(10_000));
    const answers = Array.from({ length: 200 }, () => http1(r.port, { headers: PROTOBUF, body }));
    await new Promise(resolve => setTimeout(resolve, 400));
    const taken = r.sink.requests.length;
    assert.ok(taken >= 90 && taken * body.length <= 1_000_000, `${taken} were taken`);
    commit();
    const statuses = (await Promise.all(answers)).map(answer => answer.status);
    assert.equal(statuses.filter(status => status === 200).length, taken);
    assert.equal(statuses.filter(status => status === 503).length, 200 - taken);
  });
});

describe('large requests at once', () => {
  const r = receiving();

  it('P-09: eight of 20 MiB over one HTTP/2 connection, by the default limits', async () => {
    // More than the byte budget: some wait for room until others are stored.
    const session = connectHttp2(`http://127.0.0.1:${r.port}`, { maxSessionMemory: 1024 });
    const body = traceRequest('x'.repeat(20 * 1024 * 1024));
    const send = () =>
      new Promise<number>((resolve, reject) => {
        const stream = session.request({ ':method': 'POST', ':path': '/v1/traces', ...PROTOBUF });
        stream.on('response', headers => resolve(Number(headers[':status'])));
        stream.on('error', reject);
        stream.resume();
        stream.end(body);
      });
    const statuses = await Promise.all(Array.from({ length: 8 }, send));
    session.close();
    assert.ok(
      statuses.every(status => status === 200 || status === 503),
      String(statuses),
    );
    assert.equal(statuses.filter(status => status === 200).length, r.sink.requests.length);
    assert.ok(r.sink.requests.length >= 4, `${r.sink.requests.length} of 8 were taken`);
  });
});

describe('closing (P-10)', () => {
  async function started(graceMs: number) {
    const sink = new RecordingSink();
    const receiver = new Receiver(sink, { ports: [0], graceMs });
    const state = await receiver.start();
    assert.ok(state.phase === 'listening');
    return { sink, receiver, port: state.main.port };
  }

  it('idle connections of every kind are closed at once, and no new one is accepted', async () => {
    const { receiver, port } = await started(5000);
    const idle = new RawClient(port);
    const kept = new RawClient(port);
    kept.socket.write('GET /.well-known/spanside HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await kept.expect(/spanside/);
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    let goneAway = false;
    session.on('goaway', () => {
      goneAway = true;
    });
    await new Promise(resolve => session.once('remoteSettings', resolve));
    await new Promise(resolve => setTimeout(resolve, 20));

    const began = performance.now();
    await receiver.close();
    assert.ok(performance.now() - began < 1000);
    await Promise.all([idle.closed, kept.closed]);
    assert.ok(session.closed || goneAway);
    assert.equal(receiver.state.phase, 'off');
    const refused = await new Promise(resolve => {
      connect(port, '127.0.0.1')
        .once('error', resolve)
        .once('connect', () => resolve(undefined));
    });
    assert.equal((refused as NodeJS.ErrnoException)?.code, 'ECONNREFUSED');
  });

  it('requests in flight are answered, by every protocol, and then their connections closed', async () => {
    const { sink, receiver, port } = await started(5000);
    sink.behave = async () => {
      await new Promise(resolve => setTimeout(resolve, 200));
      return { rejected: 0, message: '' };
    };
    const client = new GrpcClient(`127.0.0.1:${port}`);
    const agent = new Agent({ keepAlive: true });
    const call = { headers: PROTOBUF, body: traceRequest() };
    const keptAlive = new Promise<number | undefined>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, method: 'POST', path: '/v1/traces', headers: PROTOBUF, agent };
      const request = httpRequest(options, response => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      request.on('error', reject);
      request.end(traceRequest());
    });
    const answers = [http1(port, call), http2(port, call)];
    const grpc = client.call(TRACES_METHOD, traceRequest());
    while (sink.requests.length < 4) await new Promise(resolve => setTimeout(resolve, 5));

    const began = performance.now();
    await receiver.close();
    const took = performance.now() - began;
    assert.ok(took < 2000, `closing took ${Math.round(took)} ms`);
    assert.equal(await keptAlive, 200);
    for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200);
    assert.equal((await grpc).code, 0);
    agent.destroy();
    client.close();
  });

  it('what does not finish within the grace is cut off', async () => {
    const { sink, receiver, port } = await started(150);
    sink.behave = () => new Promise(() => {});
    const call = { headers: PROTOBUF, body: traceRequest() };
    const cut = [http1(port, call), http2(port, call)].map(answer =>
      answer.then(
        () => 'answered',
        () => 'cut',
      ),
    );
    while (sink.requests.length < 2) await new Promise(resolve => setTimeout(resolve, 5));
    const began = performance.now();
    await receiver.close();
    const took = performance.now() - began;
    assert.ok(took >= 140 && took < 1000, `closing took ${Math.round(took)} ms`);
    assert.equal(await cut[0], 'cut');
  });
});
