import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RecentRequest, RefusalCause } from '../../../src/receiver/requestLog.ts';
import { http1 } from '../../conformance/support/clients.ts';
import { GrpcClient } from '../../conformance/support/grpcClient.ts';
import { receiving } from '../../conformance/support/receiving.ts';
import { traceRequest } from '../../conformance/support/wire.ts';
import { until } from '../../harness/processes.ts';

const PROTOBUF_TYPE = 'application/x-protobuf';
const JSON_BODY = Buffer.from('{"resourceSpans":[]}');
const SETTINGS_FRAME = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

describe('what is remembered of requests', () => {
  const r = receiving({ limits: { undecidedMs: 200 } });

  /** The newest request that was noted, once it has this cause, or none where `undefined`. */
  async function newest(cause?: RefusalCause): Promise<RecentRequest> {
    return until(`a request that was turned away for ${cause}`, () => {
      const [first] = r.receiver.recent().requests;
      return first?.cause === cause ? first : undefined;
    });
  }

  const post = (path: string, type: string, body: Buffer) =>
    http1(r.port, { path, headers: { 'content-type': type, 'user-agent': 'probe/1' }, body });

  const raw = async (bytes: Buffer | undefined) => {
    const socket = connect(r.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'connect');
    if (bytes) socket.write(bytes);
    await once(socket, 'close');
  };

  it('an accepted one, with its service', async () => {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
    const body = Buffer.from(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [{}] }] }] }));
    await post('/v1/traces', 'application/json', body);
    const { at: _, ...request } = await newest();
    assert.deepEqual(request, {
      outcome: 'accepted',
      signal: 'traces',
      protocol: 'http/json',
      services: ['shop'],
      items: 1,
      bytes: body.length,
    });
    assert.equal(r.receiver.recent().accepted, 1);
  });

  const REFUSED: [string, RefusalCause, () => Promise<unknown>, RegExp][] = [
    ['a wrong path', 'path', () => post('/v1/trace?key=secret', PROTOBUF_TYPE, traceRequest()), /\/v1\/traces/],
    ['text', 'contentType', () => post('/v1/traces', 'text/plain', JSON_BODY), /OTEL_EXPORTER_OTLP_PROTOCOL/],
    ['JSON as protobuf', 'encodingMixUp', () => post('/v1/traces', PROTOBUF_TYPE, JSON_BODY), /JSON.*protobuf/],
    [
      'protobuf as JSON',
      'encodingMixUp',
      () => post('/v1/traces', 'application/json', traceRequest()),
      /protobuf.*JSON/,
    ],
    ['HTTP/2 without its preface', 'http2', () => raw(SETTINGS_FRAME), /preface/],
    ['garbage', 'notHttp', () => raw(Buffer.from('\0\0hello\r\n\r\n')), /not HTTP/],
    [
      'https',
      'tls',
      async () => {
        const socket = connectTls({ port: r.port, host: '127.0.0.1', rejectUnauthorized: false });
        await once(socket, 'error');
      },
      /http:\/\//,
    ],
    [
      'a gRPC method that is not OTLP',
      'grpcMethod',
      async () => {
        const client = new GrpcClient(`127.0.0.1:${r.port}`);
        await client.call('/opentelemetry.proto.collector.trace.v1.Traces/Export', traceRequest());
        client.close();
      },
      /gRPC method/,
    ],
  ];
  for (const [name, cause, send, reason] of REFUSED) {
    it(`${name} is refused, with its cure`, async () => {
      const before = r.receiver.recent().refused;
      await send();
      const request = await newest(cause);
      assert.equal(request.outcome, 'refused');
      assert.match(request.reason ?? '', reason);
      assert.equal(r.receiver.recent().refused, before + 1);
      assert.doesNotMatch(JSON.stringify(request), /secret/);
    });
  }

  it('a connection that says nothing is no refusal', async () => {
    const before = r.receiver.recent().refused;
    await raw(undefined);
    assert.equal((await newest('silent')).outcome, 'closed');
    assert.equal(r.receiver.recent().refused, before);
  });

  it('HTTP/2 that breaks after its preface is told, and no refusal', async () => {
    const before = r.receiver.recent().refused;
    await raw(Buffer.concat([PREFACE, Buffer.from('this is no frame at all, and long enough for one')]));
    assert.equal((await newest('http2')).outcome, 'closed');
    assert.equal(r.receiver.recent().refused, before);
  });

  it('a probe that connects and leaves is not mentioned', async () => {
    const known = JSON.stringify(r.receiver.recent());
    const socket = connect(r.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.end();
    await once(socket, 'close');
    assert.equal(JSON.stringify(r.receiver.recent()), known);
  });
});
