import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { activeRow, PageBrowser, posted, until } from './openPage.ts';

const topOf = (page: Page, name: RegExp) =>
  page
    .getByRole('row', { name })
    .boundingBox()
    .then(box => Math.round(box!.y));

describe('the page over snapshots, reloads and trouble', function () {
  this.timeout(15_000);
  let browser: PageBrowser;
  let page: Page | undefined;

  before(async () => {
    browser = await PageBrowser.start();
  });
  after(() => browser.close());
  afterEach(() => page?.close());

  it('a trace that grows keeps selection, collapsed rows and tab, and says how much is new', async () => {
    page = await browser.open({ spans: 6 });
    await page.getByRole('row', { name: /^chat gpt/ }).click();
    await page.getByRole('tab', { name: /^Attributes/ }).click();
    await page
      .getByRole('row', { name: /^execute_tool find/ })
      .locator('.twistie')
      .click();
    await page.getByRole('row', { name: /^chat gpt/ }).click();
    await page.evaluate('window.editor.sendTrace()');
    await page.getByRole('row', { name: /^PUT sessions/ }).waitFor();
    assert.match((await activeRow(page)).label, /^chat gpt-4o, shop-agent, 842 ms/);
    assert.equal(await page.getByRole('row', { name: /^SELECT products/ }).count(), 0);
    assert.match((await page.getByRole('tab', { selected: true }).textContent()) ?? '', /^Attributes/);
    assert.equal(await page.getByRole('status').first().textContent(), '7 new spans.');
  });

  it('rows that are read do not move when others arrive above them', async () => {
    page = await browser.open({ trace: 'deep', spans: 600 });
    await page.evaluate(`document.querySelector('[role=treegrid]').scrollTop = 6005`);
    await page.getByRole('row', { name: /^level 255,/ }).waitFor();
    const before = await topOf(page, /^level 255,/);
    await page.evaluate('window.editor.sendTrace(900)');
    await page.locator('[role=treegrid][aria-rowcount="901"]').waitFor();
    assert.equal(await topOf(page, /^level 255,/), before);
  });

  it('comes back from its state after a reload', async () => {
    page = await browser.open();
    await page
      .getByRole('row', { name: /^execute_tool find/ })
      .locator('.twistie')
      .click();
    await page.getByRole('row', { name: /^StockService/ }).click();
    await page.getByRole('tab', { name: /^Events/ }).click();
    await page.waitForTimeout(400);
    await page.reload();
    await page.getByRole('tab', { name: /^Events/, selected: true }).waitFor();
    assert.match((await activeRow(page)).label, /^StockService/);
    assert.equal(await page.getByRole('row', { name: /^SELECT products/ }).count(), 0);
    const [ready] = await posted(page, 'ready');
    assert.equal(ready?.state?.selected, '0000000000000009');
    assert.deepEqual(ready?.state?.collapsed, ['0000000000000004']);
  });

  it('a change of theme redraws the minimap and keeps what is selected, open and typed', async () => {
    page = await browser.open({ theme: 'dark' });
    await page.getByRole('row', { name: /^StockService/ }).click();
    await page.getByRole('tab', { name: /^Attributes/ }).click();
    await page.getByRole('textbox', { name: 'Search keys and values' }).fill('sku');
    const picture = () => page!.evaluate<string>(`document.querySelector('canvas').toDataURL()`);
    await page.waitForTimeout(200);
    const before = await picture();
    await page.evaluate(`window.editor.setTheme('light')`);
    await until(page, `document.querySelector('canvas').toDataURL() !== ${JSON.stringify(before)}`);
    assert.match((await activeRow(page)).label, /^StockService/);
    assert.equal(await page.getByRole('textbox', { name: 'Search keys and values' }).inputValue(), 'sku');
    // The other way round it is the same picture again: the colours are the theme's and nothing is left of the last.
    await page.evaluate(`window.editor.setTheme('dark')`);
    await until(page, `document.querySelector('canvas').toDataURL() === ${JSON.stringify(before)}`);
  });

  it('a state that is none is not used', async () => {
    page = await browser.open();
    await page.evaluate(`sessionStorage.setItem('state', '{"version":1,"traceId":5,"collapsed":"all"}')`);
    await page.reload();
    await page.getByRole('row', { name: /^PUT sessions/ }).waitFor();
    assert.deepEqual(await posted(page, 'ready'), [{ type: 'ready' }]);
  });

  it('selects and reveals what the editor names, inside collapsed rows too', async () => {
    page = await browser.open();
    await page
      .getByRole('row', { name: /^invoke_agent/ })
      .locator('.twistie')
      .click();
    await page.evaluate(`window.editor.send({ type: 'select', spanId: '000000000000000a' })`);
    await page.getByRole('row', { name: /^UPDATE stock/, selected: true }).waitFor();
  });

  it('carries out the commands of the editor', async () => {
    page = await browser.open();
    const run = (command: string) => page!.evaluate(`window.editor.send({ type: 'run', command: '${command}' })`);
    await run('collapseAll');
    await page.locator('[role=treegrid][aria-rowcount="2"]').waitFor();
    await run('expandAll');
    await page.locator('[role=treegrid][aria-rowcount="14"]').waitFor();
    await run('goToSource');
    await until(page, `window.editor.posted.some(message => message.type === 'openSource')`);
    await run('focusSearch');
    await until(page, `document.activeElement?.getAttribute('aria-label') === 'Search keys and values'`);
  });

  it('says so and offers a way on: a trace that is gone, one that does not come, details that fail', async () => {
    page = await browser.open();
    await page.evaluate(`window.editor.mode = 'fail'`);
    await page.getByRole('row', { name: /^PUT sessions/ }).click();
    await page.getByText('The store is busy with another window. Try again in a moment.').waitFor();
    await page.evaluate(`window.editor.mode = 'answer'`);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('tab', { name: 'Overview' }).waitFor();

    await page.evaluate(`window.editor.mode = 'absent'`);
    await page.getByRole('row', { name: /^UPDATE stock/ }).click();
    await page.getByText('This span is no longer stored.').waitFor();

    await page.evaluate(`window.editor.send({ type: 'gone', traceId: '' })`);
    await page.getByText('This trace is no longer stored. It was deleted, or its store was cleared.').waitFor();
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByRole('row', { name: /^UPDATE stock/ }).waitFor();
    await page.close();

    page = await browser.open({ loading: true });
    await page.getByText('Loading the trace…').waitFor();
    await page.getByRole('button', { name: 'Ask again' }).click();
    assert.equal((await posted(page, 'ready')).length, 2);
  });

  it('an answer that comes late does not replace what was selected since', async () => {
    page = await browser.open({ silent: true });
    await page.getByRole('row', { name: /^StockService/ }).click();
    await until(page, `window.editor.posted.some(m => m.type === 'details' && m.spanId === '0000000000000009')`);
    const late = (await posted(page, 'details')).at(-1)!;
    await page.getByRole('row', { name: /^PUT sessions/ }).click();
    await until(page, `window.editor.posted.some(m => m.type === 'details' && m.spanId === '000000000000000d')`);
    const message = { type: 'failed', request: late.request, message: 'too late' };
    await page.evaluate(`window.editor.send(${JSON.stringify(message)})`);
    await page.getByText('Loading the span…').waitFor();
    assert.equal(await page.getByText('too late').count(), 0);
  });

  it('nothing of the span before stands under the name of the one that is selected', async () => {
    page = await browser.open();
    await page.getByRole('row', { name: /^StockService/ }).click();
    await page.getByText('FAILED_PRECONDITION').waitFor();
    // Two selections in a row: the second is asked for only after a while, in which a late answer may come as well.
    const shown = await page.evaluate<string[]>(`(async () => {
      const row = name => [...document.querySelectorAll('[role=row]')].find(row => row.ariaLabel?.startsWith(name));
      const texts = [];
      const frame = () => new Promise(requestAnimationFrame);
      row('chat gpt-4o').click();
      await frame();
      texts.push(document.querySelector('.details').textContent);
      row('PUT sessions').click();
      for (let i = 0; i < 3; i++) {
        await frame();
        texts.push(document.querySelector('.details').textContent);
      }
      return texts;
    })()`);
    for (const [i, text] of shown.entries()) {
      assert.ok(text.startsWith(i === 0 ? 'chat gpt-4o' : 'PUT sessions'), text);
      assert.doesNotMatch(text, /FAILED_PRECONDITION|only 2 left|stock\/reserve\.go/);
      if (i > 0) assert.doesNotMatch(text, /1,412 in/);
    }
    await page.locator('.details').getByText('src/agent.ts:32').waitFor();
  });
});
