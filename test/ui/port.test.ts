import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { freePort } from '../harness/processes.ts';
import { sendFromNode } from '../harness/programs.ts';
import { openWindow, type Session } from './session.ts';

describe('a port that another program holds', () => {
  let session: Session;
  let holder: Server;

  before(async function () {
    this.timeout(120_000);
    holder = createServer(socket => socket.destroy());
    holder.listen(await freePort(), '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    assert.ok(address && typeof address === 'object');
    session = await openWindow(address.port);
  });
  after(async () => {
    await session?.close();
    holder?.close();
  });

  /** The port the status bar names once it is another than that of the settings. */
  async function otherPort(): Promise<number> {
    await session.listensOn(new RegExp(`Spanside :(?!${session.port}\\b)\\d+`));
    return Number(/:(\d+)/.exec((await session.workbench.statusItem.textContent()) ?? '')?.[1]);
  }

  it('is waited for, then a free one is used, and the status bar says so', async () => {
    const { workbench } = session;
    const port = await otherPort();
    await workbench.statusItem.and(workbench.page.locator('.warning-kind')).waitFor({ timeout: 5000 });
    await workbench.tree.getByText(/Listening on another port.*new terminals/s).waitFor({ timeout: 5000 });
    await workbench.picture('elsewhere');
    await sendFromNode(session.folder, 'elsewhere', `http://127.0.0.1:${port}`);
    await workbench.trace('elsewhere').waitFor({ timeout: 10_000 });
    assert.equal(await workbench.notifications.count(), 0);
  });

  it('is the same free one after a reload', async function () {
    this.timeout(90_000);
    const port = await otherPort();
    await session.workbench.reload();
    await session.workbench.openView();
    assert.equal(await otherPort(), port);
    await session.workbench.trace('elsewhere').waitFor({ timeout: 10_000 });
  });
});
