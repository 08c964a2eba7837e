import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that takes the room. */
export const RESERVE_FILE = 'reserve';
const BYTES = 1024 * 1024;

/**
 * Room that is kept for the index. What was acknowledged when the disk filled up stands in a segment; to be found it has to
 * be written into the index too, and then there is no room left but this.
 */
export class Reserve {
  readonly #path: string;
  /** Whether there is the room. While there is not, nothing new may be taken: the index could not follow. */
  isHeld = false;

  constructor(folder: string) {
    this.#path = join(folder, RESERVE_FILE);
    this.hold();
  }

  /** Takes the room, where there is so much. */
  hold(): void {
    this.isHeld = true;
    if (existsSync(this.#path)) return;
    try {
      writeFileSync(this.#path, Buffer.alloc(BYTES), { mode: 0o600 });
    } catch {
      this.release();
    }
  }

  /** Gives the room up; whether there was any. */
  release(): boolean {
    const had = existsSync(this.#path);
    rmSync(this.#path, { force: true });
    this.isHeld = false;
    return had;
  }
}

/** Whether an error says that there is no room. */
export function isDiskFull(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return code === 'ENOSPC' || code === 'EDQUOT' || errcode === SQLITE_FULL;
}

const SQLITE_FULL = 13;
