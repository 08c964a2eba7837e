import { UserError } from '../model/userError.ts';
import type { Database } from './sqlite.ts';

/**
 * One statement list a version; a store of version n is brought up to date by the lists from n on. Never change a list
 * that has shipped: add one.
 *
 * `segment`: an append-only file of requests. `spans`, `logs`, `points` count what is still alive in it.
 * `trace`: one summary a trace; `root_*` is the span that names it.
 * `part`: the spans that one commit added to one trace in one segment, packed (see entries.ts).
 * `log_part`: the same for log records. `located`: spans that name a place in the source, by commit.
 * `body`: hashes of requests without ids of their own (logs, metrics), kept for a while to know one sent again.
 */
const MIGRATIONS: readonly string[][] = [
  [
    `CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID`,
    `CREATE TABLE segment (
       id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, sealed INTEGER NOT NULL DEFAULT 0, codec INTEGER NOT NULL DEFAULT 0,
       spans INTEGER NOT NULL DEFAULT 0, logs INTEGER NOT NULL DEFAULT 0, points INTEGER NOT NULL DEFAULT 0,
       first_at INTEGER NOT NULL, last_at INTEGER NOT NULL)`,
    `CREATE TABLE trace (
       id INTEGER PRIMARY KEY, trace_id BLOB NOT NULL UNIQUE,
       name TEXT NOT NULL DEFAULT '', service TEXT NOT NULL DEFAULT '', services TEXT NOT NULL DEFAULT '[]',
       root_start INTEGER NOT NULL DEFAULT 0, root_span BLOB, has_root INTEGER NOT NULL DEFAULT 0,
       start_ns INTEGER NOT NULL DEFAULT 0, end_ns INTEGER NOT NULL DEFAULT 0,
       spans INTEGER NOT NULL DEFAULT 0, errors INTEGER NOT NULL DEFAULT 0, logs INTEGER NOT NULL DEFAULT 0,
       received_at INTEGER NOT NULL, version INTEGER NOT NULL)`,
    `CREATE INDEX trace_by_start ON trace (start_ns, id)`,
    `CREATE TABLE part (trace INTEGER NOT NULL, segment INTEGER NOT NULL, seq INTEGER NOT NULL, spans BLOB NOT NULL,
       PRIMARY KEY (trace, segment, seq)) WITHOUT ROWID`,
    `CREATE TABLE log_part (trace INTEGER NOT NULL, segment INTEGER NOT NULL, seq INTEGER NOT NULL, logs BLOB NOT NULL,
       PRIMARY KEY (trace, segment, seq)) WITHOUT ROWID`,
    `CREATE TABLE located (seq INTEGER NOT NULL, segment INTEGER NOT NULL, spans BLOB NOT NULL, PRIMARY KEY (seq, segment)) WITHOUT ROWID`,
    `CREATE TABLE body (hash BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID`,
    `CREATE INDEX body_by_time ON body (at)`,
  ],
];

/** The version this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

export function schemaVersionOf(database: Database): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number } | undefined;
  return row?.user_version ?? 0;
}

/**
 * Brings a store up to date.
 * @throws {UserError} the store was written by a newer Spanside; it is left as it is.
 */
export function migrate(database: Database): void {
  const version = schemaVersionOf(database);
  if (version > SCHEMA_VERSION) {
    throw new UserError(
      `These traces were stored by a newer Spanside (format ${version}, this one knows ${SCHEMA_VERSION}). Update Spanside to open them; nothing was changed.`,
    );
  }
  for (let next = version; next < SCHEMA_VERSION; next++) {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const statement of MIGRATIONS[next] ?? []) database.exec(statement);
      database.exec(`PRAGMA user_version = ${next + 1}`);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}
