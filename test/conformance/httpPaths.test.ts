import assert from 'node:assert/strict';
import { get } from 'node:http';
import { http1, http2, JSON_TYPE, PROTOBUF, RawClient } from './support/clients.ts';
import { receiving } from './support/receiving.ts';
import { readStatus, traceRequest } from './support/wire.ts';

describe('OTLP/HTTP paths', () => {
  const r = receiving();

  const accepted: [string, string, string][] = [
    ['H-01', '/v1/traces', 'traces'],
    ['H-01', '/v1/logs', 'logs'],
    ['H-01', '/v1/metrics', 'metrics'],
    ['H-06', '/v1/traces/', 'traces'],
    ['H-06', '//v1/traces', 'traces'],
    ['H-06', '/v1//traces//', 'traces'],
    ['H-08', '/api/public/otel/v1/traces', 'traces'],
    ['H-08', '/otel/v1/logs?project=1', 'logs'],
  ];
  for (const [id, path, signal] of accepted) {
    it(`${id}: POST ${path} takes ${signal}`, async () => {
      const answer = await http1(r.port, { path, headers: PROTOBUF, body: traceRequest() });
      assert.equal(answer.status, 200);
      assert.equal(r.sink.requests[0]?.signal, signal);
      assert.deepEqual(Buffer.from(r.sink.requests[0]?.body ?? []), traceRequest());
    });
  }

  const wrong: [string, string, RegExp][] = [
    ['H-07', '/', /the path is \/v1\/traces/],
    ['H-07', '/v1/traces/v1/traces', /the path is \/v1\/traces/],
    ['H-07', '/v1/traces/v1/logs', /the path is \/v1\/logs/],
    ['H-07', '/prefix/v1/traces//v1/traces/', /the path is \/v1\/traces/],
    ['H-07', '/v1/trace', /the path is \/v1\/traces/],
    ['H-07', '/v1/log', /the path is \/v1\/logs/],
    ['H-07', '/v1/metric', /the path is \/v1\/metrics/],
    ['H-07', '/api/v2/spans', /the path is \/v1\/traces/],
    ['H-01', '/v1development/profiles', /Profiles are not received/],
  ];
  for (const [id, path, message] of wrong) {
    it(`${id}: POST ${path} is 404, and says which path is right`, async () => {
      for (const send of [http1, http2]) {
        const answer = await send(r.port, { path, headers: PROTOBUF, body: traceRequest() });
        assert.equal(answer.status, 404);
        const status = readStatus(answer.body);
        assert.equal(status.code, 5);
        assert.match(status.message, message);
      }
      assert.equal(r.sink.requests.length, 0);
      assert.equal(r.sink.refusals.length, 2);
      assert.equal(r.sink.refusals[0]?.status, 404);
    });
  }

  it('H-07: what a person is told names the wrong path and the right one', async () => {
    await http1(r.port, { path: '/v1/trace', headers: PROTOBUF });
    assert.equal(r.sink.reason, 'A program sent to /v1/trace; the path is /v1/traces.');
  });

  it('H-07: a hostile path is cut and without control characters in what a person reads', async () => {
    await http1(r.port, { path: `/%1b[2J${'x'.repeat(5000)}`, headers: PROTOBUF });
    assert.ok(r.sink.reason.length < 250, r.sink.reason);
  });

  it('a path that cannot be decoded is answered with a Status', async () => {
    const answer = await http1(r.port, { path: '/%zz', headers: JSON_TYPE });
    assert.ok(answer.status === 404 || answer.status === 400);
    assert.equal(typeof JSON.parse(answer.body.toString()).message, 'string');
    assert.equal(r.sink.refusals.length, 1);
  });

  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
    it(`H-05: ${method} /v1/traces is 405 with Allow`, async () => {
      for (const send of [http1, http2]) {
        const answer = await send(r.port, { method });
        assert.equal(answer.status, 405);
        assert.equal(answer.headers.allow, 'POST, OPTIONS');
        if (method !== 'HEAD') assert.match(readStatus(answer.body).message, /POST/);
      }
    });
  }

  it('H-05: GET of an unknown path is 404, readable in a browser', async () => {
    const answer = await http1(r.port, { method: 'GET', path: '/', headers: { accept: 'text/html,*/*' } });
    assert.equal(answer.status, 404);
    assert.match(JSON.parse(answer.body.toString()).message, /\/v1\/traces/);
  });

  it('H-09: a TLS handshake is closed, and a person told that the sender uses https', async () => {
    const client = new RawClient(r.port);
    client.socket.write(Buffer.from('16030100a5010000a10303', 'hex'));
    await client.closed;
    assert.match(r.sink.reason, /https.*http:\/\//);
    await assert.rejects(fetch(`https://127.0.0.1:${r.port}/v1/traces`));
    assert.equal(r.sink.refusals.length, 2);
  });

  it('N-03, X-05: the identity probe says who it is and nothing else', async () => {
    const answer = await http1(r.port, { method: 'GET', path: '/.well-known/spanside' });
    assert.equal(answer.status, 200);
    assert.equal(answer.body.toString(), '{"name":"spanside"}');
    assert.equal(r.sink.refusals.length, 0);
  });

  it('N-01: both address families answer', async () => {
    for (const { host } of (r.receiver.state as { endpoints: { host: string }[] }).endpoints) {
      const status = await new Promise((resolve, reject) => {
        get({ host, port: r.port, path: '/.well-known/spanside', agent: false }, response => {
          response.resume();
          resolve(response.statusCode);
        }).on('error', reject);
      });
      assert.equal(status, 200, host);
    }
  });
});
