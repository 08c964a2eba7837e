import type { Database, Statement } from './sqlite.ts';

/** What {@link traceStatements} prepares. */
export type TraceStatements = ReturnType<typeof traceStatements>;

/** The SQL of the writer's side of the index, see schema.ts, prepared once. */
export function traceStatements(database: Database) {
  const prepare = (sql: string): Statement => database.prepare(sql);
  const trace = prepare('SELECT * FROM trace WHERE id = ?');
  trace.setReadBigInts(true);
  return {
    trace,
    meta: prepare('SELECT value FROM meta WHERE key = ?'),
    setMeta: prepare(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ),
    highestRow: prepare('SELECT max(id) AS id FROM trace'),
    traceId: prepare('SELECT trace_id, first_segment, spans FROM trace WHERE id = ?'),
    insertTrace: prepare(
      `INSERT INTO trace (name, service, services, root, has_root, start_ns, end_ns, spans, errors, logs,
         received_at, version, last_segment, id, trace_id, first_segment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    updateTrace: prepare(
      `UPDATE trace SET name = ?, service = ?, services = ?, root = ?, has_root = ?, start_ns = ?,
         end_ns = ?, spans = ?, errors = ?, logs = ?, received_at = ?, version = ?, last_segment = ? WHERE id = ?`,
    ),
    insertPart: prepare('INSERT OR IGNORE INTO part (trace, segment) VALUES (?, ?)'),
    parts: prepare('SELECT segment FROM part WHERE trace = ? ORDER BY segment'),
    insertChunk: prepare('INSERT INTO chunk (segment, kind, records) VALUES (?, ?, ?)'),
    updateChunk: prepare('UPDATE chunk SET records = ?, packed = ? WHERE id = ?'),
    chunkRows: prepare('SELECT id, packed, records FROM chunk WHERE segment = ? AND kind = ? ORDER BY id'),
    keepOf: prepare('SELECT keep, last_segment FROM trace WHERE id = ?'),
    pin: prepare('UPDATE trace SET keep = keep | 1, version = ? WHERE id = ?'),
    unpin: prepare('UPDATE trace SET keep = keep & ~1, version = ? WHERE id = ?'),
    deleteChunk: prepare('DELETE FROM chunk WHERE id = ?'),
    deleteTrace: prepare('DELETE FROM trace WHERE id = ?'),
    deleteParts: prepare('DELETE FROM part WHERE trace = ?'),
    deleteBodies: prepare('DELETE FROM body'),
    addMeta: prepare(
      'INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = value + excluded.value',
    ),
    shrinkSegment: prepare('UPDATE segment SET spans = spans - ?, logs = logs - ?, stale = max(stale, 1) WHERE id = ?'),
    located: prepare('SELECT seq, spans FROM located WHERE segment = ?'),
    updateLocated: prepare('UPDATE located SET spans = ? WHERE seq = ? AND segment = ?'),
    deleteLocated: prepare('DELETE FROM located WHERE seq = ? AND segment = ?'),
    insertLocated: prepare('INSERT OR REPLACE INTO located (seq, segment, spans) VALUES (?, ?, ?)'),
    insertBody: prepare('INSERT OR REPLACE INTO body (hash, at) VALUES (?, ?)'),
    growSegment: prepare(
      `INSERT INTO segment (id, bytes, spans, logs, points, first_at, last_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes, spans = spans + excluded.spans, logs = logs + excluded.logs,
         points = points + excluded.points,
         first_at = min(iif(first_at, first_at, excluded.first_at), iif(excluded.first_at, excluded.first_at, first_at)), last_at = max(last_at, excluded.last_at)`,
    ),
  };
}
