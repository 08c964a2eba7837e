import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test, removed after it. Call inside a `describe`. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spanside-test-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return () => folder;
}
