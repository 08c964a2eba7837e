import { closeSync, mkdirSync, openSync, statfsSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { UserError } from '../model/userError.ts';

export type Database = DatabaseSync;
export type Statement = StatementSync;

type Sqlite = typeof import('node:sqlite');

/**
 * node:sqlite, loaded on first use: a static import would stop the whole extension on a host that lacks it.
 * @throws {UserError} the host's Node has no SQLite.
 */
function sqlite(): Sqlite {
  const module = process.getBuiltinModule?.('node:sqlite') as Sqlite | undefined;
  if (!module) {
    throw new UserError(
      `Spanside keeps traces with the SQLite of Node 22.13 or newer, and this is Node ${process.versions.node}. Update the editor, or run the command with a newer Node.`,
    );
  }
  return module;
}

/** Whether this Node can open stores. */
export function hasSqlite(): boolean {
  return process.getBuiltinModule?.('node:sqlite') !== undefined;
}

// statfs magic numbers of file systems on which the shared memory of write-ahead logging is not safe.
const NETWORK_FILE_SYSTEMS = new Set([
  0x6969, // NFS
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x517b, // SMB
  0x01021997, // 9p
  0x65735546, // FUSE
]);

function isNetworkFolder(folder: string): boolean {
  if (process.platform === 'win32') return folder.startsWith('\\\\');
  try {
    return NETWORK_FILE_SYSTEMS.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}

/** Most of it are large blobs written once, which cost less in large pages. */
const PAGE_BYTES = 16_384;

/** Opens a database for writing, its folder made if need be. Integers are read as bigint. */
export function openForWriting(folder: string, file: string): Database {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Made before SQLite makes it, so that nobody else may read it; its log files get the same mode.
  closeSync(openSync(file, 'a', 0o600));
  const network = isNetworkFolder(folder);
  const database = new (sqlite().DatabaseSync)(file, { timeout: network ? 10_000 : 5_000 });
  try {
    // These must come before the first table; they change nothing in a database that has one.
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
    database.exec('PRAGMA auto_vacuum = INCREMENTAL');
    database.exec(network ? 'PRAGMA journal_mode = DELETE' : 'PRAGMA journal_mode = WAL');
    // A commit survives the death of the process. Should the power fail, the last ones are made again from the segment
    // files, which are written through before each commit; see recovery.ts.
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec('PRAGMA secure_delete = ON');
    database.exec('PRAGMA cache_size = -16000');
    database.exec('PRAGMA wal_autocheckpoint = 1000');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Opens a database that another process may be writing. */
export function openForReading(file: string): Database {
  const database = new (sqlite().DatabaseSync)(file, { readOnly: true, timeout: 5_000 });
  database.exec('PRAGMA query_only = ON');
  return database;
}

/** Opens a database file only to lock it. */
export function openLockFile(file: string): Database {
  return new (sqlite().DatabaseSync)(file, { timeout: 0 });
}

/** What SQLite answers for a damaged file (SQLITE_CORRUPT), and for one that is none of its own (SQLITE_NOTADB). */
const CORRUPT = [11, 26];
/** A larger database is not looked through when it is opened: that takes about a second for 1.5 GB. */
const MOST_CHECKED = 256 * 1024 * 1024;

/** The database holds what no program of ours has written. */
export class DamagedIndexError extends Error {
  override readonly name = 'DamagedIndexError';
}

/** Whether an error says that the database is damaged, so that waiting or trying again cannot help. */
export function isCorruption(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { errcode } = error as { errcode?: number };
  if (errcode !== undefined) return CORRUPT.includes(errcode & 0xff);
  return error.name === 'DamagedIndexError' || error.name === 'DamagedChunkError';
}

/** Looks through a database that is not too large for that. @throws {DamagedIndexError} */
export function checkIndex(database: Database): void {
  const one = (pragma: string) => Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] ?? 0);
  if (one('page_count') * one('page_size') > MOST_CHECKED) return;
  const row = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
  if (row.quick_check !== 'ok') throw new DamagedIndexError(row.quick_check);
}
