import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../model/userError.ts';
import { tryLock, type WriterLock } from '../store/lock.ts';
import { isCorruption } from '../store/sqlite.ts';
import { StoreWriter } from '../store/writer.ts';

const LOCK_RETRY_MS = 250;

/** A store opened for writing, with the lock that makes this the only one. */
export interface OpenStore {
  writer: StoreWriter;
  lock: WriterLock;
}

/**
 * Opens a store for writing; waits while another process writes it, as a window that reloads does.
 * @param warn hears what the user should know: a damaged store was set aside.
 * @throws {UserError} another process kept it longer than `waitMs`, or a newer Spanside wrote it.
 */
export async function openStore(folder: string, waitMs: number, warn: (message: string) => void): Promise<OpenStore> {
  const lock = await waitForLock(folder, waitMs);
  try {
    return { writer: openWriter(folder, warn), lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function waitForLock(folder: string, waitMs: number): Promise<WriterLock> {
  const until = Date.now() + waitMs;
  for (;;) {
    const lock = tryLock(folder);
    if (lock) return lock;
    if (Date.now() >= until) {
      throw new UserError(
        `The traces in ${folder} are being written by another window or by "spanside serve". Close that one, or choose another folder.`,
      );
    }
    await new Promise(resolve => setTimeout(resolve, LOCK_RETRY_MS));
  }
}

function openWriter(folder: string, warn: (message: string) => void): StoreWriter {
  try {
    return new StoreWriter(folder);
  } catch (error) {
    if (!isCorruption(error)) throw error;
    const aside = setAside(folder);
    warn(`The stored traces were damaged. They were set aside in ${aside}, and a new store was begun.`);
    return new StoreWriter(folder);
  }
}

/** Moves what makes a store into a folder beside it; nothing is deleted. */
function setAside(folder: string): string {
  const aside = `${folder}-damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  const names = readdirSync(folder).filter(name => name.startsWith('spanside.db') || name === 'segments');
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const name of names) renameSync(join(folder, name), join(aside, name));
  return aside;
}
