import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { activeRow, PageBrowser, posted } from './openPage.ts';

describe('the pointer in the waterfall', function () {
  this.timeout(30_000);
  let browser: PageBrowser;
  let page: Page;

  before(async () => {
    browser = await PageBrowser.start();
  });
  after(() => browser.close());
  beforeEach(async () => {
    page = await browser.open();
  });
  afterEach(() => page.close());

  it('a click selects, tells the editor and shows the details', async () => {
    await page.getByRole('row', { name: /^StockService/ }).click();
    assert.match((await activeRow(page)).label, /^StockService\/Reserve, stock, 108 ms, error/);
    assert.equal((await posted(page, 'selected')).at(-1)?.spanId, '0000000000000009');
    await page.getByText('(*Service).Reserve').first().waitFor();
  });

  it('the twistie folds a subtree, counts what it hides and takes a hidden selection up', async () => {
    await page.getByRole('row', { name: /^UPDATE stock/ }).click();
    const agent = page.getByRole('row', { name: /^invoke_agent/ });
    await agent.locator('.twistie').click();
    assert.equal(await page.getByRole('row').count(), 4);
    assert.equal(await agent.locator('.fold').textContent(), '10');
    assert.match((await activeRow(page)).label, /^invoke_agent/);
    await agent.locator('.twistie').click();
    assert.equal(await page.getByRole('row').count(), 14);
  });

  it('a double click goes to the source', async () => {
    await page.getByRole('row', { name: /^PUT sessions/ }).dblclick();
    assert.deepEqual(await posted(page, 'openSource'), [{ type: 'openSource', spanId: '000000000000000d' }]);
  });

  it('resting on a row that has a location brings its link, which goes there', async () => {
    const row = page.getByRole('row', { name: /^PUT sessions/ });
    assert.equal(await row.getByRole('link').count(), 0);
    await row.hover();
    const link = row.getByRole('link', { name: 'src/agent.ts:32' });
    await link.click();
    assert.deepEqual(await posted(page, 'openSource'), [{ type: 'openSource', spanId: '000000000000000d' }]);
  });

  it('resting on a row without a hint asks for nothing', async () => {
    await page.getByRole('row', { name: /^SELECT products/ }).hover();
    await page.waitForTimeout(250);
    assert.ok((await posted(page, 'details')).every(({ spanId }) => spanId === '0000000000000001'));
  });

  it('the border of the names can be dragged, and its place is kept', async () => {
    const border = page.getByRole('separator', { name: 'Width of the names' });
    const before = Number(await border.getAttribute('aria-valuenow'));
    const box = (await border.boundingBox())!;
    await page.mouse.move(box.x + 4, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 84, box.y + 200, { steps: 4 });
    await page.mouse.up();
    assert.equal(Number(await border.getAttribute('aria-valuenow')), before + 80);
    const name = (await page
      .getByRole('row', { name: /^POST \/chat/ })
      .locator('.name-cell')
      .boundingBox())!;
    assert.equal(name.width, before + 80);
    await page.waitForTimeout(400);
    assert.equal((await posted(page, 'state')).at(-1)?.state.nameWidth, before + 80);
  });
});
