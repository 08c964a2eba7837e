import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The folder a window writes its store to, and the folders of other stores that it reads too. */
export interface StorageFolders {
  folder: string;
  siblings: string[];
  /** Whether the siblings shall become part of this store. */
  merge: boolean;
}

const WEEK_MS = 7 * 24 * 3600 * 1000;

/**
 * The store of a workspace: `<workspaceStorage>/<id>/<extension>`, which is created. The editor takes `<id>-N` instead of
 * `<id>` while an older window's lock is held, so the same workspace may have several.
 */
export async function workspaceStorage(folder: string): Promise<StorageFolders> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const extension = basename(folder);
  const own = basename(dirname(folder));
  const parent = dirname(dirname(folder));
  // An id of the web server may begin with a dash, so the number must follow something.
  const base = own.replace(/(?<=.)-\d+$/, '');
  const isSibling = (name: string) =>
    name !== own && (name === base || (name.startsWith(`${base}-`) && /^\d+$/.test(name.slice(base.length + 1))));
  const names = await readdir(parent).catch(() => []);
  const candidates = names
    .filter(isSibling)
    .sort()
    .map(name => join(parent, name, extension));
  return { folder, siblings: await existing(candidates, () => true), merge: true };
}

/**
 * The store of a window without a folder: one per session below `<globalStorage>/no-workspace`. Those of earlier sessions
 * are read too for a week after they were last written.
 */
export async function sessionStorage(globalStorage: string, session: string, now: number): Promise<StorageFolders> {
  const parent = join(globalStorage, 'no-workspace');
  const own = session.replace(/[^A-Za-z0-9-]/g, '').slice(0, 64) || 'session';
  const folder = join(parent, own);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(parent).catch(() => []);
  const others = names
    .filter(name => name !== own)
    .sort()
    .map(name => join(parent, name));
  return { folder, siblings: await existing(others, modified => now - modified <= WEEK_MS), merge: false };
}

/** Folders that are there and whose newest entry `keep`s them. */
async function existing(folders: string[], keep: (modifiedMs: number) => boolean): Promise<string[]> {
  const kept: string[] = [];
  for (const folder of folders) {
    const modified = await lastModified(folder);
    if (modified !== undefined && keep(modified)) kept.push(folder);
  }
  return kept;
}

async function lastModified(folder: string): Promise<number | undefined> {
  try {
    if (!(await stat(folder)).isDirectory()) return undefined;
    const entries = await readdir(folder);
    const times = await Promise.all(entries.map(async name => (await stat(join(folder, name))).mtimeMs));
    return Math.max((await stat(folder)).mtimeMs, ...times);
  } catch {
    return undefined;
  }
}
