import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for each test. Call inside a `describe`: they are removed at its end, when whatever a test's own hooks still
 * had to close is closed.
 */
export function temporaryFolder(): () => string {
  const folders: string[] = [];
  beforeEach(() => {
    folders.push(mkdtempSync(join(tmpdir(), 'spanside-test-')));
  });
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return () => folders.at(-1) ?? '';
}
