import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What all files of a folder take, of those that are there while it looks. */
export function bytesOfFolder(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => {
    const stat = statSync(join(parentPath, name), { throwIfNoEntry: false });
    return sum + (stat?.size ?? 0);
  }, 0);
}
