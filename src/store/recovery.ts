import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { framesOf, isIntact, readSegment, segmentPath } from './segmentFile.ts';
import type { Database } from './sqlite.ts';
import type { WriteRequest } from './writeRequest.ts';

/**
 * Requests that stand in segment files but not in the database: written and perhaps acknowledged, their commits lost with
 * the power. Storing them again does no harm, because spans and bodies that are known are known. A frame that was not
 * written to its end has another checksum and ends its segment.
 */
export function uncommitted(folder: string, database: Database): WriteRequest[] {
  const rows = database.prepare('SELECT id, bytes FROM segment').all() as { id: number; bytes: number }[];
  const committed = new Map(rows.map(({ id, bytes }) => [id, bytes]));
  const requests: WriteRequest[] = [];
  for (const id of segmentFiles(folder)) {
    const bytes = committed.get(id) ?? 0;
    if (statSync(segmentPath(folder, id)).size <= bytes) continue;
    const content = readSegment(folder, id);
    for (const frame of framesOf(content, bytes)) {
      if (!isIntact(content, frame)) break;
      const { signal, receivedAt, offset, length } = frame;
      requests.push({ signal, receivedAt, body: content.subarray(offset, offset + length) });
    }
  }
  return requests;
}

/**
 * After what was lost has been stored again: removes segment files that the database does not know, and cuts the others
 * to their committed length.
 */
export function tidySegments(folder: string, database: Database, open: number): void {
  const row = database.prepare('SELECT bytes FROM segment WHERE id = ?');
  for (const id of segmentFiles(folder)) {
    if (id === open) continue;
    const known = row.get(id) as { bytes: number } | undefined;
    const path = segmentPath(folder, id);
    if (!known) rmSync(path, { force: true });
    else if (statSync(path).size > known.bytes) truncateSync(path, known.bytes);
  }
}

/** Ids of the segment files, oldest first. */
export function segmentFiles(folder: string): number[] {
  return readdirSync(join(folder, 'segments'))
    .flatMap(name => /^(\d+)\.seg$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
