import { closeSync, existsSync, fdatasyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Alive } from './alive.ts';
import { blankingPath, compressedPath, indexPath, readSegmentContent, writeCompressed } from './atRest.ts';
import { applyBlanking, type BlankPlan, planBlanking } from './blank.ts';
import { type BlankWork, readJournal, writeJournal } from './blankJournal.ts';
import { segmentPath } from './segmentFile.ts';
import { syncSegments } from './syncSegments.ts';

/**
 * Makes everything in a segment on disk unreadable that does not stay; answers what that was. A plain segment is changed in place,
 * before this returns; a compressed one is replaced later, and must not be compressed or blanked elsewhere until then. A
 * crash leaves it done, not begun, or for {@link finishBlanking}.
 * @param bytes of a segment that is being written: how much of it is committed. The rest is left alone.
 */
export async function blankSegmentFile(
  folder: string,
  id: number,
  alive: Alive,
  bytes = Number.POSITIVE_INFINITY,
): Promise<BlankPlan> {
  const path = segmentPath(folder, id);
  if (existsSync(path)) {
    // What an interrupted compression left has the same strings.
    for (const stale of [`${compressedPath(folder, id)}.tmp`, compressedPath(folder, id)])
      rmSync(stale, { force: true });
    finishSegment(folder, id);
    const content = readFileSync(path).subarray(0, bytes);
    const plan = planBlanking(content, alive);
    if (plan.dead.length > 0) {
      rmSync(indexPath(folder, id), { force: true });
      writeJournal(blankingPath(folder, id), plan);
      syncSegments(folder);
      finish(folder, id, content, plan);
    }
    return plan;
  }
  const content = readSegmentContent(folder, id);
  const plan = planBlanking(content, alive);
  if (plan.dead.length > 0) {
    rmSync(indexPath(folder, id), { force: true });
    applyBlanking(content, plan);
    await writeCompressed(folder, id, content, () => existsSync(compressedPath(folder, id)));
  }
  return plan;
}

/** Comes to the end of every blanking that a crash interrupted. Before anything else is done with the segments. */
export function finishBlanking(folder: string): void {
  for (const name of readdirSync(join(folder, 'segments'))) {
    const id = /^(\d+)\.seg\.blank$/.exec(name)?.[1];
    if (id) finishSegment(folder, Number(id));
  }
}

function finishSegment(folder: string, id: number): void {
  const journal = blankingPath(folder, id);
  if (!existsSync(journal)) return;
  const work = readJournal(journal);
  // Where there is no plain segment any more, it was compressed or removed after it had been blanked.
  if (work && existsSync(segmentPath(folder, id))) finish(folder, id, readFileSync(segmentPath(folder, id)), work);
  else rmSync(journal);
}

function finish(folder: string, id: number, content: Uint8Array, work: BlankWork): void {
  const file = openSync(segmentPath(folder, id), 'r+');
  try {
    for (const { offset, length } of applyBlanking(content, work)) {
      for (let at = offset; at < offset + length; ) at += writeSync(file, content, at, offset + length - at, at);
    }
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
  // Not waited for: doing it again would change nothing.
  rmSync(blankingPath(folder, id));
}
