import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PageBrowser } from './openPage.ts';

const BUILT = resolve(import.meta.dirname, '../../../out/page/webview');

/**
 * The toolkit attaches an empty style element to learn whether the browser knows `:focus-visible`. The policy refuses it,
 * the toolkit takes that for an answer, and the console says so: the one complaint there is.
 */
const EMPTY_STYLE = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

describe('the form controls of the page', function () {
  this.timeout(30_000);
  let browser: PageBrowser;

  before(async () => {
    browser = await PageBrowser.start();
  });
  after(() => browser.close());

  it('come in a chunk of their own', async () => {
    const page = await browser.open();
    assert.equal(await page.evaluate(`customElements.whenDefined('vscode-text-field').then(() => true)`), true);
    await page.getByRole('tab', { name: /^Attributes/ }).click();
    await page.locator('vscode-text-field').waitFor();
    const main = await readFile(join(BUILT, 'inspector.js'), 'utf8');
    assert.equal(/vscode-text-field[^'"]|adoptedStyleSheets/.test(main), false);
    const { size } = await stat(join(BUILT, 'inspector.js'));
    assert.ok(size < 150_000, `inspector.js has ${size} bytes`);
    await page.close();
  });

  it('have the colours of the theme, after a change of it too', async () => {
    const page = await browser.open({ theme: 'light' });
    await page.evaluate(`customElements.whenDefined('vscode-text-field').then(() => true)`);
    await page.getByRole('tab', { name: /^Raw/ }).click();
    const colour = () =>
      page.evaluate(`getComputedStyle(document.querySelector('vscode-button')).backgroundColor`) as Promise<string>;
    await page.locator('vscode-button').first().waitFor();
    assert.equal(await colour(), 'rgb(229, 229, 229)');
    await page.evaluate(`window.editor.setTheme('dark')`);
    assert.equal(await colour(), 'rgb(49, 49, 49)');
    await page.close();
  });

  it('nothing of React is in any of the files', async () => {
    for (const file of await readdir(BUILT)) {
      if (!file.endsWith('.js')) continue;
      assert.equal((await readFile(join(BUILT, file), 'utf8')).includes('react.element'), false, file);
    }
  });

  it('may not come at all: the page works without them', async () => {
    const page = await browser.open({ loading: true });
    await page.route(/toolkit/, route => route.abort());
    await page.goto(page.url().replace('&loading=', ''));
    await page.getByRole('tab', { name: /^Attributes/ }).click();
    await page.locator('input.search-field').fill('nothing has this');
    await page.getByText('No attribute has this in its key or value.').waitFor();
    await page.close();
  });

  it('the page lives under the policy of the editor', async () => {
    const page = await browser.open({ width: 1400, height: 900 });
    const before = browser.complaints.length;
    await page.getByRole('row', { name: /^StockService/ }).click();
    for (const tab of await page.getByRole('tab').all()) await tab.click();
    const complaints = browser.complaints.slice(before);
    assert.deepEqual(
      complaints.filter(complaint => !complaint.includes(EMPTY_STYLE)),
      [],
    );
    await page.close();
  });
});
