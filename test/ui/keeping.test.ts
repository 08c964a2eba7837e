import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import { root } from '../harness/cache.ts';
import { run, until } from '../harness/processes.ts';
import { sendFromNode } from '../harness/programs.ts';
import { openSession, type Session } from './session.ts';

describe('what is kept', () => {
  let session: Session;

  before(async function () {
    this.timeout(120_000);
    session = await openSession();
    await sendFromNode(session.folder, 'kept', session.endpoint);
  });
  after(() => session?.close());

  const row = (name: string) => session.workbench.inspector.locator('[role=row][data-row]', { hasText: name });
  const selected = () => session.workbench.inspector.locator('[role=row][aria-selected=true]');

  /** Leaves the trace open with its root collapsed and selected. */
  async function collapse(): Promise<void> {
    await session.workbench.rows('kept').click();
    await row('charge card').waitFor({ timeout: 20_000 });
    await row('kept').locator('.twistie').click();
    await row('charge card').waitFor({ state: 'detached', timeout: 5000 });
    await row('kept').locator('.name').click();
    await selected().filter({ hasText: 'kept' }).waitFor();
  }

  async function isAsLeft(): Promise<void> {
    await selected().filter({ hasText: 'kept' }).waitFor({ timeout: 20_000 });
    assert.equal(await selected().getAttribute('aria-expanded'), 'false');
    assert.equal(await row('charge card').count(), 0);
  }

  it('survives hiding the inspector', async () => {
    await collapse();
    await session.workbench.run('File: New Untitled Text File');
    await session.workbench.page.locator('.tab', { hasText: 'Untitled' }).waitFor();
    await session.workbench.page.locator('.tab', { hasText: 'kept' }).click();
    await isAsLeft();
  });

  it('survives a change of the theme', async () => {
    await session.workbench.theme('light');
    await isAsLeft();
    await session.workbench.theme('dark');
    await isAsLeft();
  });

  it('survives a reload of the window', async function () {
    this.timeout(90_000);
    await session.workbench.reload();
    await isAsLeft();
  });

  it('lets a span be chosen in the tree while the inspector is hidden', async () => {
    const { workbench } = session;
    await workbench.openView();
    await workbench.expand(workbench.trace('kept'));
    await workbench.run('File: New Untitled Text File');
    await workbench.page.locator('.tab.active', { hasText: 'Untitled' }).first().waitFor();
    await workbench.rows('print receipt').click();
    await selected().filter({ hasText: 'print receipt' }).waitFor({ timeout: 20_000 });
    assert.equal(await selected().count(), 1);
  });

  it('loses no acknowledged span by a reload under load, and comes back on the same port', async function () {
    this.timeout(120_000);
    const { workbench, endpoint, port } = session;
    const load = sendUntilStopped(endpoint);
    await until('the load runs', () => load.acknowledged.size > 200, 10_000);
    const before = load.acknowledged.size;
    await workbench.reload();
    await until('the load goes on after the reload', () => load.acknowledged.size > before + 200, 60_000);
    await load.stop();
    await workbench.openView();
    await workbench.statusItem.filter({ hasText: `:${port}` }).waitFor({ timeout: 20_000 });

    const stored = await storedTraces(session.dataFolder);
    const lost = [...load.acknowledged].filter(traceId => !stored.has(traceId));
    assert.deepEqual(lost, [], `${lost.length} of ${load.acknowledged.size} acknowledged traces are lost`);
  });
});

/** Sends one-span traces one after the other and notes those that were acknowledged; goes on over refusals. */
function sendUntilStopped(endpoint: string): { acknowledged: Set<string>; stop(): Promise<void> } {
  const acknowledged = new Set<string>();
  let stopped = false;
  const hex = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
  const send = async () => {
    while (!stopped) {
      const traceId = hex(16);
      const now = `${Date.now()}000000`;
      const span = { traceId, spanId: hex(8), name: 'load', kind: 1, startTimeUnixNano: now, endTimeUnixNano: now };
      const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${endpoint}/v1/traces`, { method: 'POST', headers, body }).catch(() => undefined);
      if (response?.ok) acknowledged.add(traceId);
      else await new Promise(resolve => setTimeout(resolve, 50));
      await response?.arrayBuffer().catch(() => undefined);
    }
  };
  const senders = [send(), send(), send(), send()];
  return {
    acknowledged,
    stop: async () => {
      stopped = true;
      await Promise.all(senders);
    },
  };
}

/** Ids of the traces in the stores of the window, as the command line lists them beside it. */
async function storedTraces(dataFolder: string): Promise<Set<string>> {
  const stores = globSync('data/User/workspaceStorage/*/spanside.spanside', { cwd: dataFolder });
  assert.ok(stores.length > 0, 'the window has no store');
  const ids = new Set<string>();
  for (const store of stores) {
    const storage = path.join(dataFolder, store);
    const args = ['dist/cli.js', 'traces', '--storage', storage, '--limit', '1000000', '--json'];
    for (const line of (await run(process.execPath, args, { cwd: root })).split('\n')) {
      if (line.startsWith('{')) ids.add((JSON.parse(line) as { traceId: string }).traceId);
    }
  }
  return ids;
}
