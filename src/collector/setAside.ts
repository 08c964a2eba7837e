import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What follows the name of a store in the folders beside it: damaged segments, and a damaged index by the time it was found. */
const SUFFIX = /^-damaged-(segments|\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)$/;

/** Removes what was set aside of a store because it was damaged. @throws something of it could not be removed. */
export async function removeSetAside(folder: string): Promise<void> {
  const [parent, name] = [dirname(folder), basename(folder)];
  for (const entry of await readdir(parent).catch(() => [])) {
    if (!entry.startsWith(name) || !SUFFIX.test(entry.slice(name.length))) continue;
    await rm(join(parent, entry), { recursive: true, force: true });
  }
}
