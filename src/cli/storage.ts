import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { StoreView } from '../collector/storeView.ts';
import { siblingStores } from '../environment/storageFolder.ts';
import { findStore } from '../environment/storeRegistry.ts';
import { UserError } from '../model/userError.ts';
import { StoreReader } from '../store/reader.ts';

export interface StorageOptions {
  storage?: string;
  workspace?: string;
}

/** Where `serve` keeps traces unless it is told otherwise. */
export function defaultStorage(): string {
  return join(homedir(), '.spanside', 'traces');
}

/**
 * Opens the store that the options name; without any, that of the folder one is in, else that of `serve`.
 * @throws {UserError} there is none.
 */
export async function openView(options: StorageOptions): Promise<StoreView> {
  const folders = await storeFolders(options);
  if (!folders.some(folder => StoreReader.exists(folder))) {
    throw new UserError(
      `There are no traces in ${folders[0]} yet. Send some to a window or to "spanside serve" first.`,
    );
  }
  return new StoreView(folders);
}

async function storeFolders(options: StorageOptions): Promise<string[]> {
  if (options.storage) return [resolve(options.storage)];
  if (options.workspace) {
    const folder = resolve(options.workspace);
    const folders = await foldersOf(folder);
    if (folders) return folders;
    throw new UserError(
      `No editor with Spanside has had ${folder} open yet. Open it there once, or name a store with --storage.`,
    );
  }
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const folders = await foldersOf(folder);
    if (folders) return folders;
    if (folder === dirname(folder)) return [defaultStorage()];
  }
}

/** The stores of a workspace folder; `undefined` where no editor keeps one. */
async function foldersOf(workspace: string): Promise<string[] | undefined> {
  const store = await findStore(workspace);
  if (!store) return undefined;
  return [store.storage, ...(await siblingStores(store.storage))];
}
