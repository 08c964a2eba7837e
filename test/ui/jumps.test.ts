import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { lineOf, providePython, sendFromNode, sendFromPython } from '../harness/programs.ts';
import { openSession, type Session } from './session.ts';

describe('from a span to its line and back', () => {
  let session: Session;
  let python: string | undefined;

  before(async function () {
    this.timeout(400_000);
    python = await providePython(line => console.log(line));
    session = await openSession();
    await sendFromNode(session.folder, 'node checkout', session.endpoint);
    if (python) await sendFromPython(python, session.folder, 'python checkout', session.endpoint, 'http/protobuf');
  });
  after(() => session?.close());
  beforeEach(() => session.workbench.run('View: Close All Editors'));

  const line = (file: string, text: string) => lineOf(path.join(session.folder, file), text);
  const spanRow = (name: string): Locator =>
    session.workbench.inspector.locator('[role=row][data-row]', { hasText: name });
  const source = (): Locator => session.workbench.inspector.locator('.details .source');

  async function openTrace(name: string): Promise<void> {
    await session.workbench.trace(name).click();
    await spanRow('charge card').waitFor({ timeout: 20_000 });
  }

  async function follows(span: string, file: string, text: string): Promise<void> {
    await spanRow(span).click();
    const label = `${file}:${line(file, text)}`;
    const link = source().locator('a.source-link', { hasText: label });
    await link.waitFor({ timeout: 10_000 });
    await link.click();
    await session.workbench.showsSource(file, line(file, text));
  }

  it('opens the inspector by a click on the trace', async () => {
    await openTrace('node checkout');
    const names = await session.workbench.inspector.locator('[role=row][data-row] .name').allTextContents();
    // The SDK counts starts in milliseconds, so the children may start together and then have no order of their own.
    assert.equal(names[0], 'node checkout');
    assert.deepEqual(names.slice(1).sort(), ['charge card', 'print receipt', 'thank the customer']);
    assert.match((await session.workbench.activeTab.textContent()) ?? '', /node checkout/);
  });

  it('selects the span that failed when a failed trace is opened', async () => {
    await openTrace('node checkout');
    await session.workbench.inspector
      .locator('[role=row][aria-selected=true]', { hasText: 'charge card' })
      .waitFor({ timeout: 10_000 });
  });

  it('goes to the throw of a recorded exception (Node)', async () => {
    await openTrace('node checkout');
    await follows('charge card', 'checkout.mjs', 'throw new CardDeclinedError');
  });

  it('goes to the throw of a recorded exception (Python)', async function () {
    if (!python) return this.skip();
    await openTrace('python checkout');
    await follows('charge card', 'checkout.py', 'raise CardDeclined');
  });

  it('goes where code.* says (Node)', async () => {
    await openTrace('node checkout');
    await follows('print receipt', 'receipt.mjs', 'export function printReceipt');
  });

  it('goes where code.* says (Python)', async function () {
    if (!python) return this.skip();
    await openTrace('python checkout');
    await follows('print receipt', 'checkout.py', '"code.line.number": here.f_lineno');
  });

  it('says so where a span has no location', async () => {
    await openTrace('node checkout');
    await spanRow('thank the customer').click();
    await source()
      .filter({ hasText: /no location in this span/i })
      .waitFor({ timeout: 10_000 });
    assert.equal(await source().locator('a').count(), 0);
    const { workbench } = session;
    await workbench.inspector.locator('[role=treegrid]').focus();
    await workbench.page.keyboard.press('Enter');
    const hint = workbench.page.locator('.part.statusbar .statusbar-item', { hasText: /no location in this span/i });
    await hint.waitFor({ timeout: 5000 });
    assert.equal(await workbench.notifications.count(), 0);
    await workbench.picture('no-location');
  });

  it('keeps the focus in the inspector when it goes to source', async () => {
    await openTrace('node checkout');
    await follows('charge card', 'checkout.mjs', 'throw new CardDeclinedError');
    const focused = await session.workbench.page.evaluate<string>('document.activeElement.tagName');
    assert.equal(focused, 'IFRAME');
  });

  it('needs nothing but the keyboard', async () => {
    const { workbench } = session;
    const press = (key: string) => workbench.page.keyboard.press(key);
    await workbench.run('Focus on Traces View');
    await workbench.tree.locator('.monaco-list:focus, .monaco-list:focus-within').waitFor();
    await press('Home');
    while (!(await workbench.tree.locator('.monaco-list-row.focused', { hasText: 'node checkout' }).count())) {
      await press('ArrowDown');
    }
    await press('Enter');
    await spanRow('charge card').waitFor({ timeout: 20_000 });
    await workbench.run('View: Focus Active Editor Group');
    await workbench.inspector.locator('[role=treegrid]').focus();
    await press('Home');
    // Spans that started in the same millisecond stand in the order of their ends, which is not always the same.
    const names = await workbench.inspector.locator('[role=row][data-row] .name').allTextContents();
    for (let i = 0; i < names.indexOf('charge card'); i++) await press('ArrowDown');
    await workbench.inspector.locator('[role=row][aria-selected=true]', { hasText: 'charge card' }).waitFor();
    await source().locator('a.source-link').waitFor({ timeout: 10_000 });
    await press('Enter');
    await workbench.showsSource('checkout.mjs', line('checkout.mjs', 'throw new CardDeclinedError'));
  });

  it('goes to source from the tree', async () => {
    const { workbench } = session;
    await workbench.expand(workbench.trace('node checkout'));
    await workbench.rows('print receipt').hover();
    await workbench.rows('print receipt').locator('.action-label[aria-label*="Go to Source"]').click();
    await workbench.showsSource('receipt.mjs', line('receipt.mjs', 'export function printReceipt'));
  });

  it('lists the spans of a line by its lens', async () => {
    const { workbench } = session;
    await openTrace('node checkout');
    await follows('print receipt', 'receipt.mjs', 'export function printReceipt');
    const lens = workbench.page.locator('.codelens-decoration a', { hasText: /1 span/ });
    await lens.waitFor({ timeout: 20_000 });
    await lens.click();
    await workbench.picks.filter({ hasText: 'print receipt' }).waitFor({ timeout: 10_000 });
    await workbench.page.keyboard.press('Enter');
    await workbench.inspector
      .locator('[role=row][aria-selected=true]', { hasText: 'print receipt' })
      .waitFor({ timeout: 10_000 });
  });
});
