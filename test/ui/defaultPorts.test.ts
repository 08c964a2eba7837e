import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { openWindow, type Session } from './session.ts';

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some(entry => entry?.address === '::1');
const HOSTS = hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
const ENDPOINTS = [4318, 4317].flatMap(port => HOSTS.map(host => ({ port, host })));

/** Which of the endpoints that every SDK knows by heart take a connection. */
async function open(): Promise<string[]> {
  const answers = ENDPOINTS.map(async ({ port, host }) => {
    const socket = connect(port, host);
    try {
      await once(socket, 'connect');
      return [`${host} ${port}`];
    } catch {
      return [];
    } finally {
      socket.destroy();
    }
  });
  return (await Promise.all(answers)).flat();
}

describe('the default ports', () => {
  let session: Session;

  before(async function () {
    this.timeout(120_000);
    // Another program may hold them, for example an editor in use; then there is nothing to see.
    if ((await open()).length > 0) {
      console.log('SKIPPED: ports 4318 and 4317 are in use on this machine.');
      this.skip();
    }
    session = await openWindow(4318);
  });
  after(() => session?.close());

  it('are served on both address families, and again after a reload of the window', async function () {
    this.timeout(90_000);
    const all = ENDPOINTS.map(({ port, host }) => `${host} ${port}`);
    await session.listensOn(4318);
    assert.deepEqual(await open(), all);
    await session.workbench.reload();
    await session.workbench.openView();
    await session.listensOn(4318);
    assert.deepEqual(await open(), all);
  });
});
