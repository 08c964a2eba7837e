import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { activeRow, PageBrowser } from './openPage.ts';

/** Milliseconds from a key to the second frame after it, measured in the page. */
async function pressed(page: Page, key: string): Promise<number> {
  return await page.evaluate<number>(`new Promise(done => {
    const grid = document.querySelector('[role=treegrid]');
    const start = performance.now();
    grid.dispatchEvent(new KeyboardEvent('keydown', { key: '${key}', bubbles: true, cancelable: true }));
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
  })`);
}

describe('a long trace in the page', function () {
  this.timeout(120_000);
  let browser: PageBrowser;

  before(async () => {
    browser = await PageBrowser.start();
  });
  after(() => browser.close());

  it('100,000 rows: few elements, every row within reach', async () => {
    const page = await browser.open({ trace: 'large' });
    const figures: Record<string, number> = {};
    figures['first paint'] = await page.evaluate<number>('window.editor.firstPaintMs');
    const grid = page.locator('[role=treegrid]');
    await grid.focus();
    figures['End'] = await pressed(page, 'End');
    assert.ok((await page.getByRole('row').count()) < 150);
    assert.match((await activeRow(page)).label, /^step/);
    assert.equal(await page.locator('[aria-rowindex="100001"][aria-selected=true]').count(), 1);
    figures['Home'] = await pressed(page, 'Home');
    figures['collapse the root'] = await pressed(page, 'ArrowLeft');
    assert.equal(await grid.getAttribute('aria-rowcount'), '2');
    figures['expand the root'] = await pressed(page, 'ArrowRight');
    assert.equal(await grid.getAttribute('aria-rowcount'), '100001');
    figures['slowest of 60 scrolled frames'] = await page.evaluate<number>(`new Promise(done => {
      const grid = document.querySelector('[role=treegrid]');
      let slowest = 0;
      let last = performance.now();
      let left = 60;
      const step = () => {
        const now = performance.now();
        slowest = Math.max(slowest, now - last);
        last = now;
        grid.scrollTop += 400;
        if (left-- > 0) requestAnimationFrame(step);
        else done(slowest);
      };
      requestAnimationFrame(step);
    })`);
    for (const [what, ms] of Object.entries(figures)) console.log(`      ${what}: ${ms.toFixed(0)} ms`);
    // What is in view is drawn: no gap between the header and the last line of the panel.
    const bare = await page.evaluate(`(() => {
      const { left, bottom, top } = document.querySelector('[role=treegrid]').getBoundingClientRect();
      for (let y = top + 60; y < bottom; y += 20) {
        if (!document.elementFromPoint(left + 100, y).closest('[data-row]')) return y;
      }
      return -1;
    })()`);
    assert.equal(bare, -1);
  });

  it('400,000 rows are taller than an element can be, and the last is still reached', async () => {
    const page = await browser.open({ trace: 'huge' });
    const grid = page.locator('[role=treegrid]');
    await grid.focus();
    await pressed(page, 'End');
    const last = page.locator('[aria-rowindex="400001"]');
    const [row, box] = [(await last.boundingBox())!, (await grid.boundingBox())!];
    assert.ok(row.y >= box.y && row.y + row.height <= box.y + box.height + 1, JSON.stringify({ row, box }));
    await pressed(page, 'PageUp');
    assert.equal(
      await page.locator('[role=row][aria-selected=true]').getAttribute('aria-rowindex'),
      String(400001 - (await rowsPerPage(page))),
    );
    await page.evaluate(`document.querySelector('[role=treegrid]').scrollTop = 8_000_000 / 2`);
    await page.waitForTimeout(100);
    const middle = await page.evaluate<number>(`(() => {
      const { left, top, height } = document.querySelector('[role=treegrid]').getBoundingClientRect();
      return Number(document.elementFromPoint(left + 100, top + height / 2).closest('[data-row]').getAttribute('aria-rowindex'));
    })()`);
    assert.ok(Math.abs(middle - 200_000) < 100, String(middle));
  });

  it('a chain 5,000 deep keeps its names readable and says how deep they are', async () => {
    const page = await browser.open({ trace: 'deep' });
    const grid = page.locator('[role=treegrid]');
    await grid.focus();
    await pressed(page, 'End');
    const last = page.getByRole('row', { name: /^level 4999,/ });
    assert.equal(await last.getAttribute('aria-level'), '5000');
    assert.equal(await last.locator('.depth').textContent(), '4,999');
    const [name, cell] = [
      (await last.locator('.name').boundingBox())!,
      (await last.locator('.name-cell').boundingBox())!,
    ];
    assert.ok(name.width > 30 && name.x + name.width <= cell.x + cell.width, JSON.stringify({ name, cell }));
  });
});

async function rowsPerPage(page: Page): Promise<number> {
  return await page.evaluate(`Math.floor((document.querySelector('[role=treegrid]').clientHeight - 48) / 24)`);
}
