import assert from 'node:assert/strict';
import { until } from '../harness/processes.ts';
import { sendFromNode } from '../harness/programs.ts';
import { openSession, type Session } from './session.ts';

describe('the list of traces', () => {
  let session: Session;

  before(async function () {
    this.timeout(120_000);
    session = await openSession();
  });
  after(() => session?.close());

  const names = async () => (await session.workbench.rows().locator('.label-name').allTextContents()).sort();
  const send = (name: string) => sendFromNode(session.folder, name, session.endpoint);

  it('says what to do while it is empty', async () => {
    const { workbench, endpoint } = session;
    await workbench.tree.getByText(/Listening for OpenTelemetry traces/).waitFor({ timeout: 10_000 });
    await workbench.picture('empty');
    await workbench.tree.getByRole('button', { name: 'Copy Endpoint' }).click();
    const copied = () => workbench.page.evaluate<string>('navigator.clipboard.readText()');
    await until(`${endpoint} is copied`, async () => (await copied()) === endpoint, 5000);
  });

  it('says that requests were refused, in the status bar until somebody has looked', async () => {
    const { workbench, endpoint } = session;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${endpoint}/v1/trace`, { method: 'POST', headers, body: '{}' });
    assert.equal(answer.status, 404);
    await workbench.tree.getByText(/Requests were refused/).waitFor({ timeout: 10_000 });
    const warning = workbench.statusItem.and(workbench.page.locator('.warning-kind'));
    await warning.filter({ hasText: '1 refused' }).waitFor({ timeout: 5000 });
    await workbench.picture('refused');
    await workbench.statusItem.click();
    await workbench.picks
      .filter({ hasText: '1 request refused' })
      .filter({ hasText: '/v1/traces' })
      .waitFor({ timeout: 5000 });
    await workbench.picture('refused-actions');
    await workbench.page.keyboard.press('Escape');
    await warning.waitFor({ state: 'detached', timeout: 5000 });
    assert.doesNotMatch((await workbench.statusItem.textContent()) ?? '', /refused/);
  });

  it('shows the sample trace that is asked for', async () => {
    const { workbench } = session;
    await workbench.tree.getByRole('button', { name: 'Send a Sample Trace' }).click();
    await workbench.rows().first().waitFor({ timeout: 10_000 });
    assert.equal(await workbench.rows().count(), 1);
    await workbench.run('Spanside: Clear All Traces');
    await workbench.page
      .getByRole('button', { name: /Clear|Delete/ })
      .first()
      .click();
    await workbench.tree.getByText(/Listening for OpenTelemetry traces/).waitFor({ timeout: 10_000 });
  });

  it('has the newest first', async () => {
    for (const name of ['first', 'second', 'third']) await send(name);
    await session.workbench.rows('third').waitFor({ timeout: 10_000 });
    const shown = await session.workbench.rows().locator('.label-name').allTextContents();
    assert.deepEqual(shown, ['third', 'second', 'first']);
  });

  it('shows only what a filter lets through, and says so', async () => {
    const { workbench } = session;
    await workbench.run('Spanside: Filter Traces');
    await workbench.quickInput.locator('.quick-input-title', { hasText: 'Filter Traces' }).waitFor({ timeout: 10_000 });
    await workbench.quickInput.locator('input[type=text]').first().fill('second');
    await workbench.page.keyboard.press('Enter');
    await workbench.rows('third').waitFor({ state: 'detached', timeout: 10_000 });
    await workbench.rows('second').waitFor({ timeout: 10_000 });
    assert.deepEqual(await names(), ['second']);
    await workbench.tree.getByText(/Filter: second/).waitFor();
    await workbench.run('Spanside: Clear Filter');
    await workbench.rows('third').waitFor({ timeout: 10_000 });
    assert.deepEqual(await names(), ['first', 'second', 'third']);
  });

  it('holds still while it is paused, and loses nothing', async () => {
    const { workbench } = session;
    await workbench.run('Spanside: Pause the List');
    await send('fourth');
    await workbench.tree.getByText(/Paused, 1 trace more/).waitFor({ timeout: 10_000 });
    assert.equal(await workbench.rows('fourth').count(), 0);
    await workbench.run('Spanside: Resume the List');
    await workbench.rows('fourth').waitFor({ timeout: 10_000 });
  });

  it('groups by service', async () => {
    const { workbench } = session;
    await workbench.run('Spanside: Group by Service');
    await workbench.rows(/checkout.*4 traces/).waitFor({ timeout: 10_000 });
    await workbench.expand(workbench.rows(/checkout.*4 traces/));
    await workbench.rows('second').waitFor({ timeout: 10_000 });
    await workbench.run('Spanside: Show as Flat List');
    await workbench.rows(/checkout.*4 traces/).waitFor({ state: 'detached', timeout: 10_000 });
  });

  it('pins a trace from its menu, says so in its row, and takes it back', async () => {
    const { workbench } = session;
    const choose = async (item: string) => {
      await workbench.rows('second').click({ button: 'right' });
      // A menu that has just opened takes no click: it might be the one that opened it.
      const entry = workbench.page.getByRole('menuitem', { name: item, exact: true });
      await entry.hover();
      await workbench.page.keyboard.press('Enter');
      await entry.waitFor({ state: 'detached', timeout: 10_000 });
    };
    await choose('Pin Trace');
    await workbench.rows(/second.*pinned/).waitFor({ timeout: 10_000 });
    assert.equal(await workbench.rows(/pinned/).count(), 1);
    await workbench.picture('pinned');
    await choose('Unpin Trace');
    await workbench.rows(/pinned/).waitFor({ state: 'detached', timeout: 10_000 });
  });

  it('deletes the selected trace and no other', async () => {
    const { workbench } = session;
    const second = workbench.rows('second');
    // A row that the list draws anew in this very moment takes no key; a person presses again.
    for (let presses = 0; presses < 5 && (await second.count()) > 0; presses++) {
      await second.click();
      await second.focus();
      await workbench.page.keyboard.press('Delete');
      await second.waitFor({ state: 'detached', timeout: 5_000 }).catch(() => {});
    }
    assert.equal(await second.count(), 0);
    assert.deepEqual(await names(), ['first', 'fourth', 'third']);
    // The one below it comes next, so that the keyboard can go on.
    await workbench.tree
      .locator('.monaco-list-row[aria-selected=true]', { hasText: 'first' })
      .waitFor({ timeout: 5000 });
  });

  it('shows as many traces in the status bar', async () => {
    await session.workbench.statusItem.filter({ hasText: '3 traces' }).waitFor({ timeout: 10_000 });
  });
});
