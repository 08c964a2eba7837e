import * as zlib from 'node:zlib';
import {
  END_HEADERS,
  END_STREAM,
  FrameType,
  frame,
  HTTP2_PREFACE,
  headerBlock,
  opening,
  TRACES_HEADERS,
} from '../../conformance/support/http2Frames.ts';
import { traceRequest, traceRequestJson } from '../../conformance/support/wire.ts';
import { mutateBytes } from '../mutateBytes.ts';
import type { Random } from '../random.ts';

/*
 * Valid connections as the bytes a client writes, and ways to spoil them. A session is two bytes that say how it is
 * written (how it ends; where it is split), then what is written.
 */

export const Ending = { finish: 0, reset: 1, wait: 2 } as const;

const session = (ending: number, ...parts: (Uint8Array | string)[]): Uint8Array =>
  Buffer.concat([Buffer.of(ending, 7), ...parts.map(part => Buffer.from(part as string))]);

const TRACES_METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

function post(body: Uint8Array, headers = 'Content-Type: application/x-protobuf', path = '/v1/traces'): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

const json = 'Content-Type: application/json; charset=utf-8';
const chunked = (body: Uint8Array): Buffer => {
  const head = `POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\n${json}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const half = body.length >> 1;
  const chunks = [body.subarray(0, half), body.subarray(half)].flatMap(part => [
    Buffer.from(`${part.length.toString(16)};x=y\r\n`),
    part,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([Buffer.from(head), ...chunks, Buffer.from('0\r\nx-trailer: 1\r\n\r\n')]);
};

const grpcHeaders = { ...TRACES_HEADERS, ':path': TRACES_METHOD, 'content-type': 'application/grpc', te: 'trailers' };

function message(body: Uint8Array, compressed = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed, 0);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

function request(stream: number, headers: Record<string, string>, body: Uint8Array): Buffer {
  return Buffer.concat([
    frame(FrameType.headers, END_HEADERS, stream, headerBlock(headers)),
    frame(FrameType.data, END_STREAM, stream, body),
  ]);
}

const PING = 6;
const GOAWAY = 7;
const WINDOW_UPDATE = 8;
const CONTINUATION = 9;
const ack = frame(FrameType.settings, 1, 0);

/** One of each kind of connection. */
export function seedSessions(): Uint8Array[] {
  const body = traceRequest();
  const text = traceRequestJson();
  const block = headerBlock(TRACES_HEADERS);
  return [
    session(Ending.wait, post(body)),
    session(Ending.finish, post(text, json), post(body), post(text, json)),
    session(Ending.wait, post(zlib.gzipSync(text), `${json}\r\nContent-Encoding: gzip`)),
    session(
      Ending.wait,
      post(zlib.zstdCompressSync(body), 'Content-Type: application/x-protobuf\r\nContent-Encoding: zstd'),
    ),
    session(
      Ending.finish,
      post(zlib.deflateSync(body), 'Content-Type: application/x-protobuf\r\nContent-Encoding: deflate'),
    ),
    session(Ending.wait, chunked(text), post(body)),
    session(Ending.reset, post(body).subarray(0, -5)),
    session(
      Ending.wait,
      post(body, 'Content-Type: application/x-protobuf\r\nExpect: 100-continue\r\nConnection: close'),
    ),
    session(
      Ending.finish,
      'OPTIONS /v1/logs HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:3000\r\n\r\n',
      'GET / HTTP/1.0\r\n\r\n',
    ),
    session(Ending.wait, 'POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n'),
    session(Ending.wait, Buffer.from('16030100c8010000c40303', 'hex')),
    session(Ending.finish, HTTP2_PREFACE.slice(0, 11)),
    session(Ending.wait, opening(), ack, request(1, TRACES_HEADERS, body)),
    session(Ending.finish, opening(), request(1, grpcHeaders, message(body)), request(3, grpcHeaders, message(body))),
    session(
      Ending.wait,
      opening(),
      request(1, { ...grpcHeaders, 'grpc-encoding': 'gzip' }, message(zlib.gzipSync(body), 1)),
      frame(PING, 0, 0, Buffer.alloc(8)),
      frame(WINDOW_UPDATE, 0, 0, Buffer.of(0, 0, 1, 0)),
    ),
    session(
      Ending.reset,
      opening(),
      frame(FrameType.headers, END_HEADERS, 1, headerBlock(grpcHeaders)),
      frame(FrameType.data, 0, 1, message(body).subarray(0, 9)),
      frame(FrameType.headers, END_HEADERS, 3, headerBlock(TRACES_HEADERS)),
      frame(FrameType.reset, 0, 1, Buffer.of(0, 0, 0, 8)),
      frame(FrameType.data, END_STREAM, 3, body),
    ),
    session(
      Ending.wait,
      opening(),
      frame(FrameType.headers, 0, 1, block.subarray(0, 20)),
      frame(CONTINUATION, END_HEADERS, 1, block.subarray(20)),
      frame(FrameType.data, END_STREAM, 1, body),
      frame(GOAWAY, 0, 0, Buffer.alloc(8)),
    ),
  ];
}

const WORDS: readonly Uint8Array[] = [
  ...[
    '\r\n',
    '\r\n\r\n',
    '\n',
    '\0',
    ': ',
    'Content-Length: 5\r\n',
    'Content-Length: 99999999999\r\n',
    'Transfer-Encoding: chunked\r\n',
  ],
  ...[
    'Host: evil\r\n',
    'Origin: null\r\n',
    'Content-Encoding: zstd\r\n',
    'Expect: 100-continue\r\n',
    'Upgrade: h2c\r\n',
    'HTTP/1.1',
    'HTTP/9',
  ],
  ...[
    '//v1//traces/',
    '/%',
    '/v1/logs?x',
    'POST ',
    'CONNECT ',
    'PRI * HTTP/2.0\r\n',
    'application/grpc',
    'text/plain',
    'Connection: close\r\n',
  ],
].map(word => Buffer.from(word));

const PREFACE = Buffer.from(HTTP2_PREFACE);

/** A session with a frame, a header or some bytes changed, or written in another way. */
export function mutateSession(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const how = Buffer.from(input.subarray(0, 2));
  if (how.length < 2 || random.once(20)) return mutateBytes(input, random, other, WORDS);
  if (random.once(4)) how[0] = random.below(3);
  if (random.once(2)) how[1] = random.below(256);
  const bytes = Buffer.from(input.subarray(2));
  const isHttp2 = bytes.length >= PREFACE.length && bytes.subarray(0, PREFACE.length).equals(PREFACE);
  const spoiled =
    isHttp2 && !random.once(8)
      ? mutateFrames(bytes.subarray(PREFACE.length), random, other)
      : mutateBytes(bytes, random, other.subarray(2), WORDS);
  return Buffer.concat([how, spoiled]);
}

function mutateFrames(bytes: Buffer, random: Random, other: Uint8Array): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at + 9 <= bytes.length; ) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    frames.push(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
  for (let i = random.below(3); i >= 0 && frames.length > 0; i--) {
    const at = random.below(frames.length);
    const chosen = frames[at]!;
    const payload = chosen.subarray(9);
    switch (random.below(9)) {
      case 0:
        frames.splice(at, 1);
        break;
      case 1:
        frames.splice(random.below(frames.length), 0, chosen);
        break;
      case 2:
        chosen[3] = random.below(12);
        break;
      case 3:
        chosen[4] = random.pick([0, 1, 4, 5, 8, 32, 255]);
        break;
      case 4:
        chosen.writeUInt32BE(random.pick([0, 1, 2, 3, 5, 7, 2 ** 31 - 1, 2 ** 31]), 5);
        break;
      case 5:
      case 6:
        frames[at] = withPayload(chosen, mutateBytes(payload, random, other, WORDS));
        break;
      case 7:
        frames.splice(
          at,
          0,
          frame(random.below(11), random.below(256), random.below(6), random.bytes(random.length(20))),
        );
        break;
      case 8:
        // A request like those before it, on a stream of its own.
        frames.push(...frames.slice(-2).map(last => onStream(last, 1 + 2 * random.below(200))));
    }
  }
  return Buffer.concat([PREFACE, ...frames]);
}

function withPayload(of: Buffer, payload: Uint8Array): Buffer {
  return frame(of[3]!, of[4]!, of.length >= 9 ? of.readUInt32BE(5) : 0, payload);
}

function onStream(of: Buffer, stream: number): Buffer {
  const copy = Buffer.from(of);
  if (copy.length >= 9) copy.writeUInt32BE(stream, 5);
  return copy;
}
