import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runMocha } from '../harness/runMocha.ts';

/** Entry for VS Code: runs the tests that lie beside it and rejects where one failed. */
export async function run(): Promise<void> {
  const tests = readdirSync(__dirname).filter(name => name.endsWith('.test.cjs'));
  const failures = await runMocha({
    files: tests.sort().map(name => path.join(__dirname, name)),
    timeout: 30_000,
    report: process.env['SPANSIDE_REPORT'],
    output: process.env['SPANSIDE_OUTPUT'],
  });
  if (failures > 0) throw new Error(`${failures} editor ${failures === 1 ? 'test' : 'tests'} failed.`);
}
