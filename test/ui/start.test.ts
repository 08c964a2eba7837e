import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser, provideBrowser } from '../harness/browser.ts';
import { root } from '../harness/cache.ts';
import { endWithUs, stop, until } from '../harness/processes.ts';
import { lineOf } from '../harness/programs.ts';
import { Workbench } from '../harness/workbench.ts';

describe('npm start', () => {
  it('shows a newcomer a trace and its line within a minute', async function () {
    this.timeout(240_000);
    const data = await mkdtemp(path.join(tmpdir(), 'spanside-start-'));
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const program = spawn(npm, ['start', '--', '--headless', '--data', data], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    endWithUs(program);
    let output = '';
    for (const stream of [program.stdout, program.stderr]) stream.on('data', chunk => (output += String(chunk)));
    const browser = await launchBrowser(await provideBrowser(line => console.log(line)));
    try {
      const address = () => /^http:\/\/localhost:\d+\S*$/m.exec(output)?.[0];
      const url = await until('the address is printed', () => address(), 200_000).catch(error => {
        throw new Error(`${error.message}\n${output}`);
      });
      const opened = Date.now();
      const workbench = await Workbench.attach(browser, url);
      await workbench.openView();
      // The order that fails is the one with the error icon.
      const failed = workbench.rows(/POST \/orders/).filter({ has: workbench.page.locator('.codicon-error') });
      await failed.first().click({ timeout: 60_000 });
      const span = workbench.inspector.locator('[role=row][data-row]', { hasText: 'reserve' });
      await span.click({ timeout: 20_000 });
      await workbench.inspector.locator('.details a.source-link').first().click({ timeout: 10_000 });
      const file = 'src/stock/levels.ts';
      await workbench.showsSource(file, lineOf(path.join(root, 'test/sample/shop', file), 'throw new OutOfStockError'));
      const seconds = (Date.now() - opened) / 1000;
      await workbench.page.locator('.codelens-decoration', { hasText: '▸' }).first().waitFor({ timeout: 10_000 });
      await workbench.picture('start');
      assert.ok(seconds < 60, `the first jump took ${seconds} s`);
    } finally {
      await browser.close();
      await stop(program, 15_000);
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    }
  });
});
