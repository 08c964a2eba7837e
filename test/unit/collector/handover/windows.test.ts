import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DamageNotes } from '../../../../src/collector/damageNotes.ts';
import { Outbox } from '../../../../src/collector/handover/outbox.ts';
import { makePrivate, newWindowId, writeRecord } from '../../../../src/collector/handover/windowRecord.ts';
import { Windows, type WindowsOptions } from '../../../../src/collector/handover/windows.ts';
import type { ReceivedRequest } from '../../../../src/receiver/sink.ts';
import type { ReceiverState } from '../../../../src/receiver/state.ts';
import { until } from '../../../harness/processes.ts';
import { temporaryFolder } from '../../../harness/temporary.ts';
import { type AttributeValue, resource, traces } from './requests.ts';

const PORT = 4318;
const LINGER_MS = 200;

interface TestWindow {
  windows: Windows;
  outbox: Outbox;
  kept: ReceivedRequest[];
  taken: ReceivedRequest[];
  handedOver: number;
  said: string[];
}

describe('the windows of a user', () => {
  const folder = temporaryFolder();
  const open: TestWindow[] = [];
  afterEach(async () => {
    for (const { windows, outbox } of open.splice(0)) {
      windows.stop();
      await outbox.close();
    }
  });

  async function start(name: string, options: Partial<WindowsOptions> = {}): Promise<TestWindow> {
    const said: string[] = [];
    const warn = (message: string) => said.push(`warn ${message}`);
    const storage = join(folder(), name);
    const outbox = new Outbox(storage, { changed: () => {}, warn, damage: new DamageNotes(warn) });
    const made: TestWindow = { outbox, kept: [], taken: [], handedOver: 0, said } as unknown as TestWindow;
    const store = (list: ReceivedRequest[]) => async (request: ReceivedRequest) => {
      list.push({ ...request, body: Uint8Array.from(request.body) });
      return { stored: 1, rejected: 0, message: '' };
    };
    made.windows = new Windows({
      folder: join(folder(), 'records'),
      storage,
      folders: [`/code/${name}`],
      wanted: [PORT],
      outbox,
      keep: store(made.kept),
      take: store(made.taken),
      knows: () => false,
      handedOver: count => {
        made.handedOver += count;
      },
      portsFree: () => said.push('free'),
      portHeld: () => said.push('held'),
      warn,
      times: { giveMs: 500, moveMs: 1_000, againMs: 20, lingerMs: LINGER_MS },
      ...options,
    });
    open.push(made);
    await made.windows.start();
    return made;
  }
  async function stop(which: TestWindow): Promise<void> {
    open.splice(open.indexOf(which), 1);
    which.windows.stop();
    await which.outbox.close();
  }
  const listening = (port: number): ReceiverState => {
    const main = { url: `http://127.0.0.1:${port}`, port, host: '127.0.0.1' };
    return { phase: 'listening', endpoints: [main], main, taken: [] };
  };
  const request = (directory: string, more: Record<string, AttributeValue> = {}): ReceivedRequest => ({
    signal: 'traces',
    receivedAt: 1,
    body: traces([resource({ 'process.working_directory': directory, ...more })]),
  });

  it('while there is one, nothing is looked at', async () => {
    const alone = await start('a');
    alone.windows.portsChanged(listening(PORT));
    assert.equal(alone.windows.sharesPorts, false);
    assert.equal(alone.windows.isPortHeld, false);
  });

  it('only the one that has a port which others want looks at what it receives', async () => {
    const [first, second] = [await start('a'), await start('b')];
    const elsewhere = await start('c', { wanted: [9] });
    first.windows.portsChanged(listening(PORT));
    second.windows.portsChanged(listening(5_000));
    elsewhere.windows.portsChanged(listening(9));
    await until('the second knows', () => second.windows.isPortHeld);
    assert.deepEqual(
      [first, second, elsewhere].map(({ windows }) => windows.sharesPorts),
      [true, false, false],
    );
    assert.ok(second.said.includes('held'));
    assert.ok(!first.said.includes('held') && !elsewhere.said.includes('held'));
    // Who comes later knows it before its own ports are opened.
    assert.equal((await start('d')).windows.isPortHeld, true);
  });

  it('hands over what is another’s, and knows folders and ports that change', async () => {
    const [first, second] = [await start('a'), await start('b')];
    first.windows.portsChanged(listening(PORT));
    await until('they share', () => first.windows.sharesPorts);
    await first.windows.accept(request('/code/b/x'));
    await first.windows.accept(request('/code/a'));
    await first.windows.accept(request('/code/new'));
    assert.deepEqual([first.kept.length, second.taken.length, first.handedOver], [2, 1, 1]);
    second.windows.foldersChanged(['/code/new']);
    await until('the folder is known', async () => {
      await first.windows.accept(request('/code/new'));
      return second.taken.length > 1;
    });
    const kept = first.kept.length;
    await first.windows.accept(request('/code/b/x'));
    assert.equal(first.kept.length, kept + 1);
  });

  it('one that has gone is remembered for a while, then forgotten', async () => {
    const [first, second] = [await start('a'), await start('b')];
    first.windows.portsChanged(listening(PORT));
    await until('they share', () => first.windows.sharesPorts);
    await stop(second);
    await first.windows.accept(request('/code/b'));
    assert.ok(first.outbox.has({ storage: join(folder(), 'b'), folders: [] }));
    await until('it is forgotten', () => !first.windows.sharesPorts, LINGER_MS * 10);
    await first.windows.accept(request('/code/b'));
    assert.equal(first.kept.length, 1);
    const next = await start('b');
    await until('what waited is moved', () => next.taken.length === 1);
    await until('nothing waits', () => !first.outbox.has({ storage: join(folder(), 'b'), folders: [] }));
  });

  it('meets one again of which only the connection broke', async () => {
    const records = join(folder(), 'records');
    makePrivate(records);
    const id = newWindowId();
    const socket = join(records, `${id}.sock`);
    let connections = 0;
    const server = createServer(connection => {
      connection.on('error', () => {});
      if (++connections === 1) connection.destroy();
    });
    await new Promise<void>(resolve => server.listen(socket, resolve));
    try {
      const its = { storage: join(folder(), 'b'), folders: ['/code/b'], ports: [], wanted: [PORT] };
      writeRecord(records, { id, pid: process.pid, socket, secret: 'secret', ...its });
      const first = await start('a');
      first.windows.portsChanged(listening(PORT));
      await until('it is connected to again', () => connections === 2, LINGER_MS * 10);
      assert.equal(first.windows.sharesPorts, true);
      await stop(first);
    } finally {
      server.close();
    }
  });

  it('says that ports may be free when their window closes them, and only then', async () => {
    const [first, second, third] = [await start('a'), await start('b'), await start('c')];
    first.windows.portsChanged(listening(PORT));
    await until('the port is held', () => second.windows.isPortHeld && third.windows.isPortHeld);
    await stop(third);
    await new Promise(resolve => setTimeout(resolve, 50));
    assert.ok(!second.said.includes('free'));
    const began = performance.now();
    first.windows.portsChanged({ phase: 'off' });
    await until('it is said', () => second.said.includes('free'), 1_000, 1);
    assert.ok(performance.now() - began < 300);
    assert.equal(second.windows.isPortHeld, false);
  });

  it('one whose worker died leaves nothing in the way of the next', async () => {
    const [first, former] = [await start('a'), await start('b')];
    first.windows.portsChanged(listening(PORT));
    const next = await start('b');
    assert.equal(readdirSync(join(folder(), 'records')).filter(name => name.endsWith('.json')).length, 2);
    await until('they share', () => first.windows.sharesPorts);
    await stop(former);
    await first.windows.accept(request('/code/b'));
    assert.equal(next.taken.length, 1);
  });

  it('what cannot be handed over nor kept apart stays in the own store', async () => {
    const first = await start('a', { outbox: { keep: async () => undefined, has: () => false } as unknown as Outbox });
    await start('b', { take: () => Promise.reject(new Error('the disk is full')) });
    first.windows.portsChanged(listening(PORT));
    await until('they share', () => first.windows.sharesPorts);
    await first.windows.accept(request('/code/b'));
    assert.equal(first.kept.length, 1);
  });

  it('by name: asks once in a while, and goes where only one knows it', async () => {
    let asked = 0;
    const knows = (names: string[]) => (service: string) => {
      asked++;
      return names.includes(service);
    };
    const first = await start('a', { knows: knows(['own']) });
    const second = await start('b', { knows: knows(['own', 'mail', 'both']) });
    await start('c', { knows: knows(['both']) });
    first.windows.portsChanged(listening(PORT));
    await until('they share', () => first.windows.sharesPorts);
    for (let i = 0; i < 3; i++) {
      for (const name of ['own', 'mail', 'both', 'none']) {
        await first.windows.accept(request('/nowhere', { 'service.name': name }));
      }
    }
    assert.equal(second.taken.length, 3);
    assert.equal(first.kept.length, 9);
    // 4 here; 3 of them, which are not known here, by two others.
    assert.equal(asked, 4 + 6);
  });
});
