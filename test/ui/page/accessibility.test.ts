import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { PageBrowser } from './openPage.ts';
import { THEMES } from './themes.ts';

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds, with enough to find it oneself. */
async function violations(page: Page): Promise<string[]> {
  const found = await page.evaluate<Violation[]>('window.axe.run().then(result => result.violations)');
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  );
}

describe('accessibility of the page', function () {
  this.timeout(60_000);
  let browser: PageBrowser;

  before(async () => {
    browser = await PageBrowser.start();
  });
  after(() => browser.close());

  for (const theme of THEMES) {
    it(`axe finds nothing in ${theme}: every tab, beside and below`, async () => {
      const page = await browser.open({ theme });
      // Evaluated by the debugger, which the page's policy does not hold; a script element would be refused.
      await page.evaluate(await (await import('node:fs/promises')).readFile(AXE, 'utf8'));
      await page.getByRole('row', { name: /^StockService/ }).click();
      await page.locator('.exception').waitFor();
      const found: string[] = [];
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        found.push(...(await violations(page)));
      }
      await page.setViewportSize({ width: 1400, height: 900 });
      await page.locator('main.beside').waitFor();
      found.push(...(await violations(page)));
      assert.deepEqual([...new Set(found)], []);
      await page.close();
    });
  }

  it('axe finds nothing in what is told of a model call, nor in a narrow panel with rows too deep for it', async () => {
    const page = await browser.open({ trace: 'models' });
    await page.evaluate(await (await import('node:fs/promises')).readFile(AXE, 'utf8'));
    await page.getByRole('row', { name: /^mlflow chat/ }).click();
    await page.getByText('38 in, 42 out').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.close();
    const narrow = await browser.open({ trace: 'deep', width: 350 });
    await narrow.evaluate(await (await import('node:fs/promises')).readFile(AXE, 'utf8'));
    await narrow.locator('.depth').first().waitFor();
    assert.deepEqual(await violations(narrow), []);
    await narrow.close();
  });

  for (const trace of ['broken', 'names', 'hostile', 'clocks'] as const) {
    it(`axe finds nothing in the trace "${trace}"`, async () => {
      const page = await browser.open({ trace });
      await page.evaluate(await (await import('node:fs/promises')).readFile(AXE, 'utf8'));
      await page.getByRole('tab', { name: 'Overview' }).waitFor();
      assert.deepEqual(await violations(page), []);
      await page.close();
    });
  }

  it('every odd row says in words what is odd about it', async () => {
    const page = await browser.open({ trace: 'broken' });
    const sentences: [RegExp, RegExp][] = [
      [/^still running, shop, not ended/, /has not ended yet/],
      [/^clock went back, shop, ends before it starts/, /ends before it starts/],
      [/^missing parent/, /named but has not arrived/],
      [/^orphan one/, /parent of this span has not arrived/],
      [/^in a circle/, /lead back to itself/],
    ];
    for (const [name, sentence] of sentences) {
      const row = page.getByRole('row', { name });
      assert.match((await row.getAttribute('aria-label')) ?? '', sentence);
      assert.match((await row.locator('.name-cell').getAttribute('title')) ?? '', sentence);
    }
    await page.close();
  });
});
