import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from './lock.ts';
import { SCHEMA_VERSION, schemaVersionOf } from './schema.ts';
import { openForReading } from './sqlite.ts';
import { StoreWriter } from './writer.ts';

/** Brings a store that an older Spanside wrote up to date, so that it can be read. One that is in use is left to its writer. */
export function upgradeStore(folder: string): void {
  const file = join(folder, 'spanside.db');
  if (!existsSync(file)) return;
  const database = openForReading(file);
  let version: number;
  try {
    version = schemaVersionOf(database);
  } finally {
    database.close();
  }
  if (version === 0 || version >= SCHEMA_VERSION) return;
  const lock = tryLock(folder);
  if (!lock) return;
  try {
    new StoreWriter(folder).close();
  } finally {
    lock.release();
  }
}
