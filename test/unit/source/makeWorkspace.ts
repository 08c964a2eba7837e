import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A temporary folder with these files; a number gives a file of that many lines. */
export function makeWorkspace(files: Record<string, string | number>): { folder: string; remove(): void } {
  // The real path: temporary folders are behind a link on some systems.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'spanside-source-')));
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'number' ? 'line\n'.repeat(content) : content);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
