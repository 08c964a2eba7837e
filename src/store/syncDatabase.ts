import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { join } from 'node:path';

/** Waits until the disk has everything that was committed: without the log the commits before it are there already. */
export function syncDatabase(folder: string): void {
  let file: number;
  try {
    file = openSync(join(folder, 'spanside.db-wal'), 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}
