import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../harness/cache.ts';
import { checklistIds } from './checklist.ts';
import { NOT_APPLICABLE } from './notApplicable.ts';

const MOST_NOT_APPLICABLE = 10;

/** Titles of all conformance tests that would run, with those of the blocks around them; none is run. */
async function titles(): Promise<string[]> {
  const files = globSync('test/conformance/**/*.test.ts', { cwd: root }).filter(
    file => !file.endsWith('checklist.test.ts'),
  );
  const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
  const args = [mocha, '--dry-run', '--exit', '--reporter', 'json', ...files];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const report = JSON.parse(stdout.slice(stdout.indexOf('{\n'))) as { passes: { fullTitle: string }[] };
  return report.passes.map(({ fullTitle }) => fullTitle);
}

describe('the checklist of the receiver', () => {
  const tested = new Set<string>();
  before(async () => {
    for (const title of await titles()) for (const [id] of title.matchAll(/\b[A-Z]-\d\d\b/g)) tested.add(id);
  });
  const excused = new Set(NOT_APPLICABLE.map(({ id }) => id));

  it('has a test with its id in the title for every line, or a reason why not', () => {
    const missing = checklistIds().filter(id => !tested.has(id) && !excused.has(id));
    assert.deepEqual(missing, []);
  });

  it('excuses at most ten lines, each once and with a reason, and none that has a test', () => {
    assert.ok(NOT_APPLICABLE.length <= MOST_NOT_APPLICABLE);
    assert.equal(excused.size, NOT_APPLICABLE.length);
    for (const { id, reason } of NOT_APPLICABLE) {
      assert.ok(checklistIds().includes(id), `${id} is no line of the checklist`);
      assert.ok(!tested.has(id), `${id} has a test`);
      assert.match(reason, /^[A-Z].{20,}\.$/);
    }
  });
});
