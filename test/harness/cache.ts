import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The checkout this file belongs to. */
export const root: string = path.resolve(import.meta.dirname, '../..');

/** What the tests leave behind for people: pictures, reports, the bundled editor tests. Ignored by git. */
export const outFolder: string = path.join(root, 'out');

/** Says one step of a long job to the person who waits for it. */
export type Say = (line: string) => void;

/** Where downloads are kept between runs: SPANSIDE_CACHE, or `.cache` in the checkout, which `npm ci` leaves alone. */
export function cacheFolder(): string {
  return path.resolve(process.env['SPANSIDE_CACHE'] || path.join(root, '.cache'));
}

/**
 * A folder of the cache that `make` fills once. The marker file is written only after success, so that a run that was
 * interrupted half-way is repeated and not mistaken for a finished one; `make` may find the remains of such a run and go
 * on from them, as npm and pip do.
 *
 * @param key name and version of what is inside; another version is another folder
 */
export async function cached(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(cacheFolder(), key);
  const marker = path.join(folder, '.complete');
  if (existsSync(marker)) return folder;
  await mkdir(folder, { recursive: true });
  await make(folder);
  await writeFile(marker, `${new Date().toISOString()}\n`);
  return folder;
}
