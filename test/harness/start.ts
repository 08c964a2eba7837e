import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder, root } from './cache.ts';
import { installExtension, provideEditor, startEditor, writeSettings } from './editor.ts';
import { build, makeVsix } from './package.ts';
import { answers, run } from './processes.ts';
import { copySample, runSample } from './sampleWorkspace.ts';
import { calmSettings } from './settings.ts';

const HELP = `npm start [-- options]

Builds Spanside, installs it in a real VS Code, opens a sample workspace and runs its program.

  --desktop    use the installed VS Code ('code' on the PATH) instead of one in the browser
  --headless   open no browser; only print the address
  --port N     port of the VS Code in the browser (default: a free one)
  --data DIR   where that VS Code keeps its data (default: in the cache folder)
`;

const say = (line: string) => console.log(line);

const { values } = parseArgs({
  options: {
    desktop: { type: 'boolean' },
    headless: { type: 'boolean' },
    port: { type: 'string' },
    data: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const dataFolder = path.resolve(values.data ?? path.join(cacheFolder(), 'start'));
const workspace = path.join(dataFolder, 'shop');
/** What has to be ended at the end, the last started first. */
const stops: (() => Promise<void>)[] = [];

let ending = false;

/** Ends everything that was started, once: an editor that is ended here calls this too. */
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  for (const stop of stops.toReversed()) await stop().catch(error => console.error(error));
  process.exit(code);
}

async function main(): Promise<void> {
  say('1. Building Spanside and packaging it as a VSIX.');
  await build();
  const vsix = await makeVsix();
  say(`   ${path.basename(vsix)}, ${Math.ceil((await stat(vsix)).size / 1024)} KB.`);

  say('2. Copying the sample workspace.');
  await mkdir(dataFolder, { recursive: true });
  await copySample(workspace);

  if (values.desktop && (await answers('code'))) await startDesktop(vsix);
  else {
    if (values.desktop) say("   There is no 'code' on the PATH, so VS Code runs in the browser instead.");
    await startInBrowser(vsix);
  }
  stops.push(runSample(workspace, path.join(dataFolder, 'shop.log'), say));
  say('Press Ctrl+C to stop everything.');
}

/** Uses a profile of its own: the user's settings and extensions are left alone. */
async function startDesktop(vsix: string): Promise<void> {
  const profile = path.join(dataFolder, 'desktop');
  const dirs = ['--user-data-dir', profile, '--extensions-dir', path.join(dataFolder, 'desktop-extensions')];
  await writeSettings(profile, settings());
  say('3. Installing Spanside in the installed VS Code, in a profile of its own.');
  await run('code', [...dirs, '--install-extension', vsix, '--force']);
  say('4. Opening the sample workspace. The sample program starts when Spanside listens.');
  spawn('code', [...dirs, '--new-window', workspace], { stdio: 'ignore', detached: true }).unref();
}

async function startInBrowser(vsix: string): Promise<void> {
  say('3. Preparing VS Code.');
  const program = await provideEditor(line => say(`   ${line}`));
  const editorData = path.join(dataFolder, 'editor');
  await installExtension(program, editorData, vsix);
  say('4. Starting VS Code with Spanside.');
  const editor = await startEditor({
    program,
    dataFolder: editorData,
    // Terminals of this VS Code get the Node that runs the sample.
    env: { PATH: [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter) },
    ...(existsSync(path.join(editorData, 'data/User/settings.json')) ? {} : { settings: settings() }),
    ...(values.port ? { port: Number(values.port) } : {}),
  });
  stops.push(editor.stop);
  editor.process.on('exit', () => {
    if (!ending) say("VS Code's server has ended.");
    void end(1);
  });
  say('5. Open this address. The sample program starts when Spanside in it listens.');
  say('');
  say(editor.url(workspace));
  say('');
  if (!values.headless) openInBrowser(editor.url(workspace));
}

function settings(): Record<string, unknown> {
  return { ...calmSettings, 'workbench.startupEditor': 'readme' };
}

/** Opens the user's browser where there is a display; without one the printed address has to do. */
function openInBrowser(url: string): void {
  const windows = process.platform === 'win32';
  const display = windows || process.platform === 'darwin' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (!display) return;
  const command = windows ? 'explorer' : process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .on('error', () => say(`   (${command} did not open it.)`))
    .unref();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say('Stopping.');
    void end(0);
  });
}
process.chdir(root);
await main().catch(async error => {
  console.error(error instanceof Error ? error.message : error);
  await end(1);
});
