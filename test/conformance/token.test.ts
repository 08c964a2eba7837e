import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { status as Code, Metadata } from '@grpc/grpc-js';
import { Receiver, type ReceiverOptions } from '../../src/receiver/receiver.ts';
import type { ReceiverState } from '../../src/receiver/state.ts';
import { makeToken } from '../../src/receiver/token.ts';
import { serve, spanside } from '../cli/program.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { http1, http2, JSON_TYPE, PROTOBUF } from './support/clients.ts';
import { GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';
import { receiving } from './support/receiving.ts';
import { RecordingSink } from './support/recordingSink.ts';
import { readStatus, traceRequest, traceRequestJson } from './support/wire.ts';

async function stateOf(options: ReceiverOptions): Promise<ReceiverState> {
  const receiver = new Receiver(new RecordingSink(), { ports: [0], ...options });
  try {
    return await receiver.start();
  } finally {
    await receiver.close();
  }
}

describe('beyond loopback', () => {
  for (const hosts of [['0.0.0.0'], ['::'], ['127.0.0.1', '192.0.2.1']]) {
    it(`X-01: ${hosts.at(-1)} without a token is not listened on, not even on loopback`, async () => {
      for (const token of [undefined, '']) {
        const state = await stateOf({ hosts, ...(token !== undefined && { token }) });
        assert.equal(state.phase, 'failed');
        assert.match(state.phase === 'failed' ? state.message : '', /no token/);
      }
    });
  }

  it('X-01: the default is loopback, both families', async () => {
    const state = await stateOf({});
    assert.deepEqual(state.phase === 'listening' && state.endpoints.map(({ host }) => host), ['127.0.0.1', '::1']);
  });

  it('N-04: an address that this machine does not have is said; the others are listened on', async () => {
    const state = await stateOf({ hosts: ['127.0.0.1', '192.0.2.1'], token: makeToken() });
    assert.ok(state.phase === 'listening');
    assert.deepEqual(
      state.endpoints.map(({ host }) => host),
      ['127.0.0.1'],
    );
    assert.deepEqual(state.missing, ['192.0.2.1']);
  });
});

describe('a receiver with a token', () => {
  const token = makeToken();
  const r = receiving({ hosts: ['0.0.0.0', '::1'], token });
  const ways: [string, Record<string, string>, number][] = [
    ['x-spanside-token', { 'x-spanside-token': token }, 200],
    ['Authorization: Bearer', { authorization: `Bearer ${token}` }, 200],
    ['the scheme in any case', { authorization: `bearer ${token}` }, 200],
    ['none', {}, 401],
    ['an empty one', { 'x-spanside-token': '' }, 401],
    ['one that is too short', { 'x-spanside-token': token.slice(0, -1) }, 401],
    ['one that is too long', { 'x-spanside-token': `${token}x` }, 401],
    ['one of the right length', { 'x-spanside-token': makeToken() }, 401],
    ['another scheme', { authorization: `Basic ${token}` }, 401],
    ['the right one hidden by a wrong one', { 'x-spanside-token': 'x', authorization: `Bearer ${token}` }, 401],
  ];
  for (const [what, headers, status] of ways) {
    it(`X-06: ${what} is ${status}, by every protocol, from this machine too`, async () => {
      for (const send of [http1, http2]) {
        const answer = await send(r.port, { headers: { ...PROTOBUF, ...headers }, body: traceRequest() });
        assert.equal(answer.status, status);
        if (status === 401) {
          assert.equal(answer.headers['www-authenticate'], 'Bearer');
          assert.equal(readStatus(answer.body).code, Code.UNAUTHENTICATED);
          assert.match(readStatus(answer.body).message, /token/i);
        }
      }
      const client = new GrpcClient(`127.0.0.1:${r.port}`);
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
      const answer = await client.call(TRACES_METHOD, traceRequest(), 10_000, metadata);
      client.close();
      assert.equal(answer.code, status === 200 ? Code.OK : Code.UNAUTHENTICATED, answer.details);
      assert.equal(r.sink.requests.length, status === 200 ? 3 : 0);
      assert.equal(r.sink.refusals.length, status === 200 ? 0 : 3);
      if (status === 401) assert.match(r.sink.reason, /Copy Endpoint/);
    });
  }

  it('X-06: the answer to JSON is JSON and names the cure', async () => {
    const answer = await http1(r.port, { headers: JSON_TYPE, body: traceRequestJson() });
    assert.match(JSON.parse(answer.body.toString()).message, /OTEL_EXPORTER_OTLP_HEADERS=x-spanside-token=/);
    assert.ok(!answer.body.includes(token));
  });

  it('X-06, X-04: who does not know the token does not learn what is wrong with the request', async () => {
    for (const call of [{ path: '/nothing' }, { headers: { 'content-type': 'text/plain' } }, {}]) {
      assert.equal((await http1(r.port, call)).status, 401);
    }
  });

  it('B-01: a preflight needs none, and may ask for the header', async () => {
    const answer = await http1(r.port, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-spanside-token',
      },
    });
    assert.equal(answer.status, 204);
    assert.match(String(answer.headers['access-control-allow-headers']), /x-spanside-token/);
    const refused = await http1(r.port, { headers: { ...JSON_TYPE, origin: 'http://localhost:3000' } });
    assert.equal(refused.status, 401);
    assert.equal(refused.headers['access-control-allow-origin'], 'http://localhost:3000', 'the page can read why');
  });

  it('X-05: the probe that other windows ask tells nothing, and the guards of names hold', async () => {
    const probe = await http1(r.port, { method: 'GET', path: '/.well-known/spanside' });
    assert.equal(probe.body.toString(), '{"name":"spanside"}');
    const headers = { ...PROTOBUF, host: 'evil.example', 'x-spanside-token': token };
    assert.equal((await http1(r.port, { headers, body: traceRequest() })).status, 403);
  });

  it('N-04: another address of this machine reaches it', async function () {
    const address = Object.values(networkInterfaces())
      .flatMap(list => list ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
    if (address === undefined) this.skip();
    const response = await fetch(`http://${address}:${r.port}/v1/traces`, {
      method: 'POST',
      headers: { ...PROTOBUF, authorization: `Bearer ${token}` },
      body: traceRequest(),
    });
    assert.equal(response.status, 200);
  });
});

describe('spanside serve beyond loopback', () => {
  const folder = temporaryFolder();

  it('X-01: refuses without a token, and says the cure', async () => {
    const env = { SPANSIDE_TOKEN: '' };
    for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
      const { code, err } = await spanside(['serve', '--host', host, '--port', '0', '--storage', folder()], env);
      assert.equal(code, 1);
      assert.match(err, /--token auto.*SPANSIDE_TOKEN/);
    }
  });

  it('X-06: refuses a token that can be guessed, and never prints one it was given', async () => {
    const secret = 'open sesame';
    const { code, out, err } = await spanside(['serve', '--port', '0', '--token', secret, '--storage', folder()]);
    assert.equal(code, 1);
    assert.match(err, /at least 16 characters/);
    assert.ok(!`${out}${err}`.includes(secret));
  });

  it('X-01, X-06: with a token of its own it prints it once, and takes it', async () => {
    const server = await serve(folder(), ['--host', '0.0.0.0', '--port', '0', '--token', 'auto']);
    const send = (token?: string) =>
      fetch(`${server.url}/v1/traces`, {
        method: 'POST',
        headers: { ...PROTOBUF, ...(token !== undefined && { 'x-spanside-token': token }) },
        body: traceRequest(),
      });
    assert.match(String(server.ready['token']), /^[\w-]{43}$/);
    assert.equal((await send(String(server.ready['token']))).status, 200);
    assert.equal((await send()).status, 401);
    assert.equal(await server.stop(), 0);
  });
});
