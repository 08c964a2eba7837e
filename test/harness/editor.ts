import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cached, type Say } from './cache.ts';
import { endWithUs, freePort, run, stop } from './processes.ts';

const CODE_SERVER = '4.139.1';
// Written in C++ and not in the package; without them the server works and complains.
const NATIVE_MODULES = ['@vscode/spdlog', '@vscode/native-watchdog'];

/** Runs npm in a folder of its own, by the Node that runs this program where npm started it. */
function npm(args: string[], cwd: string): Promise<string> {
  const cli = process.env['npm_execpath'];
  const quiet = ['--no-fund', '--no-audit', '--loglevel=error'];
  // What an outer `npm start` says of its own package must not reach the inner one; settings of the user must.
  const outer = /^npm_(package_|lifecycle_|config_local_prefix|config_global_prefix|config_prefix|command)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)));
  const options = { cwd, env, timeout: 600_000 };
  if (cli?.endsWith('.js')) return run(process.execPath, [cli, ...args, ...quiet], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', [...args, ...quiet], options);
}

/**
 * Brings a real VS Code, as code-server packages it for npm, into the cache and gives the path of its server program.
 * Install scripts stay off: they would compile a dozen modules that are not needed here.
 */
export async function provideEditor(say: Say): Promise<string> {
  const folder = await cached(`code-server-${CODE_SERVER}`, async folder => {
    say(`Downloading VS Code (code-server ${CODE_SERVER} from npm, about 600 MB on disk); only the first time.`);
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
    await npm(['install', '--ignore-scripts', '--no-save', `code-server@${CODE_SERVER}`], folder);
    const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
    say('Installing the packages of its server and of its extensions.');
    await npm(['install', '--omit=dev', '--ignore-scripts'], vscode);
    // TypeScript, for the language service of the files that are opened.
    await npm(['install', '--omit=dev', '--ignore-scripts'], path.join(vscode, 'extensions'));
    say('Compiling two small native modules.');
    await npm(['rebuild', ...NATIVE_MODULES], vscode).catch((error: unknown) => {
      const last = String(error instanceof Error ? error.message : error)
        .trim()
        .split('\n')
        .at(-1);
      say(`They did not compile; the editor works without them. (${last})`);
    });
  });
  const program = path.join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js');
  if (!existsSync(program)) {
    throw new Error(`The downloaded editor has no ${program}. Delete the folder ${folder} and run this again.`);
  }
  return program;
}

export interface EditorOptions {
  /** From {@link provideEditor}. */
  program: string;
  /** Where the editor keeps extensions, storage and settings. */
  dataFolder: string;
  /** Default: a free one. */
  port?: number;
  /** Settings the editor starts with, as in settings.json; those of the time before are kept where this is absent. */
  settings?: Record<string, unknown>;
  /** Environment of the server, and with it of extensions and terminals. */
  env?: NodeJS.ProcessEnv;
  /** Lets a page run extension tests (`payload`) and read terminals (`window.driver`). */
  driver?: boolean;
  onOutput?: (text: string) => void;
}

export interface Editor {
  port: number;
  pid: number;
  process: ChildProcess;
  dataFolder: string;
  /** Address of a window on a folder; `payload` as the VS Code web page takes it. */
  url(folder: string, payload?: [string, string][]): string;
  stop(): Promise<void>;
}

/** Flags of every start: on the loopback only, without a token, no questions, no reports to anyone. */
function serverArguments(options: EditorOptions, port: number): string[] {
  return [
    options.program,
    ...['--host', '127.0.0.1', '--port', String(port), '--server-data-dir', options.dataFolder],
    ...['--accept-server-license-terms', '--without-connection-token', '--disable-workspace-trust'],
    ...['--disable-telemetry', '--telemetry-level', 'off'],
    ...(options.driver ? ['--enable-smoke-test-driver'] : []),
  ];
}

/** Starts the editor's server and waits until it listens. */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const port = options.port ?? (await freePort());
  if (options.settings) await writeSettings(path.join(options.dataFolder, 'data'), options.settings);
  const child = spawn(process.execPath, serverArguments(options, port), {
    env: editorEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  endWithUs(child);
  await listening(child, options.onOutput);
  return {
    port,
    pid: child.pid!,
    process: child,
    dataFolder: options.dataFolder,
    url: (folder, payload) =>
      `http://localhost:${port}/?folder=${encodeURIComponent(folder)}` +
      (payload ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : ''),
    stop: () => stop(child),
  };
}

/** Installs a VSIX file into the editor's extensions folder; the server need not run. */
export async function installExtension(program: string, dataFolder: string, vsix: string): Promise<void> {
  const args = [program, '--server-data-dir', dataFolder, '--accept-server-license-terms', '--force'];
  await run(process.execPath, [...args, '--install-extension', vsix], { env: editorEnvironment(), timeout: 120_000 });
}

/**
 * Replaces the settings; a running editor takes them over at once. `userData` is the `--user-data-dir` of the desktop
 * program; the server keeps the same in the folder `data` of its own, and reads settings of scope `machine` from a
 * second file, as every remote window does.
 */
export async function writeSettings(userData: string, settings: Record<string, unknown>): Promise<void> {
  for (const scope of ['User', 'Machine']) {
    const folder = path.join(userData, scope);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'settings.json'), `${JSON.stringify(settings, undefined, 2)}\n`);
  }
}

/**
 * The environment without what npm, mocha or another VS Code put there: the editor must not be configured by the
 * program that happens to start it.
 */
function editorEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const ours = /^(npm_|VSCODE_|ELECTRON_|OTEL_|NODE_OPTIONS$|MOCHA_)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

function listening(child: ChildProcess, onOutput: (text: string) => void = () => {}): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: unknown) => {
      output = (output + String(chunk)).slice(-8000);
      onOutput(String(chunk));
      if (/listening/i.test(output)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('error', reject);
    child.on('exit', code => reject(new Error(`VS Code's server ended at once (exit code ${code}):\n${output}`)));
  });
}
