import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Frame, framesOf, isIntact, readSegment, segmentPath } from './segmentFile.ts';
import type { Database } from './sqlite.ts';

/** What a segment holds behind the bytes that the index covers. */
export interface Unindexed {
  content: Uint8Array;
  frames: Frame[];
  /** Where the last whole frame ends. A frame that was not written to its end has another checksum. */
  end: number;
}

export function unindexed(folder: string, database: Database, id: number): Unindexed {
  const row = database.prepare('SELECT bytes FROM segment WHERE id = ?').get(id) as { bytes: number } | undefined;
  const indexed = row?.bytes ?? 0;
  const nothing = { content: new Uint8Array(0), frames: [], end: indexed };
  if (statSync(segmentPath(folder, id)).size <= indexed) return nothing;
  const content = readSegment(folder, id);
  const frames: Frame[] = [];
  let end = indexed;
  for (const frame of framesOf(content, indexed)) {
    if (!isIntact(content, frame)) break;
    frames.push(frame);
    end = frame.offset + frame.length;
  }
  return { content, frames, end };
}

/** Removes segment files in which nothing was ever written to its end. */
export function tidySegments(folder: string, database: Database): void {
  for (const id of segmentFiles(folder)) {
    if (unindexed(folder, database, id).end === 0) rmSync(segmentPath(folder, id), { force: true });
  }
}

/** Ids of the segments that are not compressed, oldest first: only these may hold what is not indexed. */
export function segmentFiles(folder: string): number[] {
  return readdirSync(join(folder, 'segments'))
    .flatMap(name => /^(\d+)\.seg$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
