import assert from 'node:assert/strict';
import * as zlib from 'node:zlib';
import { type Call, http1, http2, JSON_TYPE, PROTOBUF, RawClient } from './support/clients.ts';
import { END_HEADERS, FrameType, frame, headerBlock, opening, TRACES_HEADERS } from './support/http2Frames.ts';
import { receiving } from './support/receiving.ts';
import { readFields, readStatus, spanNames, traceRequest, traceRequestJson } from './support/wire.ts';

const LIMIT = 256 * 1024;
const HTTP2_CANCEL = 8;
const HTTP2_INTERNAL_ERROR = 2;

describe('H-21: sizes by default', () => {
  const r = receiving();

  it('a body above 1 MiB, where fastify stops, is taken', async () => {
    const body = traceRequest('x'.repeat(3 * 1024 * 1024));
    for (const send of [http1, http2]) assert.equal((await send(r.port, { headers: PROTOBUF, body })).status, 200);
    assert.equal(r.sink.requests.length, 2);
  });

  it('no answer is in the words of fastify', async () => {
    const calls: Call[] = [
      { headers: { 'content-type': 'text/plain' }, body: traceRequest() },
      { headers: { ...JSON_TYPE, 'content-length': 100 * 1024 * 1024 } },
      { headers: JSON_TYPE, body: Buffer.from('{') },
      { headers: JSON_TYPE, path: '/nothing', body: Buffer.from('{}') },
      { headers: JSON_TYPE, path: '/%zz', body: Buffer.from('{}') },
      { headers: { ...JSON_TYPE, 'content-encoding': 'br' }, body: Buffer.from('{}') },
    ];
    for (const call of calls) {
      const { status, headers, body } = await http1(r.port, call);
      assert.ok(status >= 400 && status < 500, `${status}`);
      const isJson = headers['content-type'] === 'application/json';
      const keys = isJson ? Object.keys(JSON.parse(body.toString())) : readFields(body).map(({ number }) => number);
      assert.deepEqual(keys.slice(0, 2), isJson ? ['code', 'message'] : [1, 2]);
      assert.doesNotMatch(body.toString(), /FST_|statusCode/);
    }
  });
});

describe('OTLP/HTTP content types and encodings', () => {
  const r = receiving({ limits: { requestBytes: LIMIT, inFlightBytes: 4 * LIMIT, roomMs: 200 } });
  const stored = () => r.sink.requests.flatMap(request => spanNames(request.body));

  describe('H-02, H-03, H-10: protobuf and JSON, over HTTP/1.1 and HTTP/2', () => {
    for (const [name, send] of [
      ['HTTP/1.1', http1],
      ['HTTP/2', http2],
    ] as const) {
      it(`protobuf over ${name}: stored as sent, answered with no bytes`, async () => {
        const answer = await send(r.port, { headers: PROTOBUF, body: traceRequest('a') });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['content-type'], 'application/x-protobuf');
        assert.equal(answer.body.length, 0);
        assert.deepEqual(Buffer.from(r.sink.requests[0]?.body ?? []), traceRequest('a'));
      });

      it(`JSON over ${name}: stored as protobuf, answered with {}`, async () => {
        const answer = await send(r.port, { headers: JSON_TYPE, body: traceRequestJson('a') });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['content-type'], 'application/json');
        assert.equal(answer.body.toString(), '{}');
        assert.deepEqual(stored(), ['a']);
      });
    }
  });

  for (const type of [
    'application/json; charset=utf-8',
    'Application/JSON',
    ' application/json ;charset="utf-8"',
    'application/x-protobuf;foo=bar',
    'APPLICATION/X-PROTOBUF',
  ]) {
    it(`H-11: ${type} is taken`, async () => {
      const body = /json/i.test(type) ? traceRequestJson() : traceRequest();
      const answer = await http1(r.port, { headers: { 'content-type': type }, body });
      assert.equal(answer.status, 200);
      assert.deepEqual(stored(), ['checkout']);
    });
  }

  for (const type of [
    undefined,
    '',
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    'application/json garbage',
    'application/protobuf',
    'application/grpc-web',
    '; application/json',
  ]) {
    it(`H-12, H-13, X-04: the content type ${type ?? '(none)'} is 415, with a body and without`, async () => {
      for (const send of [http1, http2]) {
        for (const body of [traceRequestJson(), undefined]) {
          const answer = await send(r.port, {
            headers: type === undefined ? {} : { 'content-type': type },
            ...(body && { body }),
          });
          assert.equal(answer.status, 415);
          assert.match(readStatus(answer.body).message, /application\/x-protobuf or application\/json/);
        }
      }
      assert.equal(r.sink.requests.length, 0);
      assert.equal(r.sink.refusals.length, 4);
    });
  }

  it('H-14: application/protobuf is 415, as in the Collector', async () => {
    const answer = await http1(r.port, { headers: { 'content-type': 'application/protobuf' }, body: traceRequest() });
    assert.equal(answer.status, 415);
    assert.match(r.sink.reason, /application\/protobuf.*OTEL_EXPORTER_OTLP_PROTOCOL/);
  });

  it('gRPC over HTTP/1.1 is refused with the cure', async () => {
    const answer = await http1(r.port, { headers: { 'content-type': 'application/grpc' }, body: traceRequest() });
    assert.equal(answer.status, 415);
    assert.match(readStatus(answer.body).message, /HTTP\/2/);
    assert.match(r.sink.reason, /OTEL_EXPORTER_OTLP_PROTOCOL=http\/protobuf/);
  });

  const compressed: [string, (body: Buffer) => Buffer][] = [
    ['gzip', zlib.gzipSync],
    ['GZIP', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ['identity', body => body],
    ['zstd', body => zlib.zstdCompressSync(body)],
  ];
  for (const [encoding, compress] of compressed) {
    it(`H-15, H-16: ${encoding}`, async () => {
      for (const send of [http1, http2]) {
        const headers = { ...PROTOBUF, 'content-encoding': encoding };
        assert.equal((await send(r.port, { headers, body: compress(traceRequest('zip')) })).status, 200);
      }
      assert.deepEqual(stored(), ['zip', 'zip']);
    });
  }

  it('H-19: a gzip body of two members is both of them', async () => {
    const headers = { ...PROTOBUF, 'content-encoding': 'gzip' };
    const body = Buffer.concat([zlib.gzipSync(traceRequest('one')), zlib.gzipSync(traceRequest('two'))]);
    assert.equal((await http1(r.port, { headers, body })).status, 200);
    assert.deepEqual(stored(), ['one', 'two']);
  });

  for (const encoding of ['br', 'snappy', 'gzip, gzip', 'constructor']) {
    it(`H-17: the encoding ${encoding} is 415, and the answer lists what is understood`, async () => {
      const headers = { ...PROTOBUF, 'content-encoding': encoding };
      const answer = await http1(r.port, { headers, body: traceRequest() });
      assert.equal(answer.status, 415);
      assert.match(String(answer.headers['accept-encoding']), /gzip/);
      assert.match(readStatus(answer.body).message, /gzip/);
      assert.match(r.sink.reason, /OTEL_EXPORTER_OTLP_COMPRESSION=gzip/);
    });
  }

  const gzip = zlib.gzipSync(traceRequest());
  const broken: [string, string, Buffer][] = [
    ['not gzip', 'gzip', traceRequest()],
    ['cut off', 'gzip', gzip.subarray(0, gzip.length - 6)],
    ['followed by garbage', 'gzip', Buffer.concat([gzip, Buffer.from('garbage')])],
    ['with a wrong checksum', 'gzip', Buffer.from(gzip.toString('hex').replace(/.{8}(.{8})$/, '00000000$1'), 'hex')],
    ['not zlib', 'deflate', gzip],
    ['not zstd', 'zstd', gzip],
    ['a cut off frame', 'zstd', zlib.zstdCompressSync(traceRequest()).subarray(0, 20)],
  ];
  for (const [what, encoding, body] of broken) {
    it(`H-19: a ${encoding} body that is ${what} is 400`, async () => {
      const answer = await http1(r.port, { headers: { ...PROTOBUF, 'content-encoding': encoding }, body });
      assert.equal(answer.status, 400);
      assert.match(readStatus(answer.body).message, new RegExp(encoding));
      assert.equal(r.sink.requests.length, 0);
    });
  }

  describe('H-18, H-39: the limit counts after decompression', () => {
    const zeros = Buffer.alloc(4 * LIMIT);
    const tooLarge: [string, Buffer][] = [
      ['gzip', zlib.gzipSync(zeros)],
      ['deflate', zlib.deflateSync(zeros)],
      ['zstd', zlib.zstdCompressSync(zeros)],
      ['identity', zeros],
    ];
    for (const [encoding, body] of tooLarge) {
      it(`${encoding} over it is 413, and what was held is given back`, async () => {
        for (const send of [http1, http2]) {
          const answer = await send(r.port, { headers: { ...PROTOBUF, 'content-encoding': encoding }, body });
          assert.equal(answer.status, 413);
          assert.equal(readStatus(answer.body).code, 8);
        }
        assert.match(r.sink.reason, /OTEL_BSP_MAX_EXPORT_BATCH_SIZE/);
        // Only with all of the room free do these four fit at once.
        const body4 = traceRequest('x'.repeat(LIMIT - 200));
        const answers = await Promise.all([1, 2, 3, 4].map(() => http1(r.port, { headers: PROTOBUF, body: body4 })));
        assert.deepEqual(
          answers.map(answer => answer.status),
          [200, 200, 200, 200],
        );
      });
    }

    it('exactly the limit is taken', async () => {
      const room = LIMIT - traceRequest('x'.repeat(100_000)).length + 100_000;
      const body = traceRequest('x'.repeat(room));
      assert.equal(body.length, LIMIT);
      for (const [encoding, bytes] of [
        ['identity', body],
        ['gzip', zlib.gzipSync(body)],
      ] as const) {
        const headers = { ...PROTOBUF, 'content-encoding': encoding };
        assert.equal((await http1(r.port, { headers, body: bytes })).status, 200);
      }
    });
  });

  it('H-22: Expect: 100-continue is answered before the body', async () => {
    const body = traceRequest();
    const client = new RawClient(r.port);
    client.socket.write(
      `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    await client.expect(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    client.socket.write(body);
    await client.expect(/HTTP\/1\.1 200 OK/);
    client.socket.destroy();
    assert.deepEqual(stored(), ['checkout']);
  });

  it('a chunked body is taken', async () => {
    const body = traceRequest();
    const client = new RawClient(r.port);
    client.socket.write(
      `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`,
    );
    client.socket.write(body);
    client.socket.write('\r\n0\r\n\r\n');
    await client.expect(/HTTP\/1\.1 200 OK/);
    client.socket.destroy();
    assert.deepEqual(stored(), ['checkout']);
  });

  it('a request whose sender goes away half way is not stored, on either protocol', async () => {
    const client = new RawClient(r.port);
    client.socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000\r\n\r\n',
    );
    client.socket.write(traceRequest());
    await new Promise(resolve => setTimeout(resolve, 30));
    client.socket.resetAndDestroy();

    for (const code of [HTTP2_CANCEL, HTTP2_INTERNAL_ERROR]) {
      const reset = new RawClient(r.port);
      reset.socket.write(opening());
      reset.socket.write(frame(FrameType.headers, END_HEADERS, 1, headerBlock(TRACES_HEADERS)));
      reset.socket.write(frame(FrameType.data, 0, 1, traceRequest()));
      await new Promise(resolve => setTimeout(resolve, 30));
      reset.socket.write(frame(FrameType.reset, 0, 1, Buffer.of(0, 0, 0, code)));
      await new Promise(resolve => setTimeout(resolve, 30));
      reset.socket.destroy();
    }

    const answer = await http1(r.port, { headers: PROTOBUF, body: traceRequest('after') });
    assert.equal(answer.status, 200);
    assert.deepEqual(stored(), ['after']);
  });
});
