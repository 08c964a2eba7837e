import { UserError } from '../model/userError.ts';
import { partsToChunks } from './partsToChunks.ts';
import type { Database } from './sqlite.ts';

/**
 * One list of steps a version; a store of version n is brought up to date by the lists from n on. Never change a list
 * that has shipped: add one.
 *
 * `segment`: an append-only file of requests; `bytes` of it are indexed. `spans`, `logs`, `points` count what is alive in it;
 * `codec` is 1 where it is at rest: compressed, its chunk packed; `stale` is 1 while something removed may still stand in it.
 * `trace`: one summary a trace; `root` is the span that names it: its id, then its start. `first_segment` holds its first span, `last_segment`
 * is the highest that holds anything of it; `keep` is 1 where it is pinned, 2 where it is annotated.
 * `part`: the other segments that hold something of a trace.
 * `chunk`: records of the spans (kind 0) or logs (kind 1) of a segment, see chunk.ts; packed ones by chunkCodec.ts.
 * `directory`: trace ids by row, 16 bytes each, from row `first` on; zeros where a row is gone.
 * `located`: spans that name a place in the source, by writing.
 * `body`: hashes of requests without ids of their own (logs, metrics), kept for a while to know one sent again.
 */
const MIGRATIONS: readonly (string | ((database: Database) => void))[][] = [
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
  [
    `CREATE TABLE chunk (id INTEGER PRIMARY KEY, segment INTEGER NOT NULL, kind INTEGER NOT NULL,
       packed INTEGER NOT NULL DEFAULT 0, records BLOB NOT NULL)`,
    `CREATE INDEX chunk_by_segment ON chunk (segment)`,
    `CREATE TABLE directory (first INTEGER PRIMARY KEY, ids BLOB NOT NULL)`,
    `CREATE TABLE trace2 (
       id INTEGER PRIMARY KEY, trace_id BLOB NOT NULL, name TEXT NOT NULL, service TEXT NOT NULL, services TEXT NOT NULL,
       root BLOB NOT NULL, has_root INTEGER NOT NULL,
       start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
       spans INTEGER NOT NULL, errors INTEGER NOT NULL, logs INTEGER NOT NULL,
       received_at INTEGER NOT NULL, version INTEGER NOT NULL,
       first_segment INTEGER NOT NULL, last_segment INTEGER NOT NULL, keep INTEGER NOT NULL DEFAULT 0)`,
    `INSERT INTO trace2 SELECT id, trace_id, name, service, services, zeroblob(16), has_root,
       start_ns, end_ns, spans, errors, logs, received_at, version, 0, 0, 0 FROM trace`,
    `DROP INDEX trace_by_start`,
    `ALTER TABLE trace RENAME TO trace_1`,
    `ALTER TABLE trace2 RENAME TO trace`,
    // A trace of which only logs came is in no list.
    `CREATE INDEX trace_by_start ON trace (start_ns, id) WHERE spans > 0`,
    `CREATE TABLE part2 (trace INTEGER NOT NULL, segment INTEGER NOT NULL, PRIMARY KEY (trace, segment)) WITHOUT ROWID`,
    partsToChunks,
    `DROP TABLE trace_1`,
    `DROP TABLE part`,
    `DROP TABLE log_part`,
    `ALTER TABLE part2 RENAME TO part`,
    `CREATE INDEX located_by_segment ON located (segment)`,
    // What was deleted from these segments may still stand in them.
    `ALTER TABLE segment ADD COLUMN stale INTEGER NOT NULL DEFAULT 0`,
    `UPDATE segment SET stale = 1`,
    `INSERT OR REPLACE INTO meta SELECT 'traces', count(*) FROM trace WHERE spans > 0`,
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
      for (const step of MIGRATIONS[next] ?? []) {
        if (typeof step === 'string') database.exec(step);
        else step(database);
      }
      database.exec(`PRAGMA user_version = ${next + 1}`);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}
