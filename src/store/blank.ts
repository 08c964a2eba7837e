import { crc32 } from 'node:zlib';
import { MalformedError } from '../otlp/malformed.ts';
import type { Stretch } from '../otlp/splice.ts';
import type { Alive } from './alive.ts';
import { DeadFinder } from './deadFinder.ts';
import { fill, isFilled } from './filler.ts';
import { type Frame, frameAt, framesOf, isIntact } from './segmentFile.ts';

/** The checksum in a frame's header is this many bytes before the request, and has four. */
const CHECKSUM = 8;
/** Stretches as close as this are written as one. */
const GAP = 64;

export interface BlankPlan {
  /** What is to be overwritten: start, end, start, end..., ascending. */
  dead: number[];
  /** Offsets of the requests whose checksums have to be written anew. */
  requests: number[];
  /** Whether anything stays. */
  alive: boolean;
  /**
   * Offsets of requests that are damaged: what lies dead in them may stay readable, and a wrong checksum stays wrong. One
   * where no request begins stands for all from there on.
   */
  damaged: number[];
}

/**
 * What has to be overwritten in a segment's content, so that nothing can be read of it that does not stay. A message is blanked as
 * a whole where nothing in it stays: a resource, a scope, with all their fields, known and unknown. What is blank already
 * is not in the plan.
 */
export function planBlanking(content: Uint8Array, alive: Alive): BlankPlan {
  const plan: BlankPlan = { dead: [], requests: [], alive: false, damaged: [] };
  const finder = new DeadFinder(content, alive);
  let end = 0;
  for (const frame of framesOf(content)) {
    end = frame.offset + frame.length;
    planFrame(content, frame, finder, plan);
  }
  if (finder.finish()) {
    plan.alive = true;
    plan.damaged.push(end);
  } else if (!isFilled(content, end, content.length)) {
    // No frame begins here, so nobody can read it; but a search for bytes could.
    plan.dead.push(end, content.length);
  }
  return plan;
}

function planFrame(content: Uint8Array, frame: Frame, finder: DeadFinder, plan: BlankPlan): void {
  const { offset, length } = frame;
  let dead: number[];
  try {
    dead = finder.find(frame);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    plan.alive = true;
    plan.damaged.push(offset);
    return;
  }
  const whole = dead[0] === offset;
  plan.alive ||= !whole && length > 0;
  if (dead.length === 0) return;
  // What was damaged before must not be called whole afterwards.
  const sound = whole || isIntact(content, frame);
  if (!sound) plan.damaged.push(offset);
  const before = plan.dead.length;
  for (let i = 0; i < dead.length; i += 2) {
    if (!isFilled(content, dead[i]!, dead[i + 1]!)) plan.dead.push(dead[i]!, dead[i + 1]!);
  }
  if (sound && plan.dead.length > before) plan.requests.push(offset);
}

/**
 * Does what was planned, in place: no offset changes, and every request stays a valid message. Answers what has changed,
 * ascending. Whatever part of it was done before, the result is the same.
 */
export function applyBlanking(
  content: Uint8Array,
  { dead, requests }: Pick<BlankPlan, 'dead' | 'requests'>,
): Stretch[] {
  const changes: Stretch[] = [];
  for (let i = 0; i < dead.length; i += 2) {
    const offset = dead[i]!;
    fill(content, offset, dead[i + 1]!);
    changes.push({ offset, length: dead[i + 1]! - offset });
  }
  for (const offset of requests) {
    const length = frameAt(content, offset)?.length ?? 0;
    const view = new DataView(content.buffer, content.byteOffset + offset - CHECKSUM, 4);
    view.setUint32(0, crc32(content.subarray(offset, offset + length)), true);
    changes.push({ offset: offset - CHECKSUM, length: 4 });
  }
  return joined(changes);
}

/** Plans and does it; see {@link planBlanking} and {@link applyBlanking}. */
export function blankDead(content: Uint8Array, alive: Alive): BlankPlan & { changed: Stretch[] } {
  const plan = planBlanking(content, alive);
  return { ...plan, changed: applyBlanking(content, plan) };
}

function joined(changes: Stretch[]): Stretch[] {
  changes.sort((a, b) => a.offset - b.offset);
  const stretches: Stretch[] = [];
  for (const { offset, length } of changes) {
    const last = stretches.at(-1);
    if (last && offset - last.offset - last.length <= GAP) last.length = offset + length - last.offset;
    else stretches.push({ offset, length });
  }
  return stretches;
}
