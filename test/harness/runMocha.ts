import { appendFileSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/** What a run of mocha leaves for {@link file://./test.ts}, as JSON in the report file. */
export interface Report {
  passed: number;
  failed: number;
  skipped: number;
  failures: string[];
}

export interface MochaOptions {
  files: string[];
  /** Milliseconds a test may take that names no time of its own. */
  timeout: number;
  /** Where the {@link Report} goes, if anywhere. */
  report?: string | undefined;
  /** Where the printed text goes instead of the console. */
  output?: string | undefined;
}

/** Runs test files in this process; gives the number of failures. Works in plain Node and in an extension host. */
export async function runMocha(options: MochaOptions): Promise<number> {
  if (options.output) {
    const file = options.output;
    const { format } = await import('node:util');
    Mocha.reporters.Base.consoleLog = (...args: unknown[]) => appendFileSync(file, `${format(...args)}\n`);
  }
  const mocha = new Mocha({ ui: 'bdd', timeout: options.timeout, slow: 1000, color: false });
  for (const file of options.files) mocha.addFile(path.resolve(file));
  await mocha.loadFilesAsync();
  const report: Report = { passed: 0, failed: 0, skipped: 0, failures: [] };
  return new Promise(resolve => {
    const runner = mocha.run(failures => {
      if (options.report) {
        mkdirSync(path.dirname(options.report), { recursive: true });
        writeFileSync(options.report, JSON.stringify(report));
      }
      resolve(failures);
    });
    runner.on('pass', () => report.passed++);
    runner.on('pending', () => report.skipped++);
    runner.on('fail', test => {
      report.failed++;
      report.failures.push(test.fullTitle());
    });
  });
}

if (import.meta.main) {
  const [report, timeout, ...patterns] = process.argv.slice(2);
  const files = globSync(patterns).sort();
  // Tests that were moved or renamed must not look like tests that pass.
  if (files.length === 0) {
    console.error('There are no test files here.');
    process.exit(1);
  }
  // Left-over handles (sockets, workers) must not keep a finished run alive; a test that leaks them says so itself.
  process.exit((await runMocha({ files, timeout: Number(timeout), report })) > 0 ? 1 : 0);
}
