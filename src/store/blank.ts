import { crc32 } from 'node:zlib';
import { MalformedError } from '../otlp/malformed.ts';
import type { Stretch } from '../otlp/splice.ts';
import type { Alive } from './alive.ts';
import { DeadFinder } from './deadFinder.ts';
import { fill } from './filler.ts';
import { FRAME_HEADER, type Frame, framesOf, isIntact } from './segmentFile.ts';

/** The checksum in a frame's header is this many bytes before the request. */
const CHECKSUM = 8;
/** So is a byte that is 1 while the request is being blanked on disk: as long, the checksum says nothing. */
export const BLANKING = 4;
/** Stretches as close as this are written as one. */
const GAP = 64;

export interface BlankOutcome {
  /** What has changed, ascending. */
  changed: Stretch[];
  /** Offsets of the requests that have changed. */
  frames: number[];
  /** Whether anything stays. */
  alive: boolean;
  /**
   * Offsets of requests that are damaged: what lies dead in them may still be readable. Their checksums stay wrong. The length
   * of the content stands for what follows a frame that cannot be read.
   */
  damaged: number[];
}

/**
 * Makes everything in a segment's content unreadable that does not stay, in place; no offset changes, and every request
 * stays a valid message. A message is blanked as a whole where nothing in it stays: a resource, a scope, with all their
 * fields, known and unknown. Doing it again changes nothing, also after a crash that left it half on disk.
 */
export function blankDead(content: Uint8Array, alive: Alive): BlankOutcome {
  const outcome: BlankOutcome = { changed: [], frames: [], alive: false, damaged: [] };
  const finder = new DeadFinder(content, alive);
  let end = 0;
  for (const frame of framesOf(content)) {
    end = frame.offset + frame.length;
    blankFrame(content, frame, finder, outcome);
  }
  if (finder.finish()) {
    outcome.alive = true;
    outcome.damaged.push(end);
  } else if (content.subarray(end).some(byte => byte !== 0)) {
    // No frame begins here, so nobody can read it; but a search for bytes could.
    content.fill(0, end);
    addChange(outcome, end, content.length);
  }
  return outcome;
}

function blankFrame(content: Uint8Array, frame: Frame, finder: DeadFinder, outcome: BlankOutcome): void {
  const { offset, length } = frame;
  const torn = content[offset - BLANKING] === 1;
  let dead: number[];
  try {
    dead = finder.find(frame, torn);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    outcome.alive = true;
    outcome.damaged.push(offset);
    return;
  }
  outcome.alive ||= dead[0] !== offset && length > 0;
  if (dead.length === 0 && !torn) return;
  // What was damaged before must not be called whole afterwards.
  const sound = torn || dead[0] === offset || isIntact(content, frame);
  if (!sound) outcome.damaged.push(offset);
  const stretches: Stretch[] = [];
  for (let i = 0; i < dead.length; i += 2) {
    const start = dead[i]!;
    const end = dead[i + 1]!;
    if (fill(content, start, end)) stretches.push({ offset: start, length: end - start });
  }
  if (stretches.length === 0 && !torn) return;
  outcome.frames.push(offset);
  if (sound) {
    const header = new DataView(content.buffer, content.byteOffset + offset - FRAME_HEADER, FRAME_HEADER);
    header.setUint32(FRAME_HEADER - CHECKSUM, crc32(content.subarray(offset, offset + length)), true);
    content[offset - BLANKING] = 0;
    addChange(outcome, offset - CHECKSUM, offset);
  }
  for (const stretch of stretches) addChange(outcome, stretch.offset, stretch.offset + stretch.length);
}

function addChange({ changed }: BlankOutcome, start: number, end: number): void {
  const last = changed.at(-1);
  if (last && start - last.offset - last.length <= GAP) last.length = end - last.offset;
  else changed.push({ offset: start, length: end - start });
}
