import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { listen } from '../../../src/receiver/listen.ts';
import { PortPolicy, type PortPolicyOptions } from '../../../src/receiver/ports.ts';
import type { ReceiverState } from '../../../src/receiver/state.ts';

const HOSTS = ['127.0.0.1', '::1'];

/** Holds a port as another program does. */
function hold(port: number, host: string, server: Server = createServer(socket => socket.resume())): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, ipv6Only: host.includes(':') }, () => resolve(server));
  });
}

function drop(server: Server): Promise<unknown> {
  return new Promise(resolve => server.close(resolve));
}

/** Numbers that were free on both families a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const listeners = [];
  for (let i = 0; i < count; i++) listeners.push(await listen(0, HOSTS, socket => socket.destroy()));
  await Promise.all(listeners.map(listener => listener.close()));
  return listeners.map(listener => listener.port);
}

describe('PortPolicy', () => {
  const held: Server[] = [];
  const policies: PortPolicy[] = [];
  let states: ReceiverState[];

  function policy(options: Partial<PortPolicyOptions>): PortPolicy {
    states = [];
    const made = new PortPolicy({
      ports: [0],
      hosts: HOSTS,
      retryForMs: 300,
      everyMs: 20,
      laterEveryMs: 20,
      fallback: true,
      onConnection: socket => socket.end(),
      onState: state => states.push(state),
      ...options,
    });
    policies.push(made);
    return made;
  }

  async function listening(made: PortPolicy) {
    const state = await made.start();
    assert.ok(state.phase === 'listening', JSON.stringify(state));
    return state;
  }

  afterEach(async () => {
    await Promise.all(policies.splice(0).map(made => made.close()));
    await Promise.all(held.splice(0).map(drop));
  });

  it('listens on both ports and both families, the main one first', async () => {
    const [main = 0, second = 0] = await freePorts(2);
    const state = await listening(policy({ ports: [main, second] }));
    assert.deepEqual(
      state.endpoints.map(endpoint => endpoint.url),
      [`http://127.0.0.1:${main}`, `http://[::1]:${main}`, `http://127.0.0.1:${second}`, `http://[::1]:${second}`],
    );
    assert.deepEqual(state.main, { url: `http://127.0.0.1:${main}`, port: main, host: '127.0.0.1' });
    assert.deepEqual(state.taken, []);
    assert.deepEqual(states, [state]);
  });

  it('port 0 is a free one at once, the same on both families', async () => {
    const state = await listening(policy({ ports: [0] }));
    assert.notEqual(state.main.port, 0);
    assert.deepEqual(
      state.endpoints.map(endpoint => endpoint.port),
      [state.main.port, state.main.port],
    );
  });

  for (const host of HOSTS) {
    it(`N-02: a port that is taken on ${host} alone is taken, and the other family given back`, async () => {
      const [main = 0] = await freePorts(1);
      held.push(await hold(main, host));
      const state = await listening(policy({ ports: [main], retryForMs: 60 }));
      assert.notEqual(state.main.port, main);
      assert.deepEqual(state.taken, [main]);
      const other = HOSTS.find(candidate => candidate !== host) ?? '';
      held.push(await hold(main, other));
    });
  }

  it('N-02: without the second family the first one does', async () => {
    // An address of the documentation block: no machine has it.
    const state = await listening(policy({ hosts: ['127.0.0.1', '2001:db8::1'] }));
    assert.deepEqual(
      state.endpoints.map(endpoint => endpoint.host),
      ['127.0.0.1'],
    );
  });

  it('a taken main port is waited for, and had as soon as it is free', async () => {
    const [main = 0] = await freePorts(1);
    const holder = await hold(main, '127.0.0.1');
    const starting = listening(policy({ ports: [main], retryForMs: 5000 }));
    setTimeout(() => drop(holder), 100);
    const began = performance.now();
    const state = await starting;
    assert.ok(performance.now() - began < 1000);
    assert.equal(state.main.port, main);
    assert.deepEqual(states[0], { phase: 'waiting', port: main });
    assert.equal(states.length, 2);
  });

  it('a main port that stays taken is waited for as long as said, then a free one is used', async () => {
    const [main = 0] = await freePorts(1);
    held.push(await hold(main, '127.0.0.1'));
    const began = performance.now();
    const state = await listening(policy({ ports: [main] }));
    const took = performance.now() - began;
    assert.ok(took >= 290 && took < 1000, `took ${took} ms`);
    assert.deepEqual(state.taken, [main]);
    assert.equal(states[0]?.phase, 'waiting');
  });

  it('with a remembered port that one is used at once', async () => {
    const [main = 0, remembered = 0] = await freePorts(2);
    held.push(await hold(main, '127.0.0.1'));
    const state = await listening(policy({ ports: [main], remembered, retryForMs: 5000 }));
    assert.equal(state.main.port, remembered);
    assert.deepEqual(state.taken, [main]);
    assert.deepEqual(states, [state], 'it never waited');
  });

  it('a remembered port that is still held is waited for', async () => {
    const [main = 0, remembered = 0] = await freePorts(2);
    held.push(await hold(main, '127.0.0.1'));
    const holder = await hold(remembered, '::1');
    const starting = listening(policy({ ports: [main], remembered, retryForMs: 5000 }));
    setTimeout(() => drop(holder), 100);
    assert.equal((await starting).main.port, remembered);
    assert.deepEqual(states[0], { phase: 'waiting', port: remembered });
  });

  it('a remembered port does not matter while the main one is free', async () => {
    const [main = 0, remembered = 0] = await freePorts(2);
    assert.equal((await listening(policy({ ports: [main], remembered }))).main.port, main);
  });

  it('where a free port is asked for, the remembered one is used again', async () => {
    const [remembered = 0] = await freePorts(1);
    const state = await listening(policy({ ports: [0], remembered }));
    assert.equal(state.main.port, remembered);
    assert.deepEqual(states, [state]);
  });

  it('where a free port is asked for and the remembered one stays taken, another is used', async () => {
    const [remembered = 0] = await freePorts(1);
    held.push(await hold(remembered, '127.0.0.1'));
    const state = await listening(policy({ ports: [0], remembered, retryForMs: 60 }));
    assert.ok(state.main.port !== remembered && state.main.port !== 0);
    assert.deepEqual(state.taken, [], 'nobody has asked for that port by its number');
    assert.deepEqual(states[0], { phase: 'waiting', port: remembered });
  });

  it('a taken further port is listed, does not delay the main one, and is had when it is free', async () => {
    const [main = 0, second = 0] = await freePorts(2);
    const holder = await hold(second, '::1');
    const began = performance.now();
    const state = await listening(policy({ ports: [main, second], retryForMs: 5000 }));
    assert.ok(performance.now() - began < 1000);
    assert.equal(state.main.port, main);
    assert.deepEqual(state.taken, [second]);
    await drop(holder);
    while (states.length < 2) await new Promise(resolve => setTimeout(resolve, 5));
    const [, later] = states;
    assert.ok(later?.phase === 'listening');
    assert.deepEqual(later.taken, []);
    assert.deepEqual(
      later.endpoints.map(endpoint => endpoint.port),
      [main, main, second, second],
    );
  });

  it('beside a free port a further one is not snatched from the window that had it', async () => {
    const [main = 0, second = 0] = await freePorts(2);
    held.push(await hold(main, '127.0.0.1'));
    const holder = await hold(second, '127.0.0.1');
    const state = await listening(policy({ ports: [main, second], retryForMs: 40 }));
    assert.deepEqual(state.taken, [main, second]);
    await drop(holder);
    await new Promise(resolve => setTimeout(resolve, 100));
    held.push(await hold(second, '127.0.0.1'));
  });

  describe('when who held the ports has gone', () => {
    it('takes them over, and keeps the port that it told programs of', async () => {
      const [main = 0, second = 0] = await freePorts(2);
      const holders = [await hold(main, '127.0.0.1'), await hold(second, '::1')];
      const taking = policy({ ports: [main, second], retryForMs: 0 });
      const before = await listening(taking);
      await Promise.all(holders.map(drop));
      const began = performance.now();
      taking.takeOver();
      while (states.length < 2) await new Promise(resolve => setTimeout(resolve, 2));
      const took = performance.now() - began;
      const [, after] = states;
      assert.ok(after?.phase === 'listening');
      assert.equal(after.main.port, main);
      assert.deepEqual(after.kept, before.main);
      assert.deepEqual(after.taken, []);
      assert.deepEqual(
        after.endpoints.map(endpoint => endpoint.port),
        [main, main, second, second, before.main.port, before.main.port],
      );
      for (const host of HOSTS) await assert.rejects(hold(before.main.port, host), { code: 'EADDRINUSE' });
      assert.ok(took < 400, `took ${took} ms`);
    });

    it('tries for a moment, because the system may free them late', async () => {
      const [main = 0] = await freePorts(1);
      const holder = await hold(main, '127.0.0.1');
      const taking = policy({ ports: [main], retryForMs: 0 });
      await listening(taking);
      taking.takeOver();
      setTimeout(() => drop(holder), 100);
      while (states.length < 2) await new Promise(resolve => setTimeout(resolve, 2));
      assert.equal(taking.state.phase === 'listening' && taking.state.main.port, main);
    });

    it('exactly one of several has them, and the others stay where they are', async () => {
      const [main = 0, second = 0] = await freePorts(2);
      const holders = [await hold(main, '127.0.0.1'), await hold(second, '127.0.0.1')];
      const all = [1, 2, 3].map(() => policy({ ports: [main, second], retryForMs: 0 }));
      const before = await Promise.all(all.map(listening));
      await Promise.all(holders.map(drop));
      for (const one of all) one.takeOver();
      await new Promise(resolve => setTimeout(resolve, 200));
      const owners = all.filter(({ state }) => state.phase === 'listening' && state.main.port === main);
      assert.equal(owners.length, 1);
      for (const [i, { state }] of all.entries()) {
        assert.ok(state.phase === 'listening');
        assert.ok(state.endpoints.some(({ port }) => port === before[i]?.main.port));
        assert.equal(
          state.endpoints.some(({ port }) => port === second),
          state.main.port === main,
          'the further port belongs to who has the main one',
        );
      }
    });

    it('closed meanwhile, it gives every port back', async () => {
      const [main = 0] = await freePorts(1);
      const holder = await hold(main, '127.0.0.1');
      const taking = policy({ ports: [main], retryForMs: 0 });
      const { port } = (await listening(taking)).main;
      await drop(holder);
      taking.takeOver();
      await taking.close();
      for (const each of [main, port]) for (const host of HOSTS) held.push(await hold(each, host));
    });
  });

  it('does not wait for a port that another window will keep', async () => {
    const [main = 0] = await freePorts(1);
    held.push(await hold(main, '127.0.0.1'));
    const waiting = policy({ ports: [main], retryForMs: 60_000 });
    const starting = waiting.start();
    while (waiting.state.phase !== 'waiting') await new Promise(resolve => setTimeout(resolve, 2));
    waiting.fallBack();
    const state = await starting;
    assert.ok(state.phase === 'listening');
    assert.deepEqual(state.taken, [main]);
  });

  describe('without a fallback', () => {
    it('a port held by another program is an error that says who may hold it and what to do', async () => {
      const [main = 0] = await freePorts(1);
      held.push(await hold(main, '127.0.0.1'));
      const state = await policy({ ports: [main], retryForMs: 0, fallback: false }).start();
      assert.ok(state.phase === 'failed');
      assert.match(
        state.message,
        new RegExp(`^Port ${main} is taken by another program, perhaps .*Collector.* choose`),
      );
      assert.deepEqual(states, [state]);
    });

    it('N-03: a port held by another Spanside is named so', async () => {
      const [main = 0] = await freePorts(1);
      const holder = createHttpServer((_request, response) => response.end('{"name":"spanside"}'));
      held.push(await hold(main, '127.0.0.1', holder));
      const state = await policy({ ports: [main], retryForMs: 0, fallback: false }).start();
      assert.ok(state.phase === 'failed');
      assert.match(state.message, /already served by Spanside/);
    });
  });

  it('an address this machine does not have is a failure in words', async () => {
    const state = await policy({ hosts: ['192.0.2.1'] }).start();
    assert.deepEqual(state, {
      phase: 'failed',
      message: '192.0.2.1 is no address of this machine; choose one that is, such as 127.0.0.1.',
    });
  });

  it('a name that cannot be resolved is a failure in words', async () => {
    const state = await policy({ hosts: ['no-such-host.invalid'] }).start();
    assert.ok(state.phase === 'failed');
    assert.match(state.message, /cannot listen on port .* of no-such-host\.invalid/);
  });

  it('closed while it waits, it ends without a port', async () => {
    const [main = 0] = await freePorts(1);
    held.push(await hold(main, '127.0.0.1'));
    const waiting = policy({ ports: [main], retryForMs: 60_000 });
    const starting = waiting.start();
    while (waiting.state.phase !== 'waiting') await new Promise(resolve => setTimeout(resolve, 5));
    await waiting.close();
    assert.deepEqual(await starting, { phase: 'off' });
  });

  it('closed, it gives every port back', async () => {
    const [main = 0, second = 0] = await freePorts(2);
    const closing = policy({ ports: [main, second] });
    await listening(closing);
    await closing.close();
    assert.deepEqual(closing.state, { phase: 'off' });
    for (const port of [main, second]) for (const host of HOSTS) held.push(await hold(port, host));
  });

  it('closed while it begins to listen, it gives the port back', async () => {
    const [main = 0] = await freePorts(1);
    const closing = policy({ ports: [main] });
    const starting = closing.start();
    await closing.close();
    await starting;
    held.push(await hold(main, '127.0.0.1'));
  });
});
