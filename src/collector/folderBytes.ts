import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RESERVE_FILE } from '../store/reserve.ts';

/** What the files of a store take, of those that are there while it looks; the room that is only kept is not counted. */
export function bytesOfFolder(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile() && entry.name !== RESERVE_FILE);
  return files.reduce((sum, { parentPath, name }) => {
    const stat = statSync(join(parentPath, name), { throwIfNoEntry: false });
    return sum + (stat?.size ?? 0);
  }, 0);
}
