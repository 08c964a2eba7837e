import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hexOf, type TraceId } from '../model/ids.ts';
import { MalformedError } from '../otlp/malformed.ts';
import { scanLogs } from '../otlp/scanLogs.ts';
import { countMetricPoints } from '../otlp/scanMetrics.ts';
import { scanTraces } from '../otlp/scanTraces.ts';
import { CommitPlan } from './commitPlan.ts';
import { segmentFiles, tidySegments, uncommitted } from './recovery.ts';
import { migrate } from './schema.ts';
import { SegmentFile, segmentPath } from './segmentFile.ts';
import { type Database, openForWriting, type Statement } from './sqlite.ts';
import { TraceStates } from './traceStates.ts';
import type { WriteRequest, WriteResult } from './writeRequest.ts';

export interface CommitResult {
  /** In the order of the requests; an error is of that request alone. */
  results: (WriteResult | MalformedError)[];
  /** Traces that changed. */
  traceIds: TraceId[];
}

const SEGMENT_SPANS = 4096;
const SEGMENT_BYTES = 4 * 1024 * 1024;
/** How long a request of logs or metrics is remembered, so that its repetition is known. */
const BODY_MEMORY_MS = 15 * 60_000;

/** The one writer of a store. Everything is synchronous: it runs in a worker of its own. */
export class StoreWriter {
  readonly folder: string;
  readonly #database: Database;
  readonly #states: TraceStates;
  readonly #sql: ReturnType<typeof statements>;
  #segment: SegmentFile;
  #segmentSpans = 0;
  #seq: number;
  #purgedAt = 0;
  #traceCount: number;

  /**
   * Opens a store, made where there is none. The caller holds its lock.
   * @throws {UserError} a newer Spanside wrote it.
   */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(join(folder, 'segments'), { recursive: true, mode: 0o700 });
    this.#database = openForWriting(folder, join(folder, 'spanside.db'));
    try {
      migrate(this.#database);
      this.#sql = statements(this.#database);
      this.#states = new TraceStates(this.#database);
      this.#seq = Number((this.#sql.meta.get('seq') as { value: number } | undefined)?.value ?? 0);
      const lost = uncommitted(folder, this.#database);
      // What was lost goes into a new segment; where it stands now it stays until it is stored again.
      this.#segment = lost.length > 0 ? this.#newSegment() : this.#openLast();
      for (const request of lost) this.commit([request]);
      tidySegments(folder, this.#database, this.#segment.id);
      this.#dropDeadSegments();
      this.#traceCount = this.#countTraces();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  #openLast(): SegmentFile {
    const last = this.#database
      .prepare('SELECT id, bytes, sealed, spans FROM segment ORDER BY id DESC LIMIT 1')
      .get() as { id: number; bytes: number; sealed: number; spans: number } | undefined;
    if (last && last.sealed === 0) {
      this.#segmentSpans = last.spans;
      return new SegmentFile(this.folder, last.id, last.bytes);
    }
    return this.#newSegment();
  }

  /** Its id was never used before: a reader may still hold the content of an older one. */
  #newSegment(): SegmentFile {
    const used = (this.#sql.meta.get('segment') as { value: number } | undefined)?.value ?? 0;
    const id = Math.max(used, ...segmentFiles(this.folder)) + 1;
    this.#sql.setMeta.run('segment', id);
    return new SegmentFile(this.folder, id, 0);
  }

  /**
   * Stores requests in one transaction. When it returns they are on disk.
   * @param only limits spans and logs to some traces (key: the 16 bytes of the id, as characters).
   * @throws the disk or the database failed: nothing of these requests is stored.
   */
  commit(requests: readonly WriteRequest[], only?: (traceKey: string) => boolean): CommitResult {
    if (this.#segment.bytes >= SEGMENT_BYTES || this.#segmentSpans >= SEGMENT_SPANS) this.#roll();
    const plan = new CommitPlan(this.folder, this.#states, this.#segment, only);
    const results: CommitResult['results'] = [];
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const request of requests) results.push(this.#plan(plan, request));
      this.#segment.flush();
      this.#seq++;
      this.#write(plan, requests.at(-1)?.receivedAt ?? Date.now());
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#rollBack(plan);
      throw error;
    }
    this.#segment.settle();
    this.#segmentSpans += plan.spans;
    this.#states.touch(plan.traces.keys());
    this.#traceCount += plan.newTraces;
    return { results, traceIds: [...plan.traces.values()].map(({ id }) => hexOf(id) as TraceId) };
  }

  #plan(plan: CommitPlan, request: WriteRequest): WriteResult | MalformedError {
    try {
      if (request.signal === 'traces') return plan.addTraces(request, scanTraces(request.body));
      const hash = createHash('sha256').update(request.signal).update(request.body).digest().subarray(0, 16);
      const known = this.#sql.knownBody.get(hash) !== undefined || plan.bodies.has(hash.toString('hex'));
      if (request.signal === 'logs') {
        const scan = scanLogs(request.body);
        if (known || scan.count === 0) return { stored: 0, rejected: 0, message: '' };
        plan.bodies.set(hash.toString('hex'), hash);
        return plan.addLogs(request, scan);
      }
      const points = countMetricPoints(request.body);
      if (known || points === 0) return { stored: 0, rejected: 0, message: '' };
      plan.bodies.set(hash.toString('hex'), hash);
      return plan.addMetrics(request, points);
    } catch (error) {
      if (error instanceof MalformedError) return error;
      throw error;
    }
  }

  #write(plan: CommitPlan, now: number): void {
    const sql = this.#sql;
    const segment = this.#segment;
    for (const touched of plan.traces.values()) {
      const { state } = touched;
      if (touched.spans) {
        sql.insertPart.run(state.id, segment.id, this.#seq, touched.spans.bytes);
        if (touched.changed) plan.recount(touched);
      }
      if (touched.logs) sql.insertLogPart.run(state.id, segment.id, this.#seq, touched.logs.bytes);
      const services = JSON.stringify([...state.services].sort());
      const root = Buffer.from(state.rootKey, 'latin1');
      // biome-ignore format: one line a group of columns
      const row = [
        state.name, state.service, services, state.rootStart, root, state.hasRoot ? 1 : 0,
        state.start, state.end, state.spans, state.errors, state.logs, state.receivedAt, this.#seq,
      ];
      if (state.stored) sql.updateTrace.run(...row, state.id);
      else sql.insertTrace.run(...row, state.id, touched.id);
      state.stored = true;
    }
    if (plan.located.count > 0) sql.insertLocated.run(this.#seq, segment.id, plan.located.bytes);
    for (const hash of plan.bodies.values()) sql.insertBody.run(hash, now);
    if (now - this.#purgedAt > 60_000) {
      sql.purgeBodies.run(now - BODY_MEMORY_MS);
      this.#purgedAt = now;
    }
    if (plan.requests > 0) {
      sql.growSegment.run(segment.id, segment.bytes, plan.spans, plan.logs, plan.points, now, now);
    }
    sql.setMeta.run('seq', this.#seq);
  }

  /** Each step whatever became of the one before: the next commit must start from what is on disk. */
  #rollBack(plan: CommitPlan): void {
    this.#states.forget(plan.traces.keys());
    attempt(() => this.#database.exec('ROLLBACK'));
    attempt(() => this.#segment.discard());
  }

  #roll(): void {
    const old = this.#segment;
    this.#segment = this.#newSegment();
    this.#segmentSpans = 0;
    this.#sql.seal.run(old.id);
    old.close();
  }

  /** Removes traces; segment files in which nothing is left alive go with them. */
  deleteTraces(ids: readonly Uint8Array[]): void {
    const sql = this.#sql;
    this.#remove(() => {
      for (const id of ids) {
        const row = sql.traceRow.get(id) as { id: number } | undefined;
        if (!row) continue;
        sql.shrinkBySpans.run(row.id);
        sql.shrinkByLogs.run(row.id);
        sql.deleteParts.run(row.id);
        sql.deleteLogParts.run(row.id);
        sql.deleteTrace.run(row.id);
      }
    });
  }

  /** Removes everything that was received. */
  clear(): void {
    if (this.#segment.bytes > 0) this.#roll();
    this.#remove(() => {
      for (const table of ['trace', 'part', 'log_part', 'located']) this.#database.exec(`DELETE FROM ${table}`);
      // Their rows say that these files are done with, until the files are gone.
      this.#database.exec('UPDATE segment SET spans = 0, logs = 0, points = 0');
    });
  }

  #remove(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      // A request whose logs were removed may be sent again.
      this.#database.exec('DELETE FROM body');
      this.#sql.bumpRemovals.run();
      this.#database.exec('COMMIT');
    } catch (error) {
      attempt(() => this.#database.exec('ROLLBACK'));
      throw error;
    } finally {
      this.#states.forgetAll();
    }
    this.#traceCount = this.#countTraces();
    this.#dropDeadSegments();
  }

  /** Removes segments in which nothing is alive: first the file, then the row that keeps it from being recovered. */
  #dropDeadSegments(): void {
    const dead = this.#database
      .prepare('SELECT id FROM segment WHERE spans <= 0 AND logs <= 0 AND points = 0 AND id <> ?')
      .all(this.#segment.id) as { id: number }[];
    if (dead.length === 0) return;
    // What refers to the files must be gone for good before they are.
    this.#checkpoint();
    for (const { id } of dead) {
      // On Windows a file that is being read cannot be removed; the next removal tries again.
      if (!attempt(() => rmSync(segmentPath(this.folder, id), { force: true }))) continue;
      this.#sql.deleteSegment.run(id);
      this.#sql.deleteLocated.run(id);
    }
    this.#database.exec('PRAGMA incremental_vacuum');
    this.#checkpoint();
  }

  /** Writes the log into the database; what was deleted is then in neither. A reader in the way only delays it. */
  #checkpoint(): void {
    attempt(() => this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
  }

  /** Notes that all of this is in another store now: readers leave it out from here on. */
  markMerged(): void {
    this.#sql.setMeta.run('merged', 1);
    this.#checkpoint();
  }

  /** Traces with at least one span. */
  get traceCount(): number {
    return this.#traceCount;
  }

  #countTraces(): number {
    return (this.#sql.traceCount.get() as { n: number }).n;
  }

  close(): void {
    this.#segment.close();
    this.#checkpoint();
    this.#database.close();
  }
}

/** Does it if that is possible; answers whether it was. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function statements(database: Database) {
  const prepare = (sql: string): Statement => database.prepare(sql);
  return {
    meta: prepare('SELECT value FROM meta WHERE key = ?'),
    setMeta: prepare(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    ),
    bumpRemovals: prepare(
      `INSERT INTO meta (key, value) VALUES ('removals', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1`,
    ),
    insertPart: prepare('INSERT INTO part (trace, segment, seq, spans) VALUES (?, ?, ?, ?)'),
    insertLogPart: prepare('INSERT INTO log_part (trace, segment, seq, logs) VALUES (?, ?, ?, ?)'),
    insertLocated: prepare('INSERT INTO located (seq, segment, spans) VALUES (?, ?, ?)'),
    insertBody: prepare('INSERT OR REPLACE INTO body (hash, at) VALUES (?, ?)'),
    knownBody: prepare('SELECT 1 FROM body WHERE hash = ?'),
    purgeBodies: prepare('DELETE FROM body WHERE at < ?'),
    insertTrace: prepare(
      `INSERT INTO trace (name, service, services, root_start, root_span, has_root, start_ns, end_ns, spans, errors, logs,
         received_at, version, id, trace_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    updateTrace: prepare(
      `UPDATE trace SET name = ?, service = ?, services = ?, root_start = ?, root_span = ?, has_root = ?, start_ns = ?,
         end_ns = ?, spans = ?, errors = ?, logs = ?, received_at = ?, version = ? WHERE id = ?`,
    ),
    growSegment: prepare(
      `INSERT INTO segment (id, bytes, spans, logs, points, first_at, last_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes, spans = spans + excluded.spans, logs = logs + excluded.logs,
         points = points + excluded.points, last_at = excluded.last_at`,
    ),
    seal: prepare('UPDATE segment SET sealed = 1 WHERE id = ?'),
    traceRow: prepare('SELECT id FROM trace WHERE trace_id = ?'),
    traceCount: prepare('SELECT count(*) AS n FROM trace WHERE spans > 0'),
    shrinkBySpans: prepare(
      `UPDATE segment SET spans = spans - p.n FROM (SELECT segment, sum(length(spans)) / 72 AS n FROM part WHERE trace = ?
         GROUP BY segment) AS p WHERE p.segment = segment.id`,
    ),
    shrinkByLogs: prepare(
      `UPDATE segment SET logs = logs - p.n FROM (SELECT segment, sum(length(logs)) / 48 AS n FROM log_part WHERE trace = ?
         GROUP BY segment) AS p WHERE p.segment = segment.id`,
    ),
    deleteParts: prepare('DELETE FROM part WHERE trace = ?'),
    deleteLogParts: prepare('DELETE FROM log_part WHERE trace = ?'),
    deleteTrace: prepare('DELETE FROM trace WHERE id = ?'),
    deleteSegment: prepare('DELETE FROM segment WHERE id = ?'),
    deleteLocated: prepare('DELETE FROM located WHERE segment = ?'),
  };
}
