import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { outFolder, root } from './cache.ts';
import type { Report } from './runMocha.ts';

const harness = import.meta.dirname;
const modules = path.join(root, 'node_modules');

/** A step is a program; where it runs mocha it leaves a report, else it counts as one test. */
interface Step {
  name: string;
  /** Commands in order; the first that fails ends the step. */
  commands: string[][];
  report?: string;
  /** Left out unless it is named or the long form is wanted. */
  long?: boolean;
}

function mochaStep(name: string, timeout: number, patterns: string[]): Step {
  const report = path.join(outFolder, 'reports', `${name}.json`);
  const files = globSync(patterns, { cwd: root }).sort();
  return { name, report, commands: [[path.join(harness, 'runMocha.ts'), report, String(timeout), ...files]] };
}

const uiTests = globSync('test/ui/*.test.ts', { cwd: root }).filter(file => path.basename(file) !== 'start.test.ts');

const steps: Step[] = [
  {
    name: 'check',
    commands: [
      [path.join(modules, 'typescript/bin/tsc'), '-p', '.'],
      [path.join(modules, 'typescript/bin/tsc'), '-p', 'webview'],
      [path.join(modules, '@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'],
    ],
  },
  // Downloads stand apart, so that no test has to wait for one.
  { name: 'bring', commands: [[path.join(harness, 'bring.ts')]] },
  { name: 'build', commands: [['esbuild.mjs']] },
  mochaStep('unit', 10_000, ['test/unit/**/*.test.ts']),
  mochaStep('conformance', 20_000, ['test/conformance/**/*.test.ts']),
  { name: 'fuzz', commands: [[path.join(root, 'test/fuzz/main.ts')]] },
  // Builds and downloads programs in other languages; what they send is among the conformance tests as it was recorded.
  { ...mochaStep('senders', 60_000, ['test/senders/**/*.test.ts']), long: true },
  mochaStep('page', 60_000, ['test/ui/page/**/*.test.ts']),
  mochaStep('cli', 60_000, ['test/cli/**/*.test.ts']),
  {
    name: 'editor',
    report: path.join(outFolder, 'reports/editor.json'),
    commands: [[path.join(harness, 'editorTests.ts')]],
  },
  mochaStep('ui', 60_000, uiTests),
  { name: 'package', commands: [[path.join(harness, 'package.ts')]] },
  mochaStep('start', 240_000, ['test/ui/start.test.ts']),
];

interface Result extends Report {
  name: string;
  seconds: number;
}

async function runStep(step: Step, env: NodeJS.ProcessEnv): Promise<Result> {
  const started = Date.now();
  console.log(`\n== ${step.name}`);
  if (step.report) await rm(step.report, { force: true });
  let failed = false;
  for (const command of step.commands) {
    const child = spawn(process.execPath, command, { cwd: root, env, stdio: 'inherit' });
    const [code] = await once(child, 'exit');
    failed = code !== 0;
    if (failed) break;
  }
  const seconds = (Date.now() - started) / 1000;
  const report: Report | undefined =
    step.report && existsSync(step.report) ? JSON.parse(await readFile(step.report, 'utf8')) : undefined;
  console.log(`== ${step.name}: ${failed ? 'failed' : 'passed'} in ${seconds.toFixed(1)} s`);
  const alone = { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0, failures: failed ? [step.name] : [] };
  const result = report ?? alone;
  // A run that ends with an error after its last test is a failure too, even where no test is to blame.
  if (failed && result.failed === 0) return { ...result, failed: 1, failures: [step.name], name: step.name, seconds };
  return { ...result, name: step.name, seconds };
}

const { values } = parseArgs({ options: { long: { type: 'boolean' }, only: { type: 'string' } } });
const wanted = values.only?.split(',');
const unknown = wanted?.filter(name => !steps.some(step => step.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}. The steps are: ${steps.map(step => step.name).join(', ')}.`);
  process.exit(2);
}

const long = values.long || process.env['SPANSIDE_LONG'] !== undefined;

await mkdir(path.join(outFolder, 'reports'), { recursive: true });
const bin = path.join(modules, '.bin');
const env = {
  ...process.env,
  // Child processes of the tests (`node`, `npm`) are to be the Node that runs the tests.
  PATH: [bin, path.dirname(process.execPath), process.env['PATH']].join(path.delimiter),
  ...(values.long ? { SPANSIDE_LONG: '1' } : {}),
};
const results: Result[] = [];
for (const step of steps) {
  if (wanted ? wanted.includes(step.name) : long || !step.long) results.push(await runStep(step, env));
}

const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
console.log('');
for (const result of results) {
  const counts = `${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`;
  console.log(`${result.name.padEnd(12)} ${result.seconds.toFixed(1).padStart(6)} s  ${counts}`);
  for (const failure of result.failures) console.log(`${' '.repeat(23)}failed: ${failure}`);
}
const skipped = sum(result => result.skipped);
const failures = sum(result => result.failed);
console.log(`\n${sum(result => result.passed)} passed, ${failures} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exit(failures > 0 ? 1 : 0);
