import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hexOf, type TraceId } from '../model/ids.ts';
import { MalformedError } from '../otlp/malformed.ts';
import { examine, isTorn } from '../store/damage.ts';
import { tryLock } from '../store/lock.ts';
import { StoreReader } from '../store/reader.ts';
import { isCorruption } from '../store/sqlite.ts';
import { syncDatabase } from '../store/syncDatabase.ts';
import type { WriteRequest } from '../store/writeRequest.ts';
import { type CommitResult, StoreWriter } from '../store/writer.ts';

/** Requests that are committed together. */
const GROUP_BYTES = 4 * 1024 * 1024;

export interface MergeOptions {
  /** Opens the store of the other window. */
  open?: () => StoreWriter;
  /** Hears of segments of it that are damaged, or hold what is no telemetry; of those a copy is to be kept. */
  damaged?: (segment: number) => void;
  /** Asked again and again: whether to break off. */
  mustStop?: () => boolean;
}

/** Requests of one segment. */
interface Group {
  segment: number;
  requests: WriteRequest[];
}

/**
 * Moves what another window left in a store of its own into this one, unless that window still writes it. Can be broken
 * off at any point and done again: spans that are here already are known by their ids, other requests by their hashes.
 * @returns whether the other store is done with: merged, or not there; false where it is in use, or `mustStop` said so.
 */
export async function mergeSibling(
  writer: StoreWriter,
  folder: string,
  committed: (result: CommitResult) => void,
  { open = () => new StoreWriter(folder), damaged = () => {}, mustStop = () => false }: MergeOptions = {},
): Promise<boolean> {
  if (!StoreReader.exists(folder)) return true;
  const lock = tryLock(folder);
  if (!lock) return false;
  try {
    if (!isMerged(folder)) {
      // Opening it for writing brings back what its window could not commit any more, and an index that can be read.
      const other = open();
      try {
        // What was deleted there must not come back.
        await other.tidy();
        const pinned = pinnedIn(folder);
        for (const { segment, requests } of groupsOf(folder, damaged)) {
          if (mustStop()) return false;
          const result = writer.commit(requests);
          if (result.results.some(one => one instanceof MalformedError)) damaged(segment);
          // At once: what is kept must not be removed because it is old.
          const kept = result.traceIds.flatMap(id => pinned.get(id) ?? []);
          if (kept.length > 0) writer.pinTraces(kept, true);
          committed(result);
          // Requests that arrive meanwhile get their turn.
          await new Promise(resolve => setImmediate(resolve));
        }
        if (pinned.size > 0) writer.pinTraces([...pinned.values()], true);
        // Pins are in the index alone: the power must not take them once the other store is gone.
        syncDatabase(writer.folder);
        if (mustStop()) return false;
        other.markMerged();
      } finally {
        other.close();
      }
    }
    await removeStore(folder);
    return true;
  } finally {
    lock.release();
  }
}

function pinnedIn(folder: string): Map<TraceId, Uint8Array> {
  const reader = new StoreReader(folder);
  try {
    return new Map(reader.pinned().map(id => [hexOf(id) as TraceId, id]));
  } finally {
    reader.close();
  }
}

/** One of which the index is damaged is not: what is here already is known when it comes again. */
function isMerged(folder: string): boolean {
  let reader: StoreReader | undefined;
  try {
    reader = new StoreReader(folder);
    return reader.isMerged();
  } catch (error) {
    if (!isCorruption(error)) throw error;
    return false;
  } finally {
    reader?.close();
  }
}

function* groupsOf(folder: string, damaged: (segment: number) => void): Generator<Group> {
  const reader = new StoreReader(folder);
  try {
    for (const { id, bytes } of reader.segments()) {
      const content = reader.segment(id, bytes);
      let requests: WriteRequest[] = [];
      let size = 0;
      const examined = examine(content);
      // The file will be gone: of what cannot be read a copy is kept.
      if (content.length < bytes || !examined.damaged.every(range => isTorn(content, range))) damaged(id);
      for (const { signal, receivedAt, offset, length } of examined.frames) {
        requests.push({ signal, receivedAt, body: content.subarray(offset, offset + length) });
        size += length;
        if (size < GROUP_BYTES) continue;
        yield { segment: id, requests };
        requests = [];
        size = 0;
      }
      if (requests.length > 0) yield { segment: id, requests };
    }
  } finally {
    reader.close();
  }
}

/**
 * Removes a store whose lock is held. The lock file stays, because a window may be waiting for it. Where a file cannot be
 * removed (on Windows, while somebody reads it), readers leave the store out and the next start tries again.
 */
export async function removeStore(folder: string): Promise<void> {
  for (const name of ['segments', 'spanside.db-wal', 'spanside.db-shm', 'spanside.db']) {
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
}
