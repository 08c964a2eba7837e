import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser, provideBrowser } from './browser.ts';
import { outFolder, root } from './cache.ts';
import { provideEditor, startEditor, writeSettings } from './editor.ts';
import { until } from './processes.ts';
import { calmSettings, THEMES, type ThemeName } from './settings.ts';

export interface WorkbenchOptions {
  folder: string;
  dataFolder: string;
  settings?: Record<string, unknown>;
  /** Loads the extension from the checkout; otherwise it has to be installed in `dataFolder`. */
  development?: boolean;
}

/** A window of VS Code in a browser, as a person uses it: by what is drawn, by mouse and keyboard. */
export class Workbench {
  readonly page: Page;
  readonly #dispose: () => Promise<void>;
  /** The editor's settings, where this window may change them. */
  readonly #own: { userData: string; settings: Record<string, unknown> } | undefined;

  private constructor(
    page: Page,
    dispose: () => Promise<void>,
    own?: { userData: string; settings: Record<string, unknown> },
  ) {
    this.page = page;
    this.#dispose = dispose;
    this.#own = own;
  }

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const say = (line: string) => console.log(line);
    const program = await provideEditor(say);
    // Pictures must not show a palette that fades out.
    const settings = { ...calmSettings, 'workbench.reduceMotion': 'on', ...options.settings };
    const executable = await provideBrowser(say);
    // A home of its own: what the extension leaves there for other programs must not outlive the tests.
    const env = { HOME: path.join(options.dataFolder, 'home') };
    mkdirSync(env.HOME, { recursive: true });
    const editor = await startEditor({ program, dataFolder: options.dataFolder, settings, driver: true, env });
    const browser = await launchBrowser(executable);
    const remote = `vscode-remote://localhost:${editor.port}${root}`;
    const url = editor.url(options.folder, options.development ? [['extensionDevelopmentPath', remote]] : undefined);
    const close = async () => {
      await browser.close();
      await editor.stop();
    };
    const page = await openPage(browser, url);
    const workbench = new Workbench(page, close, { userData: path.join(options.dataFolder, 'data'), settings });
    await workbench.restored();
    return workbench;
  }

  /** Opens the window at an address of an editor that already runs, and that is not ended with it. */
  static async attach(browser: Browser, url: string): Promise<Workbench> {
    const page = await openPage(browser, url);
    const workbench = new Workbench(page, () => page.close());
    await workbench.restored();
    return workbench;
  }

  close(): Promise<void> {
    return this.#dispose();
  }

  /** Waits until the window is as it was left: parts, editors, extensions. */
  async restored(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await this.page.locator('.explorer-viewlet, .composite.viewlet').first().waitFor({ timeout: 30_000 });
  }

  /** The window's own "Developer: Reload Window". */
  async reload(): Promise<void> {
    // By the editor's own command: it writes down which editors are open, which a reload by the browser can cut short.
    const loaded = this.page.waitForEvent('load', { timeout: 30_000 });
    await this.run('Developer: Reload Window');
    await loaded;
    await this.restored();
  }

  /** Runs a command by the words the palette shows. */
  async run(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type=text]').first();
    await this.page.keyboard.press('F1');
    await input.waitFor({ timeout: 10_000 });
    await input.fill(`>${title}`);
    // The first entry may be another command with the same words, so Enter would be a guess.
    await this.picks.filter({ hasText: title }).first().click({ timeout: 10_000 });
  }

  /** The quick pick or input box that is open. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:not([style*="display: none"])');
  }

  /** Rows of the quick pick that is open. */
  get picks(): Locator {
    return this.quickInput.locator('.quick-input-list .monaco-list-row');
  }

  get tree(): Locator {
    return this.page.locator('[id="workbench.view.extension.spanside"]');
  }

  /** Opens the Spanside view by its icon, unless it is open. */
  async openView(): Promise<void> {
    if (await this.tree.isVisible()) return;
    await this.page.locator('.activitybar .action-label[aria-label^="Spanside"]').first().click({ timeout: 30_000 });
    await this.tree.waitFor({ timeout: 10_000 });
  }

  rows(text?: string | RegExp): Locator {
    const rows = this.tree.locator('.monaco-list-row[role=treeitem]');
    return text === undefined ? rows : rows.filter({ hasText: text });
  }

  /** The row of a trace, not that of its root span, which often has the same name. */
  trace(name: string): Locator {
    return this.tree.locator(`.monaco-list-row[aria-label^="Trace ${name},"]`);
  }

  /** Opens a row that is collapsed. */
  async expand(row: Locator): Promise<void> {
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
  }

  get statusItem(): Locator {
    return this.page.locator('.part.statusbar .statusbar-item[id^="spanside"]');
  }

  /** The page inside the inspector panel that was opened last. */
  get inspector(): FrameLocator {
    return this.page
      .frameLocator('iframe.webview.ready[src*="extensionId=spanside.spanside"]')
      .last()
      .frameLocator('#active-frame');
  }

  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-toast');
  }

  get activeTab(): Locator {
    return this.page.locator('.editor-group-container.active .tab.active');
  }

  /** Text editors that are shown: file and the line of the cursor, whether or not they have the focus. */
  async shownSources(): Promise<{ file: string; line: number }[]> {
    const editors = await this.page.locator('.editor-instance .monaco-editor[data-uri]').all();
    const shown = await Promise.all(
      editors.map(async editor => ({
        file: decodeURIComponent(new URL((await editor.getAttribute('data-uri')) ?? 'about:').pathname),
        line: Number(await editor.locator('.line-numbers.active-line-number').first().textContent({ timeout: 1000 })),
      })),
    ).catch(() => []);
    return shown;
  }

  /** Waits until a text editor shows this line of the file. */
  async showsSource(file: string, line: number): Promise<void> {
    let shown: { file: string; line: number }[] = [];
    const found = async () => {
      shown = await this.shownSources();
      return shown.some(source => source.file.endsWith(file) && source.line === line);
    };
    await until(`${file}:${line} is shown`, found, 10_000, 100).catch(error => {
      throw new Error(
        `${error.message} Shown: ${shown.map(each => `${each.file}:${each.line}`).join(', ') || 'nothing'}.`,
      );
    });
  }

  /** Changes settings of the user, as an edit of settings.json does. */
  async configure(settings: Record<string, unknown>): Promise<void> {
    if (!this.#own) throw new Error('The settings of an editor that was only attached to are not ours to change.');
    Object.assign(this.#own.settings, settings);
    await writeSettings(this.#own.userData, this.#own.settings);
  }

  async theme(name: ThemeName): Promise<void> {
    const kinds = { dark: 'vs-dark', light: 'vs', 'high-contrast-dark': 'hc-black', 'high-contrast-light': 'hc-light' };
    await this.configure({ 'workbench.colorTheme': THEMES[name] });
    await this.page.locator(`.monaco-workbench.${kinds[name]}`).waitFor({ timeout: 10_000 });
  }

  /** Leaves a picture in out/screens for people to look at. */
  async picture(name: string): Promise<void> {
    const folder = path.join(outFolder, 'screens');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }
}

async function openPage(browser: Browser, url: string): Promise<Page> {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, permissions });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
