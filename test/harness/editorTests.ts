import { createReadStream, createWriteStream, existsSync, globSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { outFolder, root } from './cache.ts';
import { writeSettings } from './editor.ts';
import { provideLauncher } from './launcher.ts';
import { freePort } from './processes.ts';
import { copyPrograms } from './programs.ts';
import { calmSettings } from './settings.ts';

const bundles = path.join(outFolder, 'editor');
const reports = path.join(outFolder, 'reports');
/** What the tests print, what the editor prints, and the counts. */
const [output, log, report] = ['editor.txt', 'editor.log', 'editor.json'].map(name => path.join(reports, name)) as [
  string,
  string,
  string,
];

/** Bundles the tests that run inside the extension host; the editor and mocha stay outside. */
async function bundle(): Promise<void> {
  await rm(bundles, { recursive: true, force: true });
  const tests = globSync('test/editor/*.test.ts', { cwd: root });
  await build({
    absWorkingDir: root,
    entryPoints: ['test/editor/index.ts', ...tests],
    outbase: 'test/editor',
    outdir: bundles,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    define: { 'import.meta.main': 'false' },
    logLevel: 'warning',
  });
}

/** Prints what is appended to a file, until it is told to stop. */
function follow(file: string): () => Promise<void> {
  let at = 0;
  const print = async () => {
    for await (const chunk of createReadStream(file, { start: at })) {
      at += chunk.length;
      process.stdout.write(chunk);
    }
  };
  let printing = Promise.resolve();
  const next = () => {
    printing = printing.then(print);
    return printing;
  };
  const timer = setInterval(next, 200);
  return () => {
    clearInterval(timer);
    return next();
  };
}

/**
 * Runs test/editor in a real VS Code: the desktop program that SPANSIDE_CODE names, else VS Code's server and a browser
 * without a window. The editor's own words, and they are many, go to out/reports/editor.log.
 */
async function main(): Promise<number> {
  await bundle();
  await mkdir(reports, { recursive: true });
  await rm(report, { force: true });
  await writeFile(output, '');
  const folder = await mkdtemp(path.join(tmpdir(), 'spanside-editor-tests-'));
  const [workspace, profile] = [path.join(folder, 'workspace'), path.join(folder, 'profile')];
  await copyPrograms(workspace);
  await cp(path.join(root, 'test/editor/workspace'), workspace, { recursive: true });
  // A port of its own, so that the tests run beside an editor that is in use.
  await writeSettings(profile, { ...calmSettings, 'spanside.receiver.port': await freePort() });
  const stream = createWriteStream(log);
  const stopFollowing = follow(output);
  try {
    return await runTests({
      vscodeExecutablePath: process.env['SPANSIDE_CODE'] ?? (await provideLauncher()),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(bundles, 'index.cjs'),
      launchArgs: [workspace, `--user-data-dir=${profile}`, `--extensions-dir=${path.join(folder, 'extensions')}`],
      extensionTestsEnv: { SPANSIDE_REPORT: report, SPANSIDE_OUTPUT: output, SPANSIDE_NODE: process.execPath },
      stdout: stream,
      stderr: stream,
    });
  } catch (error) {
    await stopFollowing();
    if (!existsSync(report)) console.error(readFileSync(log, 'utf8').split('\n').slice(-60).join('\n'));
    console.error(`${error instanceof Error ? error.message : error} (the editor's log: ${path.relative(root, log)})`);
    return 1;
  } finally {
    await stopFollowing();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

process.exit(await main());
