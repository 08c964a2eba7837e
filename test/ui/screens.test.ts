import assert from 'node:assert/strict';
import path from 'node:path';
import { run, until } from '../harness/processes.ts';
import { tracedEnvironment } from '../harness/programs.ts';
import { copySample } from '../harness/sampleWorkspace.ts';
import { THEMES, type ThemeName } from '../harness/settings.ts';
import { openSession, type Session } from './session.ts';

/** Pictures for people, in every theme and two widths; what they show is checked by the other tests. */
describe('pictures', () => {
  let session: Session;

  before(async function () {
    this.timeout(180_000);
    session = await openSession();
    const shop = path.join(session.folder, 'shop');
    await copySample(shop);
    const env = { ...tracedEnvironment(session.endpoint), SHOP_ROUNDS: '1' };
    await run(process.execPath, ['src/main.ts'], { cwd: shop, env, timeout: 60_000 });
    await session.workbench.trace('POST /assistant').waitFor({ timeout: 10_000 });
  });
  after(() => session?.close());

  const row = (name: string) => session.workbench.inspector.locator('[role=row][data-row]', { hasText: name }).first();

  it('shows the sample: an order that fails, beside its line', async () => {
    const { workbench } = session;
    const failed = workbench.rows(/POST \/orders/).filter({ has: workbench.page.locator('.codicon-error') });
    await failed.first().click();
    await row('reserve').waitFor({ timeout: 20_000 });
    await row('reserve').click();
    await workbench.inspector.locator('.details a.source-link').first().click();
    await until('the source is shown', async () => (await workbench.shownSources()).length > 0);
    await workbench.page.locator('.codelens-decoration', { hasText: '▸' }).first().waitFor({ timeout: 10_000 });
    await workbench.picture('order-dark-1400');
    await workbench.run('View: Close All Editors');
  });

  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    it(`shows the assistant in ${theme}`, async () => {
      const { workbench } = session;
      await workbench.theme(theme);
      await workbench.page.setViewportSize({ width: 1400, height: 900 });
      await workbench.trace('POST /assistant').click();
      await row('invoke_agent').waitFor({ timeout: 20_000 });
      await row('chat tiny-clerk-1').click();
      // The details come after the selection; the model's name is in no other span that was selected before.
      await workbench.inspector.locator('.details').getByText('tiny-clerk-1').nth(1).waitFor({ timeout: 10_000 });
      await workbench.picture(`assistant-${theme}-1400`);
      await workbench.run('View: Close Primary Side Bar');
      await workbench.page.setViewportSize({ width: 700, height: 900 });
      await row('chat tiny-clerk-1').waitFor();
      await workbench.picture(`assistant-${theme}-700`);
      const wider = await workbench.inspector.locator('body').evaluate(body => body.scrollWidth - body.clientWidth);
      assert.equal(wider, 0, 'the page does not scroll sideways');
      await workbench.openView();
    });
  }
});
