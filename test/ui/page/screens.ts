/** Takes pictures of the page for people to look at: `node test/ui/page/screens.ts [name part]`. They go to out/screens/page. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { PageBrowser, type PageOptions } from './openPage.ts';
import { THEMES } from './themes.ts';

const FOLDER = resolve(import.meta.dirname, '../../../out/screens/page');

interface Shot extends PageOptions {
  name: string;
  act?(page: Page): Promise<void>;
}

const reserve = async (page: Page) => {
  await page.getByRole('row', { name: /^StockService/ }).click();
  await page.getByRole('tab', { name: 'Overview' }).waitFor();
  await page.waitForTimeout(150);
};
const tab = (name: string) => async (page: Page) => {
  await reserve(page);
  await page.getByRole('tab', { name }).click();
};

const SHOTS: Shot[] = [
  ...THEMES.flatMap(theme => [
    { name: `shop-700-${theme}`, theme, act: reserve },
    { name: `shop-1400-${theme}`, theme, width: 1400, height: 900, act: reserve },
  ]),
  ...['Attributes', 'Events', 'Logs', 'Links', 'Resource', 'Raw'].map(name => ({
    name: `tab-${name.toLowerCase()}`,
    act: tab(name),
  })),
  {
    name: 'chat',
    act: async page => {
      await page.getByRole('row', { name: /^chat/ }).first().click();
      await page.waitForTimeout(200);
    },
  },
  {
    name: 'several',
    theme: 'light',
    act: async page => {
      await page
        .getByRole('row', { name: /^execute_tool reserve/ })
        .last()
        .click();
      await page.waitForTimeout(200);
    },
  },
  { name: 'root', act: async page => page.locator('[role=treegrid]').focus() },
  { name: 'small', width: 420, height: 560 },
  {
    name: 'small-details',
    width: 420,
    height: 560,
    act: async page => {
      await page.getByRole('row', { name: /^StockService/ }).click();
      await page.getByRole('button', { name: 'Details' }).click();
      await page.waitForTimeout(200);
    },
  },
  ...['mlflow chat', 'langfuse', 'openinference', 'traceloop'].flatMap(span =>
    (['dark', 'light'] as const).flatMap(theme =>
      [700, 1400].map(width => ({
        name: `models-${span.split(' ')[0]}-${width}-${theme}`,
        trace: 'models' as const,
        theme,
        width,
        act: async (page: Page) => {
          await page.getByRole('row', { name: new RegExp(`^${span}`) }).click();
          await page.waitForTimeout(200);
        },
      })),
    ),
  ),
  ...[220, 350, 420, 520].map(width => ({ name: `narrow-${width}`, width, height: 640 })),
  { name: 'narrow-deep', trace: 'deep', width: 350, height: 640 },
  { name: 'low', width: 700, height: 120 },
  { name: 'one', trace: 'one' },
  { name: 'names', trace: 'names' },
  { name: 'broken', trace: 'broken' },
  { name: 'broken-light', trace: 'broken', theme: 'light' },
  { name: 'deep', trace: 'deep', act: async page => page.locator('[role=treegrid]').press('PageDown') },
  { name: 'large', trace: 'large' },
  { name: 'hostile', trace: 'hostile' },
  { name: 'loading', loading: true, act: async page => page.waitForTimeout(600) },
];

const wanted = process.argv[2] ?? '';
await mkdir(FOLDER, { recursive: true });
const browser = await PageBrowser.start();
try {
  for (const { name, act, ...options } of SHOTS.filter(shot => shot.name.includes(wanted))) {
    const page = await browser.open(options);
    await act?.(page);
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    await page.close();
  }
  for (const complaint of new Set(browser.complaints)) console.log(complaint);
  for (const path of browser.server.unexpected) console.log(`unexpected request: ${path}`);
} finally {
  await browser.close();
}
