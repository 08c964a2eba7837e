import assert from 'node:assert/strict';
import { http1, http2, JSON_TYPE, PROTOBUF, RawClient } from './support/clients.ts';
import { receiving } from './support/receiving.ts';
import { readStatus, traceRequest, traceRequestJson } from './support/wire.ts';

describe('who may send', () => {
  const r = receiving({ allowedHosts: ['Devbox.example'], limits: { requestBytes: 10_000 } });
  const body = traceRequest();

  const hosts: [string, number][] = [
    ['localhost', 200],
    ['LocalHost:4318', 200],
    ['localhost.:4318', 200],
    ['app.localhost', 200],
    ['127.0.0.1:4318', 200],
    ['127.1.2.3', 200],
    ['[::1]:4318', 200],
    ['host.docker.internal:4318', 200],
    ['10.0.2.2:4318', 200],
    ['devbox.example:4318', 200],
    ['evil.example', 403],
    ['evil.example:4318', 403],
    ['localhost.evil.example', 403],
    ['evillocalhost', 403],
    ['127.0.0.1.nip.io', 403],
    ['127.evil.example', 403],
    ['192.168.1.2', 403],
    ['0.0.0.0', 403],
    ['[::2]', 403],
    ['user@localhost', 403],
    ['localhost evil.example', 403],
  ];
  for (const [host, status] of hosts) {
    it(`X-02, N-04, N-06: the host ${host} is ${status === 200 ? 'taken' : 'refused'}`, async () => {
      const answer = await http1(r.port, { headers: { ...PROTOBUF, host }, body });
      assert.equal(answer.status, status);
      assert.equal(r.sink.requests.length, status === 200 ? 1 : 0);
      if (status !== 200) {
        assert.equal(readStatus(answer.body).code, 7);
        assert.match(r.sink.reason, /localhost/);
      }
    });
  }

  it('X-02: over HTTP/2 the authority counts, and a host header beside it too', async () => {
    for (const named of [{ ':authority': 'evil.example' }, { ':authority': 'localhost', host: 'evil.example' }]) {
      assert.equal((await http2(r.port, { headers: { ...PROTOBUF, ...named }, body })).status, 403);
    }
    assert.equal((await http2(r.port, { headers: { ...PROTOBUF, ':authority': 'localhost' }, body })).status, 200);
  });

  it('X-02: the identity probe is guarded too', async () => {
    const call = { method: 'GET', path: '/.well-known/spanside', headers: { host: 'evil.example' } };
    assert.equal((await http1(r.port, call)).status, 403);
  });

  it('a request without a host is 400', async () => {
    const client = new RawClient(r.port);
    client.socket.write('POST /v1/traces HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}');
    await client.expect(/^HTTP\/1\.1 400 .*names no host/s);
    client.socket.destroy();
  });

  const allowed = [
    'http://localhost:3000',
    'https://localhost',
    'http://127.0.0.1:5173',
    'http://[::1]:8080',
    'http://shop.localhost',
  ];
  const forbidden = [
    'null',
    'https://evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1.nip.io',
    'vscode-webview://abc',
    'file://',
    'localhost',
    '',
  ];

  for (const origin of allowed) {
    it(`B-01, B-03, B-05: the preflight of ${origin} is allowed`, async () => {
      const answer = await http1(r.port, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type, x-token, bad header\t',
        },
      });
      assert.equal(answer.status, 204);
      assert.equal(answer.headers['access-control-allow-origin'], origin);
      assert.equal(answer.headers['access-control-allow-credentials'], 'true');
      assert.equal(answer.headers['access-control-allow-methods'], 'POST');
      assert.equal(answer.headers['access-control-allow-headers'], 'content-type, x-token');
      assert.equal(answer.headers['access-control-max-age'], '7200');
      assert.match(String(answer.headers.vary), /Origin/);
      assert.equal(r.sink.refusals.length, 0);
    });
  }

  for (const origin of forbidden) {
    it(`X-03, B-05: the origin ${origin || '(empty)'} is refused, by preflight and by request`, async () => {
      for (const send of [http1, http2]) {
        const preflight = { origin, 'access-control-request-method': 'POST' };
        for (const call of [
          { method: 'OPTIONS', headers: preflight },
          { headers: { ...PROTOBUF, origin }, body },
        ]) {
          const answer = await send(r.port, call);
          assert.equal(answer.status, 403);
          assert.equal(answer.headers['access-control-allow-origin'], undefined);
        }
      }
      assert.equal(r.sink.requests.length, 0);
    });
  }

  for (const type of [
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    undefined,
  ]) {
    it(`X-04, B-04: ${type ?? 'no content type'}, which a page may send without asking, is 415`, async () => {
      for (const send of [http1, http2]) {
        // Without an origin too: a worker that has none is told the same.
        for (const from of [{}, { origin: 'http://localhost:3000' }]) {
          const headers = { ...from, ...(type !== undefined && { 'content-type': type }) };
          const answer = await send(r.port, { headers, body: traceRequestJson() });
          assert.equal(answer.status, 415);
        }
      }
      assert.equal(r.sink.requests.length, 0);
      assert.match(r.sink.reason, /OTEL_EXPORTER_OTLP_PROTOCOL/);
    });
  }

  it('X-05: nothing can be read or steered here: all but sending and the probe is 404 or 405', async () => {
    for (const path of [
      '/',
      '/v1/traces',
      '/api/traces',
      '/.well-known/',
      '/.well-known/spanside/x',
      '/../etc/passwd',
    ]) {
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH']) {
        for (const send of [http1, http2]) {
          const { status } = await send(r.port, { method, path });
          assert.ok(status === 404 || status === 405, `${method} ${path}: ${status}`);
        }
      }
    }
    const probe = await http1(r.port, { method: 'GET', path: '/.well-known/spanside' });
    assert.equal(probe.body.toString(), '{"name":"spanside"}');
  });

  it('B-06: a public page is refused even where its browser has let it through, and no answer invites it', async () => {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-private-network': 'true',
      'access-control-request-local-network': 'true',
    };
    const preflight = await http1(r.port, { method: 'OPTIONS', headers });
    assert.equal(preflight.status, 403);
    const names = Object.keys(preflight.headers).filter(name => name.startsWith('access-control'));
    assert.deepEqual(names, []);
    const sent = {
      ...JSON_TYPE,
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'cors',
    };
    assert.equal((await http1(r.port, { headers: sent, body: traceRequestJson() })).status, 403);
  });

  it('X-03: Sec-Fetch-Site: cross-site is refused, also without an origin', async () => {
    const headers = { ...PROTOBUF, 'sec-fetch-site': 'cross-site' };
    assert.equal((await http1(r.port, { headers, body })).status, 403);
    const call = { method: 'GET', path: '/.well-known/spanside', headers: { 'sec-fetch-site': 'cross-site' } };
    assert.equal((await http1(r.port, call)).status, 403);
  });

  it('B-05: a page of localhost may send to 127.0.0.1, which browsers call cross-site', async () => {
    const headers = { ...JSON_TYPE, origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' };
    assert.equal((await http1(r.port, { headers, body: traceRequestJson() })).status, 200);
  });

  const origin = 'http://localhost:3000';
  const answers: [number, string, Record<string, string>, Buffer][] = [
    [200, '/v1/traces', JSON_TYPE, traceRequestJson()],
    [400, '/v1/traces', JSON_TYPE, Buffer.from('{')],
    [404, '/', JSON_TYPE, traceRequestJson()],
    [413, '/v1/traces', JSON_TYPE, Buffer.alloc(20_000, ' ')],
    [415, '/v1/traces', { 'content-type': 'text/plain' }, traceRequestJson()],
    [503, '/v1/traces', JSON_TYPE, traceRequestJson()],
  ];
  for (const [status, path, headers, sent] of answers) {
    it(`B-02: a ${status} can be read by the page`, async () => {
      if (status === 503) r.sink.behave = () => Promise.reject(new Error('busy'));
      for (const send of [http1, http2]) {
        const answer = await send(r.port, { path, headers: { ...headers, origin }, body: sent });
        assert.equal(answer.status, status);
        assert.equal(answer.headers['access-control-allow-origin'], origin);
        assert.match(String(answer.headers['access-control-expose-headers']), /Retry-After/);
      }
    });
  }

  it('B-01: never a star, and no CORS headers for those who send no origin', async () => {
    const answer = await http1(r.port, { headers: PROTOBUF, body });
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
    assert.equal(answer.headers.vary, 'Origin');
  });
});

describe('who may send, bound to every interface', () => {
  const token = 'a-token-of-this-test';
  const r = receiving({ hosts: ['0.0.0.0'], token });

  it('X-02: any address may be named, but no other name', async () => {
    assert.equal(r.main.url, `http://127.0.0.1:${r.port}`);
    for (const [host, status] of [
      ['192.168.1.2:4318', 200],
      ['localhost', 200],
      ['evil.example', 403],
    ] as const) {
      const headers = { ...PROTOBUF, host, 'x-spanside-token': token };
      assert.equal((await http1(r.port, { headers })).status, status, host);
    }
  });
});
