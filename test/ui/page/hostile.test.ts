import assert from 'node:assert/strict';
import { PageBrowser } from './openPage.ts';

describe('hostile telemetry in the page', function () {
  this.timeout(30_000);

  it('is shown as text with its hidden characters, runs nothing and asks the network for nothing', async () => {
    const browser = await PageBrowser.start();
    try {
      const page = await browser.open({ trace: 'hostile' });
      const requests: string[] = [];
      page.on('request', request => requests.push(request.url()));
      await page.getByRole('tab', { name: 'Overview' }).waitFor();
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        const text = (await page.getByRole('tabpanel').textContent()) ?? '';
        assert.equal(
          ['\u202e', '\u0000', '\u001b'].some(hidden => text.includes(hidden)),
          false,
          `${await tab.textContent()} shows a raw control character`,
        );
      }
      await page.getByRole('tab', { name: /^Attributes/ }).click();
      const keys = await page.getByRole('tabpanel').locator('dt').allTextContents();
      assert.deepEqual(keys, ['__proto__', 'constructor', 'html', '<b>key</b>', 'url.full', 'css']);
      const title = (await page.locator('.title-name').textContent()) ?? '';
      assert.ok(title.startsWith('<img src="/leak?name" onerror="window.pwned=1"><script>'), title);
      assert.ok(title.endsWith('U+202Egnp.exeNULESC[31m'), title);

      const made = 'img, svg, iframe, object, link[href*=leak], script:not([src]), style:not(:empty)';
      assert.equal(await page.locator('body').locator(made).count(), 0);
      assert.equal(await page.evaluate('window.pwned'), undefined);
      assert.equal(await page.evaluate('({}).polluted'), undefined);
      assert.deepEqual(
        requests.filter(url => !/\/webview\/[\w-]+\.js$|\/codicon\.ttf/.test(url)),
        [],
      );
      assert.deepEqual(browser.server.unexpected, []);
    } finally {
      await browser.close();
    }
  });

  it('five thousand attributes are drawn a part at a time, and searched as a whole', async () => {
    const browser = await PageBrowser.start();
    try {
      const page = await browser.open({ trace: 'hostile' });
      await page.getByRole('row', { name: /^javascript/ }).click();
      await page.getByRole('tab', { name: 'Attributes5000' }).click();
      const keys = page.getByRole('tabpanel').locator('dt');
      assert.equal(await keys.count(), 200);
      await page.getByRole('button', { name: '4,800 more attributes' }).click();
      assert.equal(await keys.count(), 1_200);
      await page.getByRole('textbox', { name: 'Search keys and values' }).fill('k4999');
      assert.deepEqual(await keys.allTextContents(), ['k4999']);
    } finally {
      await browser.close();
    }
  });

  it('a link never leaves the page', async () => {
    const browser = await PageBrowser.start();
    try {
      const page = await browser.open({ trace: 'hostile' });
      await page.getByRole('tab', { name: /^Events/ }).click();
      await page.locator('.exception').waitFor();
      const hrefs = await page.evaluate<string[]>(`Array.from(document.links, link => link.getAttribute('href'))`);
      assert.deepEqual(new Set(hrefs), new Set(['#place']));
      const before = page.url();
      for (const link of await page.locator('a').all()) await link.click();
      assert.equal(page.url(), before);
    } finally {
      await browser.close();
    }
  });
});
