import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import * as zlib from 'node:zlib';
import { status as Code } from '@grpc/grpc-js';
import { MalformedError } from '../../src/otlp/malformed.ts';
import { serve, spanside } from '../cli/program.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { type Call, eventually, http1, http2, PROTOBUF } from './support/clients.ts';
import { compressing, GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';
import { receiving } from './support/receiving.ts';
import { readFields, readStatus, traceRequest } from './support/wire.ts';

const LIMIT = 6 * 1024 * 1024;

describe('OTLP/gRPC', () => {
  const r = receiving({ limits: { requestBytes: LIMIT, inFlightBytes: 2 * LIMIT } });
  let client: GrpcClient;
  before(() => {
    client = new GrpcClient(`127.0.0.1:${r.port}`);
  });
  after(() => client.close());

  for (const [name, signal] of [
    ['trace.v1.Trace', 'traces'],
    ['logs.v1.Logs', 'logs'],
    ['metrics.v1.Metrics', 'metrics'],
  ]) {
    it(`G-01, G-02: Export of ${signal} is stored as sent, answered with an empty message`, async () => {
      const method = `/opentelemetry.proto.collector.${name}Service/Export`;
      const answer = await client.call(method, traceRequest());
      assert.equal(answer.code, Code.OK, answer.details);
      assert.equal(answer.message?.length, 0);
      assert.equal(r.sink.requests[0]?.signal, signal);
      assert.deepEqual(Buffer.from(r.sink.requests[0]?.body ?? []), traceRequest());
    });
  }

  it('G-02: a partial success', async () => {
    r.sink.behave = () => ({ rejected: 2, message: 'no ids' });
    const answer = await client.call(TRACES_METHOD, traceRequest());
    assert.equal(answer.code, Code.OK);
    const [partial] = readFields(answer.message ?? Buffer.alloc(0));
    assert.deepEqual(readFields(partial?.value as Buffer), [
      { number: 1, value: 2 },
      { number: 2, value: Buffer.from('no ids') },
    ]);
  });

  for (const [name, algorithm] of [
    ['deflate', 1],
    ['gzip', 2],
  ] as const) {
    it(`G-06: ${name} messages`, async () => {
      const compressed = new GrpcClient(`127.0.0.1:${r.port}`, compressing(algorithm));
      const answer = await compressed.call(TRACES_METHOD, traceRequest('z'.repeat(10_000)));
      compressed.close();
      assert.equal(answer.code, Code.OK, answer.details);
      assert.deepEqual(Buffer.from(r.sink.requests[0]?.body ?? []), traceRequest('z'.repeat(10_000)));
    });
  }

  it('G-05: a message above the 4 MiB that others stop at is taken', async () => {
    const body = traceRequest('x'.repeat(5 * 1024 * 1024));
    assert.equal((await client.call(TRACES_METHOD, body)).code, Code.OK);
    assert.deepEqual(Buffer.from(r.sink.requests[0]?.body ?? []), body);
  });

  it('G-05: over the limit is RESOURCE_EXHAUSTED, and not to be sent again', async () => {
    const bomb = new GrpcClient(`127.0.0.1:${r.port}`, compressing(2));
    for (const [sender, size] of [
      [client, LIMIT + 1],
      [client, 3 * LIMIT],
      [client, 3 * LIMIT],
      [bomb, 8 * LIMIT],
    ] as const) {
      const answer = await sender.call(TRACES_METHOD, Buffer.alloc(size));
      assert.equal(answer.code, Code.RESOURCE_EXHAUSTED, answer.details);
      assert.deepEqual(detailsOf(answer.trailers.get('grpc-status-details-bin')[0]).details, []);
    }
    bomb.close();
    assert.equal(r.sink.refusals.length, 4);
    assert.equal((await client.call(TRACES_METHOD, traceRequest())).code, Code.OK, 'the connection lives on');
  });

  it('G-03, G-07: a message that is not valid OTLP is INVALID_ARGUMENT', async () => {
    r.sink.behave = () => {
      throw new MalformedError('Größe 100 % falsch\n');
    };
    const answer = await client.call(TRACES_METHOD, traceRequest());
    assert.equal(answer.code, Code.INVALID_ARGUMENT);
    assert.equal(answer.details, 'Größe 100 % falsch\n');
    assert.equal(r.sink.refusals[0]?.status, 400);
  });

  it('G-03, G-04: a store that fails is UNAVAILABLE with RetryInfo of one second', async () => {
    r.sink.behave = () => Promise.reject(new Error('disk full'));
    const answer = await client.call(TRACES_METHOD, traceRequest());
    assert.equal(answer.code, Code.UNAVAILABLE);
    const status = detailsOf(answer.trailers.get('grpc-status-details-bin')[0]);
    assert.equal(status.code, Code.UNAVAILABLE);
    const [type, value] = readFields(status.details[0] ?? Buffer.alloc(0));
    assert.equal(type?.value.toString(), 'type.googleapis.com/google.rpc.RetryInfo');
    const [delay] = readFields(value?.value as Buffer);
    assert.deepEqual(readFields(delay?.value as Buffer), [{ number: 1, value: 1 }]);
    assert.match(r.sink.reason, /disk full/);
  });

  for (const method of [
    '/opentelemetry.proto.collector.trace.v1.TraceService/Import',
    '/grpc.health.v1.Health/Check',
    '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export',
    '/x',
  ]) {
    it(`${/profiles/.test(method) ? 'G-01' : 'G-11'}: ${method} is UNIMPLEMENTED`, async () => {
      assert.equal((await client.call(method, traceRequest())).code, Code.UNIMPLEMENTED);
      assert.equal(r.sink.requests.length, 0);
      assert.equal(r.sink.refusals.length, 1);
    });
  }

  it('G-12: 32 calls at once on one connection, each with its own answer', async () => {
    r.sink.behave = request => ({ rejected: request.body.length, message: '' });
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, i) => client.call(TRACES_METHOD, traceRequest('x'.repeat(i * 1000)))),
    );
    answers.forEach((answer, i) => {
      const [partial] = readFields(answer.message ?? Buffer.alloc(0));
      assert.equal(readFields(partial?.value as Buffer)[0]?.value, traceRequest('x'.repeat(i * 1000)).length);
    });
  });

  it('G-12: pings are answered and do not end the connection', async () => {
    const pinging = new GrpcClient(`127.0.0.1:${r.port}`, {
      'grpc.keepalive_time_ms': 20,
      'grpc.keepalive_timeout_ms': 1000,
      'grpc.keepalive_permit_without_calls': 1,
    });
    r.sink.behave = async () => {
      await new Promise(resolve => setTimeout(resolve, 200));
      return { rejected: 0, message: '' };
    };
    assert.equal((await pinging.call(TRACES_METHOD, traceRequest())).code, Code.OK);
    pinging.close();
  });

  it('G-09: a call given up by its sender leaves the receiver well', async () => {
    r.sink.behave = async () => {
      await new Promise(resolve => setTimeout(resolve, 100));
      return { rejected: 0, message: '' };
    };
    assert.equal((await client.call(TRACES_METHOD, traceRequest(), 30)).code, Code.DEADLINE_EXCEEDED);
    await eventually(() => r.sink.requests.length === 1);
    assert.equal((await client.call(TRACES_METHOD, traceRequest())).code, Code.OK);
  });

  describe('messages no library sends', () => {
    const message = traceRequest();
    const head = (flag: number, length: number) =>
      Buffer.concat([Buffer.of(flag), Buffer.from(length.toString(16).padStart(8, '0'), 'hex')]);
    const framed = (flag: number, bytes: Buffer) => Buffer.concat([head(flag, bytes.length), bytes]);
    const bad: [string, Buffer, Record<string, string>, number][] = [
      ['no message', Buffer.alloc(0), {}, Code.INVALID_ARGUMENT],
      ['half a head', Buffer.alloc(3), {}, Code.INVALID_ARGUMENT],
      ['a cut off message', framed(0, message).subarray(0, 20), {}, Code.INVALID_ARGUMENT],
      ['two messages', Buffer.concat([framed(0, message), framed(0, message)]), {}, Code.INVALID_ARGUMENT],
      ['an unknown flag', framed(2, message), {}, Code.INVALID_ARGUMENT],
      ['G-08: compressed, but by nothing', framed(1, zlib.gzipSync(message)), {}, Code.INVALID_ARGUMENT],
      ['not the gzip it says', framed(1, message), { 'grpc-encoding': 'gzip' }, Code.INVALID_ARGUMENT],
      ['a length beyond the limit', head(0, 0xffffffff), {}, Code.RESOURCE_EXHAUSTED],
      ['G-06: an unknown compression', framed(1, message), { 'grpc-encoding': 'snappy' }, Code.UNIMPLEMENTED],
    ];
    const call = (body: Buffer, headers: Record<string, string>): Call => ({
      path: TRACES_METHOD,
      headers: { 'content-type': 'application/grpc+proto', te: 'trailers', ...headers },
      body,
    });
    for (const [what, body, headers, code] of bad) {
      it(`${what}: ${code}`, async () => {
        const answer = await http2(r.port, call(body, headers));
        assert.equal(answer.status, 200);
        assert.equal(answer.trailers['grpc-status'], String(code));
        assert.match(String(answer.headers['grpc-accept-encoding']), /identity,gzip/);
        assert.equal(r.sink.requests.length, 0);
        assert.equal(r.sink.refusals.length, 1);
      });
    }

    it('G-06: zstd messages, which the Collector and Rust can send', async () => {
      const answer = await http2(r.port, call(framed(1, zlib.zstdCompressSync(message)), { 'grpc-encoding': 'zstd' }));
      assert.equal(answer.trailers['grpc-status'], '0');
      assert.deepEqual(Buffer.from(r.sink.requests[0]?.body ?? []), message);
    });

    const bombs: [string, Buffer][] = [
      ['gzip', zlib.gzipSync(Buffer.alloc(20 * LIMIT))],
      ['deflate', zlib.deflateSync(Buffer.alloc(20 * LIMIT))],
      ['zstd', zlib.zstdCompressSync(Buffer.alloc(20 * LIMIT))],
    ];
    for (const [encoding, bomb] of bombs) {
      it(`G-05: ${bomb.length} bytes of ${encoding} that unfold to ${20 * LIMIT} are RESOURCE_EXHAUSTED, by HTTP 413`, async () => {
        const answer = await http2(r.port, call(framed(1, bomb), { 'grpc-encoding': encoding }));
        assert.equal(answer.trailers['grpc-status'], String(Code.RESOURCE_EXHAUSTED));
        const details = Buffer.from(String(answer.trailers['grpc-status-details-bin']), 'base64');
        assert.deepEqual(readStatus(details).details, [], 'no RetryInfo');
        const headers = { ...PROTOBUF, 'content-encoding': encoding };
        assert.equal((await http1(r.port, { headers, body: bomb })).status, 413);
        assert.equal(r.sink.requests.length, 0);
      });
    }

    // Seven bytes: magic number, a descriptor that names a window, and the window itself, then an empty last block.
    for (const [windowLog, status] of [
      [31, 400],
      [25, 200],
    ] as const) {
      it(`X-19: a zstd frame of a few bytes that wants a window of 2^${windowLog} is ${status}, and takes no such memory`, async () => {
        const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3, 0x01, 0x00, 0x00]);
        const before = process.memoryUsage.rss();
        const headers = { ...PROTOBUF, 'content-encoding': 'zstd' };
        assert.equal((await http1(r.port, { headers, body: frame })).status, status);
        const answer = await http2(r.port, call(framed(1, frame), { 'grpc-encoding': 'zstd' }));
        assert.equal(answer.trailers['grpc-status'], String(status === 200 ? Code.OK : Code.INVALID_ARGUMENT));
        assert.ok(process.memoryUsage.rss() - before < 200 * 1024 * 1024);
      });
    }

    it('an uncompressed message on a call that may compress', async () => {
      const answer = await http2(r.port, call(framed(0, message), { 'grpc-encoding': 'gzip' }));
      assert.equal(answer.trailers['grpc-status'], '0');
      assert.deepEqual(Buffer.from(r.sink.requests[0]?.body ?? []), message);
    });

    it('X-02, X-03: the guards hold for gRPC too', async () => {
      for (const headers of [{ ':authority': 'evil.example' }, { origin: 'https://evil.example' }]) {
        const answer = await http2(r.port, call(framed(0, message), headers));
        assert.equal(answer.trailers['grpc-status'], String(Code.PERMISSION_DENIED));
      }
      assert.equal(r.sink.requests.length, 0);
    });
  });
});

describe('OTLP/gRPC while the byte budget is spent', () => {
  const r = receiving({ limits: { requestBytes: 1000, inFlightBytes: 2000, roomMs: 300 } });

  it('G-04, G-03: a call waits for room, then is UNAVAILABLE with RetryInfo, by HTTP 503 with Retry-After', async () => {
    let commit = () => {};
    const committed = new Promise<void>(resolve => {
      commit = resolve;
    });
    r.sink.behave = async () => {
      await committed;
      return { rejected: 0, message: '' };
    };
    const client = new GrpcClient(`127.0.0.1:${r.port}`);
    const body = traceRequest('x'.repeat(800));
    const first = [client.call(TRACES_METHOD, body), client.call(TRACES_METHOD, body)];
    await eventually(() => r.sink.requests.length === 2);

    const began = performance.now();
    const [refused, refusedByHttp] = await Promise.all([
      client.call(TRACES_METHOD, body),
      http1(r.port, { headers: PROTOBUF, body }),
    ]);
    assert.ok(performance.now() - began >= 290, 'it waited first');
    assert.equal(refused.code, Code.UNAVAILABLE);
    const details = detailsOf(refused.trailers.get('grpc-status-details-bin')[0]).details;
    const [type] = readFields(details[0] ?? Buffer.alloc(0));
    assert.equal(type?.value.toString(), 'type.googleapis.com/google.rpc.RetryInfo');
    assert.equal(refusedByHttp.status, 503);
    assert.equal(refusedByHttp.headers['retry-after'], '1');

    const late = client.call(TRACES_METHOD, body);
    setTimeout(commit, 100);
    assert.equal((await late).code, Code.OK, 'a late answer, and not a refusal');
    for (const answer of await Promise.all(first)) assert.equal(answer.code, Code.OK);
    client.close();
  });
});

describe('OTLP/gRPC with the real store', () => {
  const folder = temporaryFolder();

  it('G-09: a deadline that passes before the commit, and the same call again: one copy', async () => {
    const server = await serve(folder());
    const port = Number(new URL(server.url).port);
    const message = traceRequest('once');
    const headers = {
      ':method': 'POST',
      ':path': TRACES_METHOD,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': '1m',
    };
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    for (let i = 0; i < 20; i++) {
      // Given up as soon as it is sent, as a client does when its time is over.
      const given = session.request(headers);
      given.on('error', () => {});
      given.end(Buffer.concat([Buffer.of(0, 0, 0, 0, message.length), message]), () => given.close(8));
      await new Promise(resolve => given.once('close', resolve));
    }
    session.close();
    const client = new GrpcClient(`127.0.0.1:${port}`);
    assert.equal((await client.call(TRACES_METHOD, message)).code, Code.OK);
    client.close();
    await server.stop();
    const { out } = await spanside(['trace', '0af7651916cd43dd8448eb211c80319c', '--json', '--storage', folder()]);
    const trace = JSON.parse(out);
    assert.equal(trace.spanCount, 1);
    assert.equal(trace.spans.length, 1);
  });
});

function detailsOf(value: string | Buffer | undefined) {
  assert.ok(Buffer.isBuffer(value));
  return readStatus(value);
}
