import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tryLock } from '../store/lock.ts';
import { StoreReader } from '../store/reader.ts';
import { framesOf } from '../store/segmentFile.ts';
import type { CommitResult, StoreWriter } from '../store/writer.ts';

/**
 * Moves what another window left in a store of its own into this one, unless that window still writes it. Can be broken
 * off at any point and done again: spans that are here already are known by their ids, other requests by their hashes.
 * @returns whether the other store is done with: merged, or not there.
 */
export async function mergeSibling(
  writer: StoreWriter,
  folder: string,
  committed: (result: CommitResult) => void,
): Promise<boolean> {
  if (!StoreReader.exists(folder)) return true;
  const lock = tryLock(folder);
  if (!lock) return false;
  try {
    const reader = new StoreReader(folder);
    try {
      // Traces that were deleted there must not come back.
      const only = (traceKey: string) => reader.has(Buffer.from(traceKey, 'latin1'));
      for (const { id, bytes } of reader.segments()) {
        const content = reader.segment(id, bytes);
        for (const frame of framesOf(content)) {
          const body = content.subarray(frame.offset, frame.offset + frame.length);
          committed(writer.commit([{ signal: frame.signal, body, receivedAt: frame.receivedAt }], only));
          // Requests that arrive meanwhile get their turn.
          await new Promise(resolve => setImmediate(resolve));
        }
      }
    } finally {
      reader.close();
    }
    for (const name of ['spanside.db', 'spanside.db-wal', 'spanside.db-shm', 'segments']) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
    return true;
  } finally {
    lock.release();
    if (!existsSync(join(folder, 'spanside.db'))) await rm(folder, { recursive: true, force: true });
  }
}
