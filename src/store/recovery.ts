import { closeSync, fdatasyncSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compressedPath, DamagedSegmentError, readSegmentContent } from './atRest.ts';
import { type Examined, examine, isTorn, type Range } from './damage.ts';
import { readBlocks } from './directoryBlocks.ts';
import { segmentPath } from './segmentFile.ts';
import { DamagedIndexError, type Database } from './sqlite.ts';

/** What a segment holds behind the bytes that the index covers. */
export interface Unindexed extends Examined {
  content: Uint8Array;
}

/**
 * A request that was only begun when the process or the power went is not among what is damaged. A file that cannot be
 * read at all is, from its beginning on.
 */
export function unindexed(folder: string, database: Database, id: number): Unindexed {
  const indexed = indexedBytes(database, id);
  const nothing = { content: new Uint8Array(0), frames: [], damaged: [], end: indexed };
  if (contentSize(folder, id) <= indexed) return nothing;
  let content: Uint8Array;
  try {
    content = readSegmentContent(folder, id);
  } catch (error) {
    if (!(error instanceof DamagedSegmentError)) throw error;
    return { ...nothing, damaged: [{ start: 0, end: Number.POSITIVE_INFINITY }] };
  }
  const { frames, damaged, end } = examine(content, indexed);
  return { content, frames, damaged: damaged.filter(range => !isTorn(content, range)), end };
}

function indexedBytes(database: Database, id: number): number {
  const row = database.prepare('SELECT bytes FROM segment WHERE id = ?').get(id) as { bytes: number } | undefined;
  return row?.bytes ?? 0;
}

/** Length of a segment's content, which need not be decompressed for that; infinite where only that would tell. */
function contentSize(folder: string, id: number): number {
  const plain = statSync(segmentPath(folder, id), { throwIfNoEntry: false });
  if (plain) return plain.size;
  const path = compressedPath(folder, id);
  if (!statSync(path, { throwIfNoEntry: false })) return 0;
  const head = Buffer.alloc(18);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  return sizeInZstd(head);
}

/** The size that the header of a zstd frame names (RFC 8878, 3.1.1.1). */
function sizeInZstd(head: Buffer): number {
  if (head.readUInt32LE(0) !== 0xfd2f_b528) return Number.POSITIVE_INFINITY;
  const descriptor = head[4] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  const at = 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const sizeOf = descriptor >> 6;
  if (sizeOf === 0) return isSingle ? head.readUInt8(at) : Number.POSITIVE_INFINITY;
  if (sizeOf === 1) return head.readUInt16LE(at) + 256;
  return sizeOf === 2 ? head.readUInt32LE(at) : Number(head.readBigUInt64LE(at));
}

/**
 * Where the last segment can be written on; `undefined` where it holds anything but whole requests and, at its end, one
 * that was only begun: then it is left as it is.
 */
export function continuationOf(folder: string, database: Database, id: number): number | undefined {
  const path = segmentPath(folder, id);
  if (!statSync(path, { throwIfNoEntry: false })) return undefined;
  const content = readFileSync(path);
  const { damaged, end } = examine(content);
  if (end < indexedBytes(database, id)) return undefined;
  return damaged.every((range: Range) => isTorn(content, range)) ? end : undefined;
}

/** Removes segment files in which nothing was ever written to its end. */
export function tidySegments(folder: string, database: Database): void {
  for (const id of segmentFiles(folder)) {
    const { end, damaged } = unindexed(folder, database, id);
    if (end === 0 && damaged.length === 0) rmSync(segmentPath(folder, id), { force: true });
  }
}

/** Waits until the disk has a segment: what is found in it may only have been written when its process died. */
export function syncSegment(folder: string, id: number): void {
  const path = segmentPath(folder, id);
  if (!statSync(path, { throwIfNoEntry: false })) return;
  const file = openSync(path, 'r+');
  try {
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Ids of all segments, oldest first. */
export function segmentIds(folder: string): number[] {
  return idsOf(folder, /^(\d+)\.seg(?:\.zst)?$/);
}

/** Ids of the segments that are not compressed, oldest first. */
export function segmentFiles(folder: string): number[] {
  return idsOf(folder, /^(\d+)\.seg$/);
}

function idsOf(folder: string, pattern: RegExp): number[] {
  const ids = readdirSync(join(folder, 'segments')).flatMap(name => pattern.exec(name)?.[1] ?? []);
  return [...new Set(ids.map(Number))].sort((a, b) => a - b);
}

/** Segments that hold something, says the index, and are not there. */
export function missingSegments(folder: string, database: Database): number[] {
  const there = new Set(segmentIds(folder));
  const rows = database
    .prepare('SELECT id FROM segment WHERE spans > 0 OR logs > 0 OR points > 0 ORDER BY id')
    .all() as { id: number }[];
  return rows.map(({ id }) => id).filter(id => !there.has(id));
}

/** Of some traces, those of which everything was in missing segments: their rows. */
export function lostTraces(database: Database, rows: readonly number[], missing: readonly number[]): Set<number> {
  const gone = new Set(missing);
  const first = database.prepare('SELECT first_segment AS segment FROM trace WHERE id = ?');
  const others = database.prepare('SELECT segment FROM part WHERE trace = ?');
  const isLost = (row: number) =>
    [...first.all(row), ...others.all(row)].every(found => gone.has((found as { segment: number }).segment));
  return new Set(rows.filter(isLost));
}

/**
 * Gives a new index of an old store other numbers than the one before had, so that whoever read that one sees that
 * everything changed.
 */
export function numberAnew(folder: string, database: Database): void {
  const used = database.prepare("SELECT count(*) AS n FROM meta WHERE key IN ('seq', 'removals')").get() as {
    n: number;
  };
  if (used.n > 0 || segmentIds(folder).length === 0) return;
  const put = database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
  for (const key of ['seq', 'removals']) put.run(key, Date.now());
}

/** More traces are not compared when a store is opened: that takes 0.1 s for these. */
const MOST_COMPARED = 200_000;

/** Compares the two places that say which trace a row is. @throws {DamagedIndexError} they differ. */
export function checkDirectory(database: Database): void {
  const { last } = database.prepare('SELECT max(id) AS last FROM trace').get() as { last: number | null };
  if ((last ?? 0) > MOST_COMPARED) return;
  const blocks = [...readBlocks(database, 0)];
  const rows = database.prepare('SELECT id, trace_id FROM trace ORDER BY id').iterate();
  let at = 0;
  for (const row of rows as unknown as Iterable<{ id: number; trace_id: Uint8Array }>) {
    while (at + 1 < blocks.length && (blocks[at + 1]?.first ?? 0) <= row.id) at++;
    const block = blocks[at];
    const place = 16 * (row.id - (block?.first ?? 0));
    if (!block || Buffer.compare(block.ids.subarray(place, place + 16), row.trace_id) !== 0) {
      throw new DamagedIndexError(`row ${row.id} is of another trace than the directory says`);
    }
  }
}
