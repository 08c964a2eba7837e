import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { Alive } from './alive.ts';
import { compressedPath, readSegmentContent, writeCompressed } from './atRest.ts';
import { BLANKING, type BlankOutcome, blankDead } from './blank.ts';
import { segmentPath } from './segmentFile.ts';

/**
 * Makes everything in a segment on disk unreadable that does not stay; see {@link blankDead}. A plain segment is changed in place,
 * before this returns; a compressed one is replaced later, and must not be compressed or blanked elsewhere until then. After
 * a crash it has to be done again, with the same or with less that stays.
 * @param bytes of a segment that is being written: how much of it is committed. The rest is left alone.
 */
export async function blankSegmentFile(
  folder: string,
  id: number,
  alive: Alive,
  bytes = Number.POSITIVE_INFINITY,
): Promise<BlankOutcome> {
  if (existsSync(segmentPath(folder, id))) {
    // What an interrupted compression left has the same strings.
    for (const path of [`${compressedPath(folder, id)}.tmp`, compressedPath(folder, id)]) rmSync(path, { force: true });
    return blankInPlace(segmentPath(folder, id), alive, bytes);
  }
  const content = readSegmentContent(folder, id);
  const outcome = blankDead(content, alive);
  if (outcome.changed.length > 0) await writeCompressed(folder, id, content);
  return outcome;
}

function blankInPlace(path: string, alive: Alive, bytes: number): BlankOutcome {
  const file = openSync(path, 'r+');
  try {
    const content = readFileSync(file).subarray(0, bytes);
    const outcome = blankDead(content, alive);
    if (outcome.changed.length === 0) return outcome;
    // First a mark at each request: from here on until all is written, its checksum need not hold.
    for (const offset of outcome.frames) writeAll(file, Uint8Array.of(1), offset - BLANKING);
    fdatasyncSync(file);
    for (const { offset, length } of outcome.changed) {
      writeAll(file, markedCopy(content, offset, length, outcome.frames), offset);
    }
    fdatasyncSync(file);
    for (const offset of outcome.frames) writeAll(file, content.subarray(offset - BLANKING, offset), offset - BLANKING);
    return outcome;
  } finally {
    closeSync(file);
  }
}
