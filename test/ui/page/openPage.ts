import type { Browser, Page } from 'playwright-core';
import type { FromInspector } from '../../../src/protocol/inspector.ts';
import { launchBrowser, provideBrowser } from '../../harness/browser.ts';
import type { Given } from './given.ts';
import { type PageServer, startPageServer } from './pageServer.ts';
import type { ThemeName } from './themes.ts';
import type { TraceName } from './traces.ts';

export interface PageOptions {
  trace?: TraceName;
  /** Only so many spans of the trace have arrived. */
  spans?: number;
  theme?: ThemeName;
  width?: number;
  height?: number;
  /** The editor sends no trace. */
  loading?: boolean;
  /** The editor answers no request for details. */
  silent?: boolean;
  /** Shown instead of `trace`. */
  given?: Given;
}

/** A browser with the page in it. */
export class PageBrowser {
  readonly server: PageServer;
  readonly #browser: Browser;
  /** Errors and refusals of the policy that any page reported. */
  readonly complaints: string[] = [];

  private constructor(server: PageServer, browser: Browser) {
    this.server = server;
    this.#browser = browser;
  }

  static async start(): Promise<PageBrowser> {
    const server = await startPageServer();
    const browser = await launchBrowser(await provideBrowser(line => console.log(line)));
    return new PageBrowser(server, browser);
  }

  async open(options: PageOptions = {}): Promise<Page> {
    const { trace = 'shop', theme = 'dark', width = 700, height = 800, spans, loading, silent, given } = options;
    this.server.give(given);
    const page = await this.#browser.newPage({ viewport: { width, height } });
    page.on('pageerror', error => this.complaints.push(String(error)));
    page.on('console', message => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    const query = new URLSearchParams({ trace, theme });
    if (spans !== undefined) query.set('spans', String(spans));
    if (loading) query.set('loading', '');
    if (silent) query.set('silent', '');
    await page.goto(`${this.server.origin}/?${query}`);
    if (!loading) await page.locator('[role=treegrid]').waitFor();
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.close();
  }
}

/** What the page has told the editor, of one type. */
export async function posted<T extends FromInspector['type']>(
  page: Page,
  type: T,
): Promise<Extract<FromInspector, { type: T }>[]> {
  const all = await page.evaluate<FromInspector[]>('window.editor.posted');
  return all.filter((message): message is Extract<FromInspector, { type: T }> => message.type === type);
}

/** Waits for an expression in the page to come true; the page's policy forbids what Playwright would do by itself. */
export async function until(page: Page, expression: string): Promise<void> {
  const end = Date.now() + 5_000;
  while (!(await page.evaluate<boolean>(`Boolean(${expression})`))) {
    if (Date.now() > end) throw new Error(`It never came true that ${expression}`);
    await page.waitForTimeout(20);
  }
}

/** The accessible row the grid points at. */
export async function activeRow(page: Page): Promise<{ label: string; level: string | null; expanded: string | null }> {
  return await page.evaluate(`(() => {
    const id = document.querySelector('[role=treegrid]').getAttribute('aria-activedescendant');
    const row = document.getElementById(id);
    return { label: row.getAttribute('aria-label'), level: row.getAttribute('aria-level'), expanded: row.getAttribute('aria-expanded') };
  })()`);
}
