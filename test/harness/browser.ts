import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { root, type Say } from './cache.ts';
import { answers, run } from './processes.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'msedge'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The path of a Chromium: the one of CHROME_PATH, an installed one, Debian's, or the one playwright downloads. */
export async function provideBrowser(say: Say): Promise<string> {
  const told = process.env['CHROME_PATH'];
  if (told) {
    if (existsSync(told)) return told;
    throw new Error(`CHROME_PATH names ${told}, which does not exist. Correct it or unset it.`);
  }
  const installed = installedBrowser();
  if (installed) return installed;
  if (process.getuid?.() === 0 && (await answers('apt-get'))) {
    say('Installing Chromium (apt-get install chromium), because there is no browser here.');
    const found = await installFromDebian().then(installedBrowser, () => undefined);
    if (found) return found;
  }
  say('Downloading Chromium by playwright-core, because there is no browser here.');
  await run(process.execPath, [path.join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium']);
  return chromium.executablePath();
}

function installedBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const onPath = NAMES.flatMap(name => folders.map(folder => path.join(folder, name)));
  return [...onPath, ...ELSEWHERE, chromium.executablePath()].find(file => file && existsSync(file));
}

async function installFromDebian(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env });
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], { env });
}

/** Starts a browser without a window. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A page in the background must not fall asleep in the middle of a test.
      '--disable-renderer-backgrounding',
      '--disable-background-timer-throttling',
    ],
  });
}
