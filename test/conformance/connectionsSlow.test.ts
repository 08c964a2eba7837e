import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import { eventually, http1, PROTOBUF, RawClient } from './support/clients.ts';
import { TRACES_METHOD } from './support/grpcClient.ts';
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
import { traceRequest } from './support/wire.ts';

const HEAD = 'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n';
const SETTINGS_WINDOW = 4;
const PING = 6;

/** A connection that begins with `start`, then sends `more` every 20 ms; when it was closed, in milliseconds. */
async function drip(port: number, start: Uint8Array | string, more: () => Uint8Array | string): Promise<number> {
  const client = new RawClient(port);
  client.socket.write(start);
  const timer = setInterval(() => {
    if (client.socket.writable) client.socket.write(more());
  }, 20);
  const after = await client.closed;
  clearInterval(timer);
  return after;
}

describe('senders that never come to an end, however alive they look (X-08)', () => {
  const r = receiving({
    limits: {
      undecidedMs: 300,
      headersMs: 300,
      requestMs: 300,
      firstRequestMs: 300,
      sessionIdleMs: 300,
      commitMs: 300,
      checkMs: 50,
    },
  });
  const grpc = headerBlock({ ...TRACES_HEADERS, ':path': TRACES_METHOD, 'content-type': 'application/grpc' });
  // The beginning of a frame with 10,000 bytes of headers.
  const endless = frame(FrameType.headers, 0, 1, Buffer.alloc(10_000)).subarray(0, 9);
  let next = 0;
  const letter = () => String.fromCharCode(97 + (next++ % 26));

  const paths: [string, Uint8Array | string, () => Uint8Array | string][] = [
    ['headers over HTTP/1.1', HEAD, () => `x-${letter()}: 1\r\n`],
    ['one endless header over HTTP/1.1', `${HEAD}x: `, letter],
    ['a body over HTTP/1.1', `${HEAD}Content-Length: 100000\r\n\r\n`, letter],
    ['a body in chunks over HTTP/1.1', `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, () => `1\r\n${letter()}\r\n`],
    ['nothing but pings over HTTP/2', opening(), () => frame(PING, 0, 0, new Uint8Array(8))],
    ['headers over HTTP/2', Buffer.concat([opening(), endless]), letter],
  ];
  for (const [what, start, more] of paths) {
    it(`${what}: closed in time`, async () => {
      const after = await drip(r.port, start, more);
      assert.ok(after >= 250 && after < 2000, `after ${Math.round(after)} ms`);
      assert.equal(r.sink.requests.length, 0);
    });
  }

  const bodies: [string, Buffer, () => Uint8Array][] = [
    ['a gRPC message half sent', grpc, () => Buffer.of(0)],
    ['a gRPC message that announces 16 MiB', grpc, () => Buffer.of(0, 1, 0, 0, 0)],
    ['a body over HTTP/2', headerBlock(TRACES_HEADERS), () => Buffer.of(10)],
  ];
  for (const [what, block, more] of bodies) {
    it(`${what}: cancelled in time, then the connection closed`, async () => {
      const start = Buffer.concat([opening(), frame(FrameType.headers, END_HEADERS, 1, block)]);
      const after = await drip(r.port, start, () => frame(FrameType.data, 0, 1, more()));
      assert.ok(after >= 250 && after < 3000, `after ${Math.round(after)} ms`);
      assert.equal(r.sink.requests.length, 0);
    });
  }

  it('P-09: an answer that is never taken, because there is no window for it, is given up', async () => {
    const window = Buffer.alloc(6);
    window.writeUInt16BE(SETTINGS_WINDOW);
    const settings = frame(FrameType.settings, 0, 0, window);
    const message = traceRequest();
    const framed = Buffer.concat([Buffer.of(0, 0, 0, 0, message.length), message]);
    r.sink.behave = () => ({ rejected: 1, message: 'something to say' });
    const start = Buffer.concat([
      opening().subarray(0, 24),
      settings,
      frame(FrameType.headers, END_HEADERS, 1, grpc),
      frame(FrameType.data, END_STREAM, 1, framed),
    ]);
    const after = await drip(r.port, start, () => frame(PING, 0, 0, new Uint8Array(8)));
    assert.ok(after >= 500 && after < 4000, `after ${Math.round(after)} ms`);
    assert.equal(r.sink.requests.length, 1);
  });

  it('senders beside them are served all the while', async () => {
    const slow = Array.from({ length: 50 }, () => drip(r.port, HEAD, () => `x-${letter()}: 1\r\n`));
    assert.equal((await http1(r.port, { headers: PROTOBUF, body: traceRequest() })).status, 200);
    await Promise.all(slow);
  });
});

function bytes(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1');
}

describe('an HTTP/2 connection', () => {
  const r = receiving({
    limits: { streams: 10, headersMs: 300, requestMs: 400, sessionIdleMs: 300, firstRequestMs: 300 },
  });

  it('P-09: with a request now and then it stays, whatever the pause of an SDK', async () => {
    const session = connectHttp2(`http://127.0.0.1:${r.port}`);
    for (let i = 0; i < 5; i++) {
      const stream = session.request({ ':method': 'POST', ':path': '/v1/traces', ...PROTOBUF });
      stream.resume().end(traceRequest());
      await new Promise(resolve => stream.once('close', resolve));
      await new Promise(resolve => setTimeout(resolve, 120));
    }
    assert.ok(!session.closed && !session.destroyed);
    assert.equal(r.sink.requests.length, 5);
    let goneAway = -1;
    session.once('goaway', code => {
      goneAway = code;
    });
    await new Promise(resolve => session.once('close', resolve));
    assert.equal(goneAway, 0, 'and when it is idle for long it is told so without an error');
  });

  it('P-10: one that the sender gives up in the middle of a request does not stay half open', async () => {
    const client = new RawClient(r.port);
    const going = frame(7, 0, 0, new Uint8Array(8));
    const half = frame(FrameType.data, 0, 1, new Uint8Array(100)).subarray(0, 20);
    const head = frame(FrameType.headers, END_HEADERS, 1, headerBlock(TRACES_HEADERS));
    client.socket.write(Buffer.concat([opening(), head, going, half]));
    await new Promise(resolve => setTimeout(resolve, 20));
    client.socket.destroy();
    const other = new RawClient(r.port);
    other.socket.write(Buffer.concat([opening(), head, going]));
    const began = performance.now();
    await other.closed;
    assert.ok(performance.now() - began < 4000);
    await eventually(() => r.receiver.connections === 0);
  });

  it('X-07: tells how many requests it takes at once, and refuses more', async () => {
    const client = new RawClient(r.port);
    r.sink.behave = () => new Promise(() => {});
    const request = (stream: number) =>
      Buffer.concat([
        frame(FrameType.headers, END_HEADERS, stream, headerBlock(TRACES_HEADERS)),
        frame(FrameType.data, END_STREAM, stream, traceRequest()),
      ]);
    client.socket.write(opening());
    // SETTINGS_MAX_CONCURRENT_STREAMS, 3, is 10.
    await eventually(() => client.received.includes(bytes('00030000000a')));
    client.socket.write(Buffer.concat(Array.from({ length: 30 }, (_, i) => request(2 * i + 1))));
    // The eleventh, stream 21, is answered RST_STREAM with REFUSED_STREAM: safe to be sent again.
    await eventually(() => client.received.includes(bytes('000004' + '03' + '00' + '00000015' + '00000007')));
    await new Promise(resolve => setTimeout(resolve, 50));
    assert.equal(r.sink.requests.length, 10);
    client.socket.destroy();
  });
});
