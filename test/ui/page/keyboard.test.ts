import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { activeRow, PageBrowser, posted } from './openPage.ts';

describe('the keyboard in the waterfall', function () {
  this.timeout(30_000);
  let browser: PageBrowser;
  let page: Page;

  before(async () => {
    browser = await PageBrowser.start();
  });
  after(() => browser.close());
  beforeEach(async () => {
    page = await browser.open();
    await page.locator('[role=treegrid]').focus();
  });
  afterEach(() => page.close());

  const walks: { keys: string; row: RegExp; level: number; expanded: 'true' | 'false' | null }[] = [
    { keys: '', row: /^POST \/chat/, level: 1, expanded: 'true' },
    { keys: 'ArrowDown', row: /^invoke_agent/, level: 2, expanded: 'true' },
    { keys: 'ArrowDown ArrowDown ArrowUp', row: /^invoke_agent/, level: 2, expanded: 'true' },
    { keys: 'ArrowUp', row: /^POST \/chat/, level: 1, expanded: 'true' },
    { keys: 'End', row: /^PUT sessions/, level: 2, expanded: null },
    { keys: 'End ArrowDown', row: /^PUT sessions/, level: 2, expanded: null },
    { keys: 'End Home', row: /^POST \/chat/, level: 1, expanded: 'true' },
    { keys: 'PageDown PageDown PageUp PageUp', row: /^POST \/chat/, level: 1, expanded: 'true' },
    { keys: 'ArrowLeft', row: /^POST \/chat/, level: 1, expanded: 'false' },
    { keys: 'ArrowLeft ArrowDown', row: /^POST \/chat/, level: 1, expanded: 'false' },
    { keys: 'ArrowLeft ArrowRight ArrowRight', row: /^invoke_agent/, level: 2, expanded: 'true' },
    { keys: 'End ArrowLeft', row: /^POST \/chat/, level: 1, expanded: 'true' },
    { keys: 's t', row: /^StockService/, level: 5, expanded: 'true' },
    { keys: 'e', row: /^execute_tool find/, level: 3, expanded: 'true' },
    { keys: 'e e', row: /^embeddings/, level: 4, expanded: null },
    { keys: 'e x', row: /^execute_tool find/, level: 3, expanded: 'true' },
    { keys: 'c h a t Space g', row: /^chat gpt-4o/, level: 3, expanded: null },
  ];
  for (const { keys, row, level, expanded } of walks) {
    it(`${keys || 'nothing'} leads to ${row.source}`, async () => {
      for (const key of keys.split(' ').filter(Boolean)) await page.keyboard.press(key);
      const active = await activeRow(page);
      assert.match(active.label, row);
      assert.deepEqual({ level: active.level, expanded: active.expanded }, { level: String(level), expanded });
    });
  }

  it('has one tab stop, and its position among the rows is told', async () => {
    assert.equal(await page.locator('[role=treegrid] [tabindex="0"]').count(), 0);
    const root = page.getByRole('row', { name: /^POST \/chat/ });
    const last = page.getByRole('row', { name: /^PUT sessions/ });
    assert.equal(await page.locator('[role=treegrid]').getAttribute('aria-rowcount'), '14');
    assert.equal(await root.getAttribute('aria-rowindex'), '2');
    assert.equal(await last.getAttribute('aria-rowindex'), '14');
    assert.equal(await last.getAttribute('aria-posinset'), '2');
    assert.equal(await last.getAttribute('aria-setsize'), '2');
  });

  it('* opens all siblings of a row', async () => {
    for (const name of [/^execute_tool find/, /^execute_tool reserve_stock, .*error/]) {
      await page.getByRole('row', { name }).locator('.twistie').click();
    }
    assert.equal(await page.getByRole('row').count(), 9);
    await page.keyboard.press('*');
    assert.equal(await page.getByRole('row').count(), 14);
  });

  it('Enter opens the source, and takes the focus along only with Control', async () => {
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Enter');
    const spanId = '0000000000000001';
    assert.deepEqual(await posted(page, 'openSource'), [
      { type: 'openSource', spanId, focus: false },
      { type: 'openSource', spanId, focus: true },
    ]);
  });

  it('the space bar goes to the details, Escape comes back', async () => {
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    await page.keyboard.press('Space');
    await page.locator('[role=tab]:focus').waitFor();
    await page.keyboard.press('ArrowRight');
    assert.match((await page.locator('[role=tab]:focus').textContent()) ?? '', /^Attributes/);
    assert.equal(await page.locator('[role=tab][aria-selected=true]:focus').count(), 1);
    await page.keyboard.press('Escape');
    await page.locator('[role=treegrid]:focus').waitFor();
  });

  it('a fast walk asks for the details of the row it ends at, not of every row', async () => {
    await page.evaluate('window.editor.posted.length = 0');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown', { delay: 0 });
    await page.getByRole('heading', { name: /^execute_tool reserve_stock/ }).waitFor();
    await page.waitForTimeout(200);
    const asked = await posted(page, 'details');
    assert.equal(asked.at(-1)?.spanId, '0000000000000007');
    assert.ok(asked.length < 6, `${asked.length} requests`);
  });
});
