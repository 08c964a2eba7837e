import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { Receiver, type ReceiverOptions } from '../../src/receiver/receiver.ts';
import type { ReceiverState } from '../../src/receiver/state.ts';
import { makeToken } from '../../src/receiver/token.ts';
import { PROTOBUF } from './support/clients.ts';
import { GrpcClient, TRACES_METHOD } from './support/grpcClient.ts';
import { RecordingSink } from './support/recordingSink.ts';
import { traceRequest } from './support/wire.ts';

describe('where it is reached', () => {
  const opened: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });

  async function start(options: ReceiverOptions = {}) {
    const sink = new RecordingSink();
    const receiver = new Receiver(sink, { ports: [0], graceMs: 100, ...options });
    opened.push(receiver);
    return { sink, state: await receiver.start() };
  }

  function hold(port: number, host: string): Promise<Server> {
    const server = createServer(socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'));
    opened.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host, ipv6Only: true }, () => resolve(server));
    });
  }

  async function post(url: string): Promise<number> {
    const response = await fetch(`${url}/v1/traces`, { method: 'POST', headers: PROTOBUF, body: traceRequest() });
    return response.status;
  }

  function endpoints(state: ReceiverState): string[] {
    assert.ok(state.phase === 'listening', JSON.stringify(state));
    return state.endpoints.map(({ url }) => url);
  }

  it('N-01: both loopback addresses have the same port, for HTTP and gRPC, and so has localhost', async () => {
    const { sink, state } = await start();
    const urls = endpoints(state);
    const { port } = new URL(urls[0] ?? '');
    assert.deepEqual(urls, [`http://127.0.0.1:${port}`, `http://[::1]:${port}`]);
    for (const url of [...urls, `http://localhost:${port}`]) assert.equal(await post(url), 200);
    for (const address of [`127.0.0.1:${port}`, `[::1]:${port}`, `localhost:${port}`]) {
      const client = new GrpcClient(address);
      assert.equal((await client.call(TRACES_METHOD, traceRequest())).code, 0, address);
      client.close();
    }
    assert.equal(sink.requests.length, 6);
  });

  it('N-02: where the machine lacks an address the others do', async () => {
    // Of the documentation block: no machine has it.
    const { state } = await start({ hosts: ['127.0.0.1', '2001:db8::1'], token: makeToken() });
    assert.equal(endpoints(state).length, 1);
    assert.match(endpoints(state)[0] ?? '', /127\.0\.0\.1/);
  });

  for (const host of ['127.0.0.1', '::1']) {
    it(`N-02: a port that another program has on ${host} alone counts as taken`, async () => {
      const holder = await hold(0, host);
      const { port } = holder.address() as { port: number };
      const { state } = await start({ ports: [port], retryForMs: 50, everyMs: 10 });
      assert.ok(state.phase === 'listening');
      assert.notEqual(state.main.port, port);
      assert.deepEqual(state.taken, [port]);
      assert.equal(await post(state.main.url), 200);
    });
  }

  it('N-03: a port that Spanside holds already is told from one that another program holds', async () => {
    const first = endpoints((await start()).state)[0] ?? '';
    const same = await start({ ports: [Number(new URL(first).port)], fallback: false });
    assert.match(same.state.phase === 'failed' ? same.state.message : '', /already served by Spanside/);
    const holder = await hold(0, '127.0.0.1');
    const { port } = holder.address() as { port: number };
    const other = await start({ ports: [port], fallback: false });
    assert.match(other.state.phase === 'failed' ? other.state.message : '', /taken by another program/);
  });

  it('N-05: the extension runs where the workspace is, so that localhost is that of the program', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.deepEqual(manifest.extensionKind, ['workspace']);
    // A window in the browser alone has no Node: nothing of it is offered there.
    assert.equal(manifest.browser, undefined);
  });
});
