import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Names Windows takes for devices whatever folder or ending they have: opening one may block or print. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.|$)/i;

/** Where `file` lies below `folder`, by their spelling alone; `undefined` where it does not, or is the folder itself. */
export function below(folder: string, file: string): string | undefined {
  const way = relative(folder, file);
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : way;
}

/**
 * The file's path below one of the folders, spelled as the folder is, where it truly lies in it: symbolic links that
 * lead out of the folder do not count. `undefined` otherwise, and where there is no such file.
 * Nothing outside the folders is touched: a path elsewhere, a share of another machine or a device is refused by its
 * spelling. `real` gives the folders' resolved paths, in the same order; programs often report those.
 */
export async function fileInside(
  file: string,
  folders: readonly string[],
  real: readonly string[],
): Promise<string | undefined> {
  if (!isAbsolute(file) || file.includes('\0')) return undefined;
  const clean = resolve(file);
  for (const [index, folder] of folders.entries()) {
    const realFolder = real[index] ?? folder;
    const way = below(folder, clean) ?? below(realFolder, clean);
    if (way === undefined || way.split(sep).some(segment => DEVICE.test(segment))) continue;
    const spelled = join(folder, way);
    const target = await realpath(spelled).catch(() => undefined);
    if (target !== undefined && below(realFolder, target) !== undefined) return spelled;
  }
  return undefined;
}

/** The resolved paths of folders; a folder that is not there stays as it is. */
export function realFolders(folders: readonly string[]): Promise<string[]> {
  return Promise.all(folders.map(folder => realpath(folder).catch(() => folder)));
}
