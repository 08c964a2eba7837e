import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser, provideBrowser } from './browser.ts';
import { cacheFolder } from './cache.ts';
import { provideEditor, startEditor } from './editor.ts';

/**
 * An executable for `vscodeExecutablePath` of @vscode/test-electron: it takes the flags of the desktop program, runs the
 * extension tests in VS Code's server and a browser without a window, and exits with 0 or 1. So that the same suite
 * runs on a desktop VS Code where there is one, and here where there is none.
 */
export async function provideLauncher(): Promise<string> {
  const folder = path.join(cacheFolder(), 'launcher');
  await mkdir(folder, { recursive: true });
  const windows = process.platform === 'win32';
  const file = path.join(folder, windows ? 'code.cmd' : 'code');
  const command = `"${process.execPath}" "${import.meta.filename}"`;
  await writeFile(file, windows ? `@${command} %*\r\n` : `#!/bin/sh\nexec ${command} "$@"\n`);
  await chmod(file, 0o755);
  return file;
}

interface Flags {
  folder: string;
  development: string[];
  tests: string;
  /** Where the settings are, as the desktop program has it. */
  profile: string | undefined;
}

function readFlags(args: string[]): Flags {
  const valuesOf = (name: string) =>
    args.filter(arg => arg.startsWith(`--${name}=`)).map(arg => path.resolve(arg.slice(name.length + 3)));
  const tests = valuesOf('extensionTestsPath')[0];
  const folder = args.find(arg => !arg.startsWith('-'));
  if (!tests || !folder)
    throw new Error('Wants a folder and --extensionTestsPath=, as @vscode/test-electron gives them.');
  const profile = valuesOf('user-data-dir')[0];
  return { folder: path.resolve(folder), development: valuesOf('extensionDevelopmentPath'), tests, profile };
}

/** Runs the tests and gives the exit code VS Code gave: 0 when the promise of `run()` resolved. */
async function launch(flags: Flags): Promise<number> {
  const say = (line: string) => console.log(line);
  const program = await provideEditor(say);
  const executable = await provideBrowser(say);
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'spanside-editor-'));
  if (flags.profile) await cp(flags.profile, path.join(dataFolder, 'data'), { recursive: true }).catch(() => {});
  // A home of its own: what the extension leaves there for other programs must not outlive the tests.
  const env = { HOME: path.join(dataFolder, 'home') };
  await mkdir(env.HOME);
  const editor = await startEditor({ program, dataFolder, driver: true, env });
  const browser = await launchBrowser(executable);
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const remote = (file: string) => `vscode-remote://localhost:${editor.port}${file}`;
    const ended = new Promise<number>(resolve => page.exposeFunction('codeAutomationExit', resolve));
    await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
      (type === 'error' ? console.error : console.log)(...args);
    });
    page.on('crash', () => console.error('The page of the editor crashed.'));
    await page.goto(
      editor.url(flags.folder, [
        ...flags.development.map((folder): [string, string] => ['extensionDevelopmentPath', remote(folder)]),
        ['extensionTestsPath', remote(flags.tests)],
        ['skipWelcome', 'true'],
      ]),
    );
    return await ended;
  } finally {
    await browser.close();
    await editor.stop();
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.exit(await launch(readFlags(process.argv.slice(2))));
}
