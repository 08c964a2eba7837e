import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser, provideBrowser } from '../harness/browser.ts';
import { root } from '../harness/cache.ts';
import { type Editor, provideEditor, startEditor } from '../harness/editor.ts';
import { freePort } from '../harness/processes.ts';
import { copyPrograms, sendFromNode } from '../harness/programs.ts';
import { calmSettings } from '../harness/settings.ts';
import { Workbench } from '../harness/workbench.ts';

describe('two windows', () => {
  let base: string;
  let port: number;
  let editor: Editor | undefined;
  let browser: Browser | undefined;
  let first: Workbench;
  let second: Workbench;

  before(async function () {
    this.timeout(180_000);
    const say = (line: string) => console.log(line);
    base = await mkdtemp(path.join(tmpdir(), 'spanside-ui-'));
    port = await freePort();
    for (const name of ['shop', 'stock']) await copyPrograms(path.join(base, name));
    const program = await provideEditor(say);
    const executable = await provideBrowser(say);
    const settings = { ...calmSettings, 'workbench.reduceMotion': 'on', 'spanside.receiver.port': port };
    const dataFolder = path.join(base, 'editor');
    const env = { HOME: base };
    const started = await startEditor({ program, dataFolder, settings, driver: true, env });
    editor = started;
    browser = await launchBrowser(executable);
    const remote = `vscode-remote://localhost:${started.port}${root}`;
    const open = async (folder: string) => {
      const url = started.url(path.join(base, folder), [['extensionDevelopmentPath', remote]]);
      const workbench = await Workbench.attach(browser as Browser, url);
      await workbench.openView();
      return workbench;
    };
    first = await open('shop');
    await listensOn(first, port);
    second = await open('stock');
  });
  after(async () => {
    await browser?.close();
    await editor?.stop();
    await rm(base, { recursive: true, force: true, maxRetries: 5 });
  });

  const listensOn = (workbench: Workbench, port: number | RegExp) =>
    workbench.statusItem.filter({ hasText: port instanceof RegExp ? port : `:${port}` }).waitFor({ timeout: 30_000 });
  /** The numbers of the processes of the windows that listen on the port. */
  const owners = () =>
    globSync(path.join(base, 'editor/data/User/globalStorage/*/windows/*.json'))
      .map(file => JSON.parse(readFileSync(file, 'utf8')) as { pid: number; ports: number[] })
      .filter(({ ports }) => ports.includes(port))
      .map(({ pid }) => pid);

  it('the second takes a free port without waiting, and says whose the other one is', async () => {
    await listensOn(second, new RegExp(`Spanside :(?!${port}\\b)\\d+`));
    assert.equal(await second.statusItem.and(second.page.locator('.warning-kind')).count(), 0);
    await second.statusItem.hover();
    await second.page.getByText(`Port ${port} is served by another window`).first().waitFor({ timeout: 10_000 });
    assert.equal(owners().length, 1);
  });

  it('a trace shows in the window whose program sent it, although it was sent to the other', async function () {
    this.timeout(60_000);
    await sendFromNode(path.join(base, 'stock'), 'of-stock', `http://127.0.0.1:${port}`);
    await sendFromNode(path.join(base, 'shop'), 'of-shop', `http://127.0.0.1:${port}`);
    await second.trace('of-stock').waitFor({ timeout: 10_000 });
    await first.trace('of-shop').waitFor({ timeout: 10_000 });
    assert.equal(await first.trace('of-stock').count(), 0);
    assert.equal(await second.trace('of-shop').count(), 0);
    await second.picture('handed-over');
  });

  it('when the first one is gone, the second has its port and goes on', async function () {
    this.timeout(60_000);
    const [owner, ...others] = owners();
    assert.ok(owner !== undefined && others.length === 0);
    process.kill(owner, 'SIGKILL');
    await listensOn(second, port);
    await sendFromNode(path.join(base, 'stock'), 'later', `http://127.0.0.1:${port}`);
    await second.trace('later').waitFor({ timeout: 10_000 });
  });
});
