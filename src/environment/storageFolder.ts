import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { tryLock } from '../store/lock.ts';

/** The folder a window writes its store to, and the folders of other stores that it reads too. */
export interface StorageFolders {
  folder: string;
  siblings: string[];
  /** Whether the siblings shall become part of this store. */
  merge: boolean;
}

const WEEK_MS = 7 * 24 * 3600 * 1000;
/** Holds the stores of windows without a folder. */
const SESSIONS = 'no-workspace';

/**
 * The store of a workspace: `<workspaceStorage>/<id>/<extension>`, which is created. The editor takes `<id>-N` instead of
 * `<id>` while an older window's lock is held, so the same workspace may have several.
 */
export async function workspaceStorage(folder: string): Promise<StorageFolders> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { folder, siblings: await siblingStores(folder), merge: true };
}

/** The other stores of the workspace that `folder` is a store of. Only looks: nothing is created. */
export async function siblingStores(folder: string): Promise<string[]> {
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
  return existing(candidates, () => true);
}

/**
 * The store of a window without a folder: one per session below `<globalStorage>/no-workspace`. Those of earlier sessions
 * are read too for a week after they were last written.
 */
export async function sessionStorage(globalStorage: string, session: string, now: number): Promise<StorageFolders> {
  const parent = join(globalStorage, SESSIONS);
  const own = session.replace(/[^A-Za-z0-9-]/g, '').slice(0, 64) || 'session';
  const folder = join(parent, own);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const others = (await sessionFolders(globalStorage)).filter(other => other !== folder);
  return { folder, siblings: await existing(others, modified => now - modified <= WEEK_MS), merge: false };
}

/**
 * Removes the stores of windows without a folder that nobody has written to for a week, except `own` and those in use:
 * no window lists them any more, and no command would ever clear them. Answers the folders that are gone.
 */
export async function removeOldSessions(globalStorage: string, own: string, now: number): Promise<string[]> {
  const others = (await sessionFolders(globalStorage)).filter(folder => folder !== own);
  const old = await existing(others, modified => now - modified > WEEK_MS);
  const removed: string[] = [];
  for (const folder of old) {
    const lock = tryLock(folder);
    if (!lock) continue;
    // Windows removes no file that is open.
    lock.release();
    await rm(folder, { recursive: true, force: true });
    removed.push(folder);
  }
  return removed;
}

async function sessionFolders(globalStorage: string): Promise<string[]> {
  const parent = join(globalStorage, SESSIONS);
  const names = await readdir(parent).catch(() => []);
  return names.sort().map(name => join(parent, name));
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
