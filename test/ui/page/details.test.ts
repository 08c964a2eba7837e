import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { PageBrowser, posted } from './openPage.ts';

const RESERVE = '0000000000000009';

describe('the details of a span', function () {
  this.timeout(15_000);
  let browser: PageBrowser;
  let page: Page;

  const select = async (name: RegExp) => {
    await page.getByRole('row', { name }).last().click();
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    await page.waitForTimeout(100);
  };
  const openTab = (name: RegExp) => page.getByRole('tab', { name }).click();

  before(async () => {
    browser = await PageBrowser.start();
  });
  after(() => browser.close());
  beforeEach(async () => {
    page = await browser.open();
  });
  afterEach(() => page.close());

  it('counts in tabs, and puts those with nothing in them last', async () => {
    await select(/^UPDATE stock/);
    const tabs = await page.getByRole('tab').allTextContents();
    assert.deepEqual(tabs, ['Overview', 'Attributes2', 'Resource4', 'Raw', 'Events0', 'Logs0', 'Links0']);
  });

  const tiers: { row: RegExp; tier: string; how: string; links: string[] }[] = [
    { row: /^POST \/chat/, tier: 'exact', how: 'the span names its file and line', links: ['src/agent.ts:45'] },
    {
      row: /^StockService/,
      tier: 'likely',
      how: 'RPC method of StockService, one match',
      links: ['stock/reserve.go:57'],
    },
    { row: /^PUT sessions/, tier: 'within', how: 'in the function of POST /chat', links: ['src/agent.ts:32'] },
    {
      row: /^execute_tool reserve/,
      tier: 'several',
      how: 'two functions have this name',
      links: ['src/tools/reserve.ts:12', 'src/tools/legacy/reserve.ts:30'],
    },
  ];
  for (const { row, tier, how, links } of tiers) {
    it(`leads to a ${tier} place and says how it was found`, async () => {
      await select(row);
      const source = page.locator('.source');
      assert.deepEqual(await source.getByRole('link').allTextContents(), links);
      assert.equal(await source.locator('.how').textContent(), `${tier} ${how}`);
      await source.getByRole('link').last().click();
      const [opened] = await posted(page, 'openSource');
      assert.equal(opened?.candidate, links.length > 1 ? links.length - 1 : undefined);
    });
  }

  it('a span without a place says so in plain words', async () => {
    await select(/^SELECT products/);
    await page.getByText('no location in this span').waitFor();
    assert.equal(await page.locator('.source').getByRole('link').count(), 0);
  });

  it('a doubted place can be exchanged for another candidate', async () => {
    await select(/^StockService/);
    await page.getByRole('button', { name: 'Wrong line?' }).click();
    await page.getByRole('link', { name: 'stock/reserve_test.go:18' }).click();
    assert.deepEqual(await posted(page, 'openSource'), [{ type: 'openSource', spanId: RESERVE, candidate: 1 }]);
  });

  it('the overview of an RPC tells its method, its code in words, its exception and its logs', async () => {
    await select(/^StockService/);
    const overview = page.getByRole('tabpanel');
    const facts = await overview.locator('dt').allTextContents();
    assert.deepEqual(facts.slice(0, 4), ['rpc.system', 'rpc.service', 'rpc.method', 'rpc.grpc.status_code']);
    assert.ok(facts.includes('app.sku') && !facts.some(key => key.startsWith('code.')), facts.join());
    await overview.getByText('FAILED_PRECONDITION').waitFor();
    assert.deepEqual(await overview.locator('.severity').allTextContents(), ['WARN', 'ERROR']);
    await overview.getByRole('button', { name: '6 frames of google.golang.org/grpc' }).click();
    assert.equal(await overview.locator('.frames .foreign').count(), 6);
    await overview.getByRole('link', { name: 'stock/grpc.go:31' }).click();
    assert.deepEqual(await posted(page, 'openFrame'), [{ type: 'openFrame', spanId: RESERVE, frame: 1 }]);
  });

  it('the overview of a model call begins with what it did, with what, and what it took', async () => {
    await select(/^chat gpt-4o/);
    const facts = await page.getByRole('tabpanel').locator('dt').allTextContents();
    assert.deepEqual(facts.slice(0, 5), ['operation', 'provider', 'model', 'answered by', 'tokens']);
    await page.getByText('1,412 in, 188 out').waitFor();
    assert.equal(await page.locator('dt [title="gen_ai.request.model"]').textContent(), 'model');
  });

  it('what an MLflow span says is read out of its JSON, and a long value is folded', async () => {
    await page.close();
    page = await browser.open({ trace: 'models' });
    await select(/^mlflow chat/);
    const overview = page.getByRole('tabpanel');
    const facts = await overview.locator('dt').allTextContents();
    assert.deepEqual(facts.slice(0, 6), ['type', 'provider', 'model', 'tokens', 'input', 'output']);
    const input = overview.locator('.fact').filter({ has: page.getByTitle('mlflow.spanInputs') });
    assert.match((await input.textContent()) ?? '', /system: Answer in one sentence\.\nuser: Why is the sky blue\?/);
    await input.getByRole('button', { name: 'Copy input' }).click();
    assert.match((await posted(page, 'copy')).at(-1)?.text ?? '', /^system: Answer in one sentence\.\n/);
    // The attributes stay as they were sent.
    await openTab(/^Attributes/);
    await page.getByText('"CHAT_MODEL"').waitFor();
  });

  it('attributes are searched by key and value, copied, unfolded and laid out', async () => {
    await select(/^StockService/);
    await openTab(/^Attributes/);
    const panel = page.getByRole('tabpanel');
    assert.equal(await panel.locator('dt').count(), 14);
    await panel.getByText('2 more attributes were dropped before sending').waitFor();

    await page.keyboard.press('Tab');
    await page.getByLabel('Search keys and values').last().focus();
    await page.keyboard.type('sku-1183');
    assert.deepEqual(await panel.locator('dt').allTextContents(), ['app.sku', 'app.request']);
    await page.getByRole('button', { name: 'Lay out app.request as JSON' }).click();
    assert.match((await panel.locator('code.lines').textContent()) ?? '', /^\{\n {2}"sku": "SKU-1183",\n/);
    await page.getByRole('button', { name: 'Copy app.sku' }).click();
    assert.deepEqual((await posted(page, 'copy')).at(-1), { type: 'copy', text: 'SKU-1183' });

    await page.keyboard.press('Escape');
    await openTab(/^Overview/);
    await openTab(/^Attributes/);
    const long = panel.locator('.fact').last();
    assert.ok(((await long.textContent()) ?? '').length < 700);
    await long.getByRole('button', { name: 'show all 4.3 KB' }).click();
    assert.ok(((await long.textContent()) ?? '').length > 4_400);
  });

  it('links open the other trace', async () => {
    await select(/^StockService/);
    await openTab(/^Links/);
    await page.getByRole('link', { name: /^trace 0af7651916cd43dd8448eb211c80319c/ }).click();
    assert.deepEqual(await posted(page, 'openTrace'), [
      { type: 'openTrace', traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
    ]);
  });

  it('ids are copied, and the span is opened as a document', async () => {
    await select(/^StockService/);
    await page.getByRole('button', { name: 'Copy span ID' }).click();
    await page.getByRole('button', { name: 'Copy trace ID' }).click();
    await page.getByRole('button', { name: 'Open the span as JSON' }).click();
    assert.equal((await posted(page, 'copy'))[0]?.text, RESERVE);
    assert.match((await posted(page, 'copy'))[1]?.text ?? '', /^7a3f0{28}$/);
    assert.deepEqual(await posted(page, 'openRaw'), [{ type: 'openRaw', spanId: RESERVE }]);
  });

  it('resource, scope and schemas are told', async () => {
    await select(/^StockService/);
    await openTab(/^Resource/);
    const text = (await page.getByRole('tabpanel').textContent()) ?? '';
    for (const part of ['host.name', 'dev-laptop', 'shop/stock', '0.3.1', 'https://opentelemetry.io/schemas/1.37.0']) {
      assert.ok(text.includes(part), part);
    }
  });

  const layouts = [
    { width: 700, height: 800, mode: 'below' },
    { width: 1400, height: 900, mode: 'beside' },
    { width: 700, height: 500, mode: 'page' },
    { width: 420, height: 900, mode: 'page' },
  ];
  for (const { width, height, mode } of layouts) {
    it(`stands ${mode === 'page' ? 'in place of' : mode} the waterfall in a panel of ${width} × ${height}`, async () => {
      await page.setViewportSize({ width, height });
      await page.locator(`main.${mode}`).waitFor();
      const grid = page.locator('[role=treegrid]');
      if (mode !== 'page') {
        const [one, other] = [(await grid.boundingBox())!, (await page.locator('.details').boundingBox())!];
        if (mode === 'beside') assert.ok(other.x >= one.x + one.width);
        else assert.ok(other.y >= one.y + one.height);
        return;
      }
      await page.getByRole('button', { name: 'Details' }).click();
      await grid.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Back to the spans' }).click();
      await grid.waitFor();
      assert.equal(await page.locator('.details').count(), 0);
    });
  }
});
