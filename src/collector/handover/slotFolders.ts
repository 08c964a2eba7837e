import { join } from 'node:path';

/** For so many windows at a time something may wait; of a further one it stays here for good. */
const SLOTS = 4;

/** The folders of the stores in which things wait to be moved; readers are told of all of them at the start. */
export function slotFolders(storage: string): string[] {
  return Array.from({ length: SLOTS }, (_, i) => join(storage, 'handover', String(i + 1)));
}
