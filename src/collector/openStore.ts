import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../model/userError.ts';
import { indexDamage, markIndexDamaged, setAsideIndex } from '../store/damage.ts';
import { tryLock, type WriterLock } from '../store/lock.ts';
import { StoreReader } from '../store/reader.ts';
import { isCorruption } from '../store/sqlite.ts';
import { StoreWriter } from '../store/writer.ts';
import type { DamageNotes } from './damageNotes.ts';

const LOCK_RETRY_MS = 250;

/** A store opened for writing, with the lock that makes this the only one. */
export interface OpenStore {
  writer: StoreWriter;
  lock: WriterLock;
}

/**
 * Opens a store for writing; waits while another process writes it, as a window that reloads does.
 * @param warn hears what the user should know: a damaged index was set aside.
 * @throws {UserError} another process kept it longer than `waitMs`, or a newer Spanside wrote it.
 */
export async function openStore(
  folder: string,
  waitMs: number,
  warn: (message: string) => void,
  damage: DamageNotes,
): Promise<OpenStore> {
  const lock = await waitForLock(folder, waitMs);
  try {
    return { writer: openWriter(folder, warn, damage), lock };
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

/**
 * Opens a store whose lock is held. Where its index is damaged or gone, that is set aside and made anew from what was received.
 * @param damage hears of segments that are damaged
 */
export function openWriter(folder: string, warn: (message: string) => void, damage: DamageNotes): StoreWriter {
  const options = { onDamage: (id: number) => damage.segment(folder, id) };
  const isGone = !StoreReader.exists(folder) && hasSegments(folder);
  let reason = indexDamage(folder);
  if (reason === undefined) {
    try {
      const writer = new StoreWriter(folder, options);
      if (isGone) warn(`The index of the stored traces was missing. ${MADE_ANEW} ${PIN_AGAIN}`);
      return writer;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      reason = error instanceof Error ? error.message : String(error);
      markIndexDamaged(folder, reason);
    }
  }
  const aside = setAsideIndex(folder);
  const writer = new StoreWriter(folder, options);
  const pinned = pinnedIn(aside);
  if (pinned) writer.pinTraces(pinned, true);
  warn(
    `The index of the stored traces was damaged (${reason}). It was set aside in ${aside}. ${MADE_ANEW}${pinned ? '' : ` ${PIN_AGAIN}`}`,
  );
  return writer;
}

/** Pins are in the index alone; `undefined` where it is too damaged to tell. */
function pinnedIn(folder: string): Uint8Array[] | undefined {
  let reader: StoreReader | undefined;
  try {
    reader = new StoreReader(folder);
    return reader.pinned();
  } catch {
    return undefined;
  } finally {
    reader?.close();
  }
}

/** Whether the index cannot be read: SQLite says so, or what it answers is nothing that was ever written. */
function isUnreadable(error: unknown): boolean {
  if (isCorruption(error) || (error as { errcode?: number }).errcode === SQLITE_ERROR) return true;
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

/** A table or column is not there. */
const SQLITE_ERROR = 1;

const MADE_ANEW = 'It was made anew from what was received: no trace is lost.';
const PIN_AGAIN = 'Pinned traces have to be pinned again.';

function hasSegments(folder: string): boolean {
  const segments = join(folder, 'segments');
  return existsSync(segments) && readdirSync(segments).length > 0;
}
