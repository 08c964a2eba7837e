import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { openLockFile } from './sqlite.ts';

/** Held by the one process that writes a store. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the lock of a store, or answers `undefined` where another process holds it. The lock is one of the operating
 * system (an exclusive SQLite transaction on a file of its own), so it is gone with the process, however that ends.
 */
export function tryLock(folder: string): WriterLock | undefined {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'writer.lock');
  // Made before SQLite makes it, so that nobody else may hold it.
  closeSync(openSync(file, 'a', 0o600));
  const database = openLockFile(file);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}
