import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { indentation, nameColumn } from '../../../webview/waterfall/nameColumn.ts';
import { PageBrowser } from './openPage.ts';

describe('the name column', () => {
  const widths: [number, number][] = [
    [1000, 420],
    [700, 315],
    [520, 234],
    [420, 220],
    [350, 220],
    [220, 159],
  ];
  for (const [panel, usual] of widths) {
    it(`has ${usual} of ${panel} px`, () => assert.equal(nameColumn(panel).usual, usual));
  }

  it('shrinks the indent before it leaves out levels, and never below 6 px', () => {
    assert.deepEqual(indentation(315, 14, 5), { indent: 14, levels: 8 });
    assert.equal(indentation(234, 14, 5).indent, 8);
    assert.ok(indentation(234, 14, 5).levels >= 5);
    assert.deepEqual(indentation(220, 14, 5_000), { indent: 6, levels: 4 });
    assert.equal(indentation(90, 14, 5).levels, 0);
  });
});

describe('the page in a small panel', function () {
  this.timeout(15_000);
  let browser: PageBrowser;
  let page: Page;

  before(async () => {
    browser = await PageBrowser.start();
  });
  after(() => browser.close());
  afterEach(() => page.close());

  for (const [width, height] of [
    [700, 120],
    [420, 120],
    [350, 640],
    [220, 640],
    [220, 120],
  ] as const) {
    it(`nothing lies beside it at ${width} × ${height}`, async () => {
      page = await browser.open({ width, height });
      const beside = () =>
        page.evaluate<
          string[]
        >(`Array.from(document.querySelectorAll('html, body, #root, main, main > *, .header, .grid, .tab-panel, .details'))
          .filter(box => box.scrollWidth > box.clientWidth)
          .map(box => \`\${box.className || box.tagName} \${box.scrollWidth} > \${box.clientWidth}\`)`);
      assert.deepEqual(await beside(), []);
      await page.getByRole('button', { name: 'Details' }).click();
      await page.getByRole('tab', { name: 'Overview' }).waitFor();
      assert.deepEqual(await beside(), []);
    });
  }

  for (const width of [700, 520, 350, 220]) {
    it(`the header shows every figure whole at ${width} px`, async () => {
      page = await browser.open({ width });
      const figures = await page.locator('.figure').all();
      assert.equal(figures.length, 5);
      for (const figure of figures) {
        const box = (await figure.boundingBox())!;
        assert.ok(box.x >= 0 && box.x + box.width <= width, `${await figure.textContent()}: ${JSON.stringify(box)}`);
      }
    });
  }

  for (const width of [700, 350, 220]) {
    it(`names keep 90 px at any depth at ${width} px`, async () => {
      page = await browser.open({ trace: 'deep', width });
      const room = await page.evaluate<number[]>(`Array.from(document.querySelectorAll('.name-cell'), cell => {
        const name = cell.querySelector('.name').getBoundingClientRect();
        return cell.getBoundingClientRect().right - 6 - name.left;
      })`);
      assert.ok(room.length > 20);
      assert.ok(Math.min(...room) >= 90, String(Math.min(...room)));
    });
  }

  it('the depth of a row that is drawn at the last level is explained, and not read out before its name', async () => {
    page = await browser.open({ trace: 'deep', width: 350 });
    const depth = page.getByRole('row', { name: /^level 19,/ }).locator('.depth');
    assert.equal(await depth.textContent(), '19');
    assert.equal(await depth.getAttribute('title'), 'depth 19');
    assert.equal(await depth.getAttribute('aria-hidden'), 'true');
  });
});
