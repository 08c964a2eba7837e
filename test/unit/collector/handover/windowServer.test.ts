import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { encodeFrame, MOST_HELLO } from '../../../../src/collector/handover/frames.ts';
import { NotTaken, WindowConnection } from '../../../../src/collector/handover/windowConnection.ts';
import type { WindowRecord } from '../../../../src/collector/handover/windowRecord.ts';
import { WindowServer, type WindowServerOptions } from '../../../../src/collector/handover/windowServer.ts';
import { MalformedError } from '../../../../src/otlp/malformed.ts';
import type { ReceivedRequest } from '../../../../src/receiver/sink.ts';
import { until } from '../../../harness/processes.ts';
import { temporaryFolder } from '../../../harness/temporary.ts';

const SECRET = 'the secret of the window';

describe('the socket of a window', () => {
  const folder = temporaryFolder();
  let taken: ReceivedRequest[];
  let heard: string[];
  let closed: number;
  let server: WindowServer;
  const open: { close(): void }[] = [];

  async function serve(options: Partial<WindowServerOptions> = {}): Promise<void> {
    server = new WindowServer({
      socket: socket(),
      secret: SECRET,
      store: async request => {
        taken.push(request);
        return { stored: 2, rejected: 1, message: 'one has no id' };
      },
      knows: service => service === 'shop',
      changed: id => heard.push(id),
      ...options,
    });
    await server.start();
  }
  const socket = () => join(folder(), 'w.sock');
  const record = (secret = SECRET): WindowRecord => ({
    id: 'b',
    pid: 1,
    socket: socket(),
    secret,
    storage: '',
    folders: [],
    ports: [],
    wanted: [],
  });
  function meet(secret?: string): WindowConnection {
    const made = new WindowConnection(record(secret), { id: 'a' }, () => closed++);
    open.push(made);
    return made;
  }
  async function plain(): Promise<Socket> {
    const made = connect(socket());
    made.on('error', () => {});
    open.push({ close: () => made.destroy() });
    await once(made, 'connect');
    return made;
  }
  const request = (body = 'abc'): ReceivedRequest => ({ signal: 'logs', receivedAt: 123, body: Buffer.from(body) });

  beforeEach(() => {
    taken = [];
    heard = [];
    closed = 0;
  });
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
    server.close();
  });

  it('stores what it is given, and says what became of it', async () => {
    await serve();
    const connection = meet();
    assert.equal(await connection.opened, true);
    const results = await Promise.all([connection.store(request(), 1_000), connection.store(request('d'), 1_000)]);
    assert.deepEqual(results[0], { stored: 2, rejected: 1, message: 'one has no id' });
    assert.deepEqual(
      taken.map(({ signal, receivedAt, body }) => [signal, receivedAt, Buffer.from(body).toString()]),
      [
        ['logs', 123, 'abc'],
        ['logs', 123, 'd'],
      ],
    );
    assert.deepEqual(heard, ['a']);
    assert.deepEqual(await Promise.all([connection.knows('shop', 1_000), connection.knows('x', 1_000)]), [true, false]);
    connection.tellChanged();
    while (heard.length < 2) await new Promise(resolve => setTimeout(resolve, 2));
  });

  it('who said hello is heard, however long this thread was busy meanwhile', async () => {
    await serve();
    const made = await plain();
    await new Promise(resolve => setTimeout(resolve, 50));
    // From here on it is the turn of files and sockets, after which that of timers comes.
    await stat(socket());
    made.write(encodeFrame({ type: 'hello', id: 'a', secret: SECRET }));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_100);
    await until('the hello is read', () => heard.length > 0 || made.closed);
    assert.deepEqual(heard, ['a']);
  });

  it('a body of several megabytes arrives as it is', async () => {
    await serve();
    const body = Buffer.alloc(5_000_000, 'telemetry ');
    const connection = meet();
    await connection.opened;
    await connection.store({ ...request(), body }, 5_000);
    assert.ok(body.equals(taken[0]?.body ?? Buffer.alloc(0)));
  });

  it('can be used by its user only', async function () {
    if (process.platform === 'win32') return this.skip();
    await serve();
    assert.equal(statSync(socket()).mode & 0o777, 0o600);
  });

  it('tells what is malformed from what cannot be stored now', async () => {
    const errors = [new MalformedError('byte 3: no'), new Error('the disk is full')];
    await serve({ store: () => Promise.reject(errors.shift()) });
    const connection = meet();
    await connection.opened;
    await assert.rejects(connection.store(request(), 1_000), (error: Error) => {
      return error instanceof MalformedError && error.message === 'byte 3: no';
    });
    await assert.rejects(connection.store(request(), 1_000), NotTaken);
  });

  it('no answer in time is none, and a late one does no harm', async () => {
    let late: (() => void) | undefined;
    const first = new Promise<void>(resolve => {
      late = resolve;
    });
    await serve({
      store: async () => {
        await first;
        return { stored: 1, rejected: 0, message: '' };
      },
    });
    const connection = meet();
    await connection.opened;
    await assert.rejects(connection.store(request(), 30), NotTaken);
    late?.();
    assert.equal((await connection.store(request(), 1_000)).stored, 1);
  });

  it('its end is heard at once; what waits for an answer is not taken', async () => {
    await serve({ store: () => new Promise(() => {}) });
    const connection = meet();
    await connection.opened;
    const storing = connection.store(request(), 10_000);
    await new Promise(resolve => setTimeout(resolve, 20));
    const silent = meet();
    await silent.opened;
    server.close();
    while (closed < 1) await new Promise(resolve => setTimeout(resolve, 2));
    assert.equal(silent.isOpen, false);
    connection.close();
    await assert.rejects(storing, NotTaken);
    assert.equal(closed, 1, 'who closed by itself need not be told');
  });

  it('what was taken when it closes is still answered', async () => {
    let go: (() => void) | undefined;
    const wait = new Promise<void>(resolve => {
      go = resolve;
    });
    await serve({
      store: async () => {
        await wait;
        return { stored: 1, rejected: 0, message: '' };
      },
    });
    const connection = meet();
    await connection.opened;
    const storing = connection.store(request(), 5_000);
    await new Promise(resolve => setTimeout(resolve, 20));
    server.close();
    go?.();
    assert.equal((await storing).stored, 1);
  });

  it('nobody there is said soon', async () => {
    await serve();
    server.close();
    const connection = meet();
    assert.equal(await connection.opened, false);
    assert.equal(connection.isRefused, true);
    assert.equal(closed, 1);
    await assert.rejects(connection.store(request(), 1_000), NotTaken);
    assert.equal(await connection.knows('shop', 1_000), false);
  });

  const strangers: [what: string, bytes: Buffer][] = [
    ['does not know the secret', encodeFrame({ type: 'hello', id: 'a', secret: 'another secret of 24 chars' })],
    ['knows its beginning only', encodeFrame({ type: 'hello', id: 'a', secret: SECRET.slice(0, 5) })],
    ['says no hello', encodeFrame({ type: 'store', call: 1, signal: 'logs', receivedAt: 1, body: Buffer.from('a') })],
    ['says a long hello', encodeFrame({ type: 'hello', id: 'a', secret: 'x'.repeat(MOST_HELLO) })],
    ['says too much', Buffer.concat([encodeFrame({ type: 'hello', id: 'a', secret: SECRET }), Buffer.alloc(9, 0xff)])],
    ['speaks HTTP', Buffer.from('POST /v1/traces HTTP/1.1\r\nhost: localhost\r\n\r\n')],
  ];
  for (const [what, bytes] of strangers) {
    it(`who ${what} is not listened to`, async () => {
      await serve();
      const stranger = await plain();
      stranger.write(bytes);
      stranger.resume();
      await once(stranger, 'close');
      assert.deepEqual(taken, []);
    });
  }
});
