import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOfHex, hexOf, type TraceId } from '../model/ids.ts';
import type { TraceSummary } from '../model/summary.ts';
import { UserError } from '../model/userError.ts';
import type { SpanPart } from './effectiveSpans.ts';
import { LOG_ENTRY, LogEntry } from './entries.ts';
import { SCHEMA_VERSION, schemaVersionOf } from './schema.ts';
import { readSegment } from './segmentFile.ts';
import { type Database, openForReading, type Statement } from './sqlite.ts';

interface SummaryRow {
  id: bigint;
  trace_id: Uint8Array;
  name: string;
  service: string;
  services: string;
  has_root: bigint;
  start_ns: bigint;
  end_ns: bigint;
  spans: bigint;
  errors: bigint;
  logs: bigint;
  received_at: bigint;
  version: bigint;
}

/** Where a list of traces goes on: after the trace that started then and has this row. */
export interface ListPosition {
  start: bigint;
  id: bigint;
}

/** A trace as the store has it, undecoded. */
export interface StoredTrace {
  summary: TraceSummary;
  parts: SpanPart[];
  logs: LogEntry[];
}

/** The located spans of one commit; see entries.ts. */
export interface LocatedPart {
  seq: number;
  segment: number;
  spans: Uint8Array;
}

const SEGMENT_CACHE_BYTES = 64 * 1024 * 1024;

/** Reads a store, which this or another process may be writing meanwhile. */
export class StoreReader {
  readonly folder: string;
  readonly #database: Database;
  readonly #list: Statement;
  readonly #one: Statement;
  readonly #segmentBytes: Statement;
  readonly #metaValue: Statement;
  readonly #segments = new Map<number, Uint8Array>();

  /** @throws {UserError} there is no store, or a newer Spanside wrote it. */
  constructor(folder: string) {
    this.folder = folder;
    if (!StoreReader.exists(folder)) throw new UserError(`There are no traces in ${folder} yet.`);
    this.#database = openForReading(join(folder, 'spanside.db'));
    try {
      const version = schemaVersionOf(this.#database);
      if (version > SCHEMA_VERSION) {
        throw new UserError(
          `The traces in ${folder} were stored by a newer Spanside (format ${version}, this one knows ${SCHEMA_VERSION}). Update Spanside to read them.`,
        );
      }
      if (version === 0) throw new UserError(`There are no traces in ${folder} yet.`);
      this.#list = this.#bigints(
        `SELECT * FROM trace WHERE spans > 0 AND (start_ns, id) < (?, ?) ORDER BY start_ns DESC, id DESC`,
      );
      this.#metaValue = this.#database.prepare('SELECT value FROM meta WHERE key = ?');
      this.#segmentBytes = this.#database.prepare('SELECT bytes FROM segment WHERE id = ?');
      this.#one = this.#bigints('SELECT * FROM trace WHERE trace_id = ?');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  static exists(folder: string): boolean {
    return existsSync(join(folder, 'spanside.db'));
  }

  #bigints(sql: string): Statement {
    const statement = this.#database.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  }

  /** Summaries, newest start first; read row by row, so that a caller who stops has read no more than that. */
  *summaries(after?: ListPosition): Generator<{ summary: TraceSummary; position: ListPosition }> {
    const start = after?.start ?? 0x7fff_ffff_ffff_ffffn;
    const id = after?.id ?? 0x7fff_ffff_ffff_ffffn;
    for (const row of this.#list.iterate(start, id) as unknown as Iterable<SummaryRow>) {
      yield { summary: summaryOf(row), position: { start: row.start_ns, id: row.id } };
    }
  }

  summary(traceId: TraceId): TraceSummary | undefined {
    const row = this.#row(traceId);
    return row && row.spans > 0n ? summaryOf(row) : undefined;
  }

  #row(traceId: TraceId): SummaryRow | undefined {
    return this.#one.get(bytesOfHex(traceId) ?? new Uint8Array(16)) as unknown as SummaryRow | undefined;
  }

  trace(traceId: TraceId): StoredTrace | undefined {
    // One transaction, so that the parts belong to the summary.
    this.#database.exec('BEGIN');
    try {
      const row = this.#row(traceId);
      if (!row) return undefined;
      const parts = this.#database
        .prepare('SELECT segment, spans FROM part WHERE trace = ? ORDER BY segment, seq')
        .all(row.id) as unknown as SpanPart[];
      const logParts = this.#database
        .prepare('SELECT segment, logs FROM log_part WHERE trace = ? ORDER BY segment, seq')
        .all(row.id) as unknown as { segment: number; logs: Uint8Array }[];
      const logs: LogEntry[] = [];
      for (const part of logParts) {
        for (let at = 0; at + LOG_ENTRY <= part.logs.length; at += LOG_ENTRY) {
          logs.push(new LogEntry(part.logs, at, part.segment));
        }
      }
      return { summary: summaryOf(row), parts, logs };
    } finally {
      this.#database.exec('COMMIT');
    }
  }

  /** Content of a segment up to at least `end` bytes; the last few are kept. */
  segment(id: number, end: number): Uint8Array {
    let content = this.#segments.get(id);
    this.#segments.delete(id);
    if (!content || content.length < end) {
      // What stands behind the committed length may yet be written anew.
      const { bytes } = this.#segmentBytes.get(id) as { bytes: number };
      content = readSegment(this.folder, id).subarray(0, bytes);
    }
    this.#segments.set(id, content);
    let bytes = 0;
    for (const kept of this.#segments.values()) bytes += kept.length;
    for (const [old, kept] of this.#segments) {
      if (bytes <= SEGMENT_CACHE_BYTES || old === id) break;
      bytes -= kept.length;
      this.#segments.delete(old);
    }
    return content;
  }

  /** Located spans of the commits after `seq`. */
  *located(seq: number): Generator<LocatedPart> {
    const rows = this.#database.prepare('SELECT seq, segment, spans FROM located WHERE seq > ? ORDER BY seq');
    yield* rows.iterate(seq) as unknown as Iterable<LocatedPart>;
  }

  /** Grows when something is removed: what was derived from located spans must be made anew then. */
  removals(): number {
    return this.#meta('removals');
  }

  /** Whether another store has all of this now. */
  isMerged(): boolean {
    return this.#meta('merged') !== 0;
  }

  #meta(key: string): number {
    return (this.#metaValue.get(key) as { value: number } | undefined)?.value ?? 0;
  }

  has(traceId: Uint8Array): boolean {
    return this.#one.get(traceId) !== undefined;
  }

  traceCount(): number {
    return (this.#database.prepare('SELECT count(*) AS n FROM trace WHERE spans > 0').get() as { n: number }).n;
  }

  /** Segment ids with their committed length, oldest first. */
  segments(): { id: number; bytes: number }[] {
    return this.#database.prepare('SELECT id, bytes FROM segment ORDER BY id').all() as { id: number; bytes: number }[];
  }

  close(): void {
    this.#database.close();
  }
}

function summaryOf(row: SummaryRow): TraceSummary {
  return {
    traceId: hexOf(row.trace_id) as TraceId,
    name: row.name,
    service: row.service,
    services: (JSON.parse(row.services) as string[]).filter(service => service !== ''),
    startTimeUnixNano: row.start_ns,
    endTimeUnixNano: row.end_ns,
    spanCount: Number(row.spans),
    errorCount: Number(row.errors),
    logCount: Number(row.logs),
    hasRoot: row.has_root !== 0n,
    receivedAt: Number(row.received_at),
    version: Number(row.version),
  };
}
