/**
 * Tells other programs of this user, above all the command line, where the store of a folder is: the editor keeps it in a
 * folder of its own that nobody else could find. One small file per workspace folder below `~/.spanside/stores`.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';

const RegisteredStoreSchema = v.object({
  /** Absolute path of the workspace folder. */
  folder: v.string(),
  /** Absolute path of the folder that holds the store. */
  storage: v.string(),
  /** Where the window's receiver listened when this was written; absent where it did not. */
  endpoint: v.optional(v.string()),
  /** The process that wrote this; it may be gone. */
  pid: v.number(),
  /** Milliseconds since 1970. */
  updatedAt: v.number(),
});
export type RegisteredStore = v.InferOutput<typeof RegisteredStoreSchema>;

export function defaultRegistry(): string {
  return join(homedir(), '.spanside', 'stores');
}

/** Writes where the store of `folder` is; the file is replaced as a whole and readable by its user only. */
export async function registerStore(
  entry: Pick<RegisteredStore, 'folder' | 'storage'> & { endpoint?: string },
  registry: string = defaultRegistry(),
): Promise<void> {
  await mkdir(registry, { recursive: true, mode: 0o700 });
  const file = join(registry, await fileNameOf(entry.folder));
  const temporary = `${file}.${randomBytes(4).toString('hex')}`;
  const record: RegisteredStore = { ...entry, pid: process.pid, updatedAt: Date.now() };
  try {
    await writeFile(temporary, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Where the store of `folder` is; `undefined` where no window with Spanside has had it open. */
export async function findStore(
  folder: string,
  registry: string = defaultRegistry(),
): Promise<RegisteredStore | undefined> {
  let text: string;
  try {
    text = await readFile(join(registry, await fileNameOf(folder)), 'utf8');
  } catch {
    return undefined;
  }
  try {
    return v.parse(RegisteredStoreSchema, JSON.parse(text));
  } catch {
    // Written by another version, or not by us: as good as absent.
    return undefined;
  }
}

/** The same for every way to write the folder: symbolic links are followed where it exists. */
async function fileNameOf(folder: string): Promise<string> {
  const path = await realpath(folder).catch(() => resolve(folder));
  return `${createHash('sha256').update(path).digest('hex').slice(0, 16)}.json`;
}
