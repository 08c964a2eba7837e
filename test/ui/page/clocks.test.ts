import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { PageBrowser, posted, until } from './openPage.ts';

describe('clocks that differ, in the page', function () {
  this.timeout(30_000);
  let browser: PageBrowser;

  before(async () => {
    browser = await PageBrowser.start();
  });
  after(() => browser.close());

  const names = (page: Page) => page.locator('[role=row] .name').allTextContents();
  const toggle = (page: Page) => page.getByRole('button', { name: /clocks/ });

  it('are shown as sent, adjusted on request, and as sent again', async () => {
    const page = await browser.open({ trace: 'clocks' });
    assert.deepEqual(await names(page), ['GET /cart', 'GET /stock', '/stock', 'SELECT', 'render']);
    assert.equal(await toggle(page).getAttribute('aria-pressed'), 'false');
    assert.match((await page.locator('.figures').textContent()) ?? '', /^330 ms/);
    await page.getByRole('row', { name: /^SELECT/ }).click();

    await toggle(page).click();
    assert.equal(await toggle(page).getAttribute('aria-pressed'), 'true');
    assert.match((await page.locator('.figures').textContent()) ?? '', /^100 ms/);
    assert.match((await page.locator('.warnings').textContent()) ?? '', /2 spans are moved by up to 250 ms/);
    const row = page.getByRole('row', { name: /^SELECT/ });
    assert.equal(await row.getAttribute('aria-selected'), 'true');
    assert.match((await row.getAttribute('aria-label')) ?? '', /times are adjusted/);
    const facts = page.getByRole('tabpanel').locator('.fact');
    await facts.filter({ hasText: 'adjusted to' }).waitFor();
    assert.match((await facts.filter({ hasText: /^started/ }).textContent()) ?? '', /\+280 ms/);
    const adjusted = (await facts.filter({ hasText: 'adjusted to' }).textContent()) ?? '';
    assert.match(adjusted, /\+30 ms.*250 ms earlier than sent/);

    await toggle(page).click();
    assert.match((await page.locator('.figures').textContent()) ?? '', /^330 ms/);
    assert.equal(await facts.filter({ hasText: 'adjusted to' }).count(), 0);
    const states = await posted(page, 'state');
    assert.equal(states.at(-1)?.state.adjustClocks, false);
    await page.close();
  });

  it('follow the setting until the reader decides', async () => {
    const page = await browser.open({ trace: 'clocks' });
    const send = (on: boolean) =>
      page.evaluate(`window.editor.sendTrace(undefined, undefined, ${on})`).then(() => page.waitForTimeout(50));
    await send(true);
    await until(page, `document.querySelector('[aria-pressed=true]')`);
    await toggle(page).click();
    await send(true);
    assert.equal(await toggle(page).getAttribute('aria-pressed'), 'false');
    await page.close();
  });

  it('are no matter where they agree', async () => {
    const page = await browser.open({ trace: 'shop' });
    assert.equal(await toggle(page).count(), 0);
    await page.close();
  });
});
