import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compressedPath } from './atRest.ts';
import { FRAME_HEADER, type Frame, frameAt, isIntact, segmentPath } from './segmentFile.ts';

/** From byte `start` to before byte `end`. */
export interface Range {
  start: number;
  end: number;
}

/** What of a segment's content is as it was written. */
export interface Examined {
  /** Whole requests, in order. */
  frames: Frame[];
  /** What is not, ascending. */
  damaged: Range[];
  /** Where the last whole request ends. */
  end: number;
}

/** So many times its size is read at most to find where in a damaged segment the next request begins. */
const MOST_SEARCHING = 16;

/** Reads a segment request by request from byte `start` on; behind a damaged one it goes on where the next one begins. */
export function examine(content: Uint8Array, start = 0): Examined {
  const frames: Frame[] = [];
  const damaged: Range[] = [];
  const search = new FrameSearch(content);
  let end = start;
  for (let at = start; at < content.length; ) {
    const frame = frameAt(content, at + FRAME_HEADER);
    const next = frame ? frame.offset + frame.length : 0;
    if (frame && isIntact(content, frame)) {
      frames.push(frame);
      at = end = next;
      continue;
    }
    // Only where the length cannot be believed is a beginning searched: what was sent may look like one.
    const after = frame && begins(content, next) ? next : search.from(at + 1);
    damaged.push({ start: at, end: after });
    at = after;
  }
  return { frames, damaged, end };
}

function begins(content: Uint8Array, at: number): boolean {
  return at === content.length || frameAt(content, at + FRAME_HEADER) !== undefined;
}

/** Finds where the next whole request begins; gives up where something was sent to make that take for ever. */
class FrameSearch {
  readonly #content: Buffer;
  #budget: number;

  constructor(content: Uint8Array) {
    this.#content = Buffer.from(content.buffer, content.byteOffset, content.length);
    this.#budget = MOST_SEARCHING * content.length;
  }

  from(start: number): number {
    const content = this.#content;
    for (let at = content.indexOf('SP\u0001', start); at >= 0; at = content.indexOf('SP\u0001', at + 1)) {
      const frame = frameAt(content, at + FRAME_HEADER);
      if (!frame) continue;
      this.#budget -= frame.length;
      if (this.#budget < 0) break;
      if (isIntact(content, frame)) return at;
    }
    return content.length;
  }
}

/** Whether what stands at the end of a segment is a request that was only begun, as when the process or the power went. */
export function isTorn(content: Uint8Array, { start, end }: Range): boolean {
  if (end !== content.length) return false;
  const rest = content.subarray(start, end);
  if (rest.every(byte => byte === 0)) return true;
  if (rest.length < FRAME_HEADER) return rest[0] === 0x53;
  const view = new DataView(rest.buffer, rest.byteOffset);
  return view.getUint16(0, true) === 0x5053 && view.getUint32(4, true) > rest.length - FRAME_HEADER;
}

/** Beside the database: that it was found damaged, and how. */
function markPath(folder: string): string {
  return join(folder, 'spanside.damaged');
}

/** Notes that the index is damaged: the next opening makes it anew, whatever becomes of this process. */
export function markIndexDamaged(folder: string, reason: string): void {
  writeFileSync(markPath(folder), reason, { mode: 0o600 });
}

/** Why the index is to be made anew; `undefined` where it is not. */
export function indexDamage(folder: string): string | undefined {
  return existsSync(markPath(folder)) ? readFileSync(markPath(folder), 'utf8') : undefined;
}

/** Moves a damaged index into a folder beside the store, which it answers; what was received stays where it is. */
export function setAsideIndex(folder: string): string {
  const aside = `${folder}-damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  // The mark goes last: until then the rest is to be done again. A log must never meet another database than its own.
  const files = readdirSync(folder).filter(name => name.startsWith('spanside.db'));
  for (const name of [...files.sort().reverse(), 'spanside.damaged']) {
    if (existsSync(join(folder, name))) renameSync(join(folder, name), join(aside, name));
  }
  return aside;
}

/** Where copies of damaged segments are kept. */
export function damagedFolder(folder: string): string {
  return `${folder}-damaged-segments`;
}

/**
 * Copies a damaged segment aside; of one that is missing, notes that.
 * @returns false where that was done before: it has been said
 */
export function keepDamagedSegment(folder: string, id: number): boolean {
  const aside = damagedFolder(folder);
  const [plain, packed] = [segmentPath(folder, id), compressedPath(folder, id)];
  const source = [plain, packed].find(path => existsSync(path));
  const name = source === packed ? `${id}.seg.zst` : source ? `${id}.seg` : `${id}.missing`;
  const target = join(aside, name.padStart(name.length - String(id).length + 8, '0'));
  if (existsSync(target)) return false;
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  if (source) {
    copyFileSync(source, `${target}.tmp`);
    renameSync(`${target}.tmp`, target);
  } else writeFileSync(target, '', { mode: 0o600 });
  return true;
}
