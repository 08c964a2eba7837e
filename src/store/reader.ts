import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOfHex, hexOf, type TraceId } from '../model/ids.ts';
import type { TraceSummary } from '../model/summary.ts';
import { UserError } from '../model/userError.ts';
import { recordsOf } from './chunk.ts';
import { unpackChunk } from './chunkCodec.ts';
import { CHUNK_SIZES, ChunkKind } from './chunkTable.ts';
import { fill, readBlocks } from './directoryBlocks.ts';
import { LOG_ENTRY, LogEntry, SPAN_ENTRY, viewOf } from './entries.ts';
import { SCHEMA_VERSION, schemaVersionOf } from './schema.ts';
import { SegmentContents } from './segmentContents.ts';
import type { SpanPart } from './spanVersions.ts';
import { type Database, openForReading, type Statement } from './sqlite.ts';
import { TraceDirectory } from './traceDirectory.ts';

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
  first_segment: bigint;
  keep: bigint;
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

/** So many slots of the directory for each trace are too many, except of few. */
const SPARSE_SLOTS = 8;
const LEAST_TRACES = 256;
const SEGMENT_CACHE_BYTES = 64 * 1024 * 1024;

/** Reads a store, which this or another process may be writing meanwhile. */
export class StoreReader {
  readonly folder: string;
  readonly #database: Database;
  readonly #list: Statement;
  readonly #one: Statement;
  readonly #traceId: Statement;
  readonly #metaValue: Statement;
  readonly #chunks: Statement;
  readonly #others: Statement;
  readonly #contents: SegmentContents;
  #directory = new TraceDirectory();
  /** The row after the last that the directory knows, and what had been removed then. */
  #known = { next: 0, removals: 0 };

  /** Which file it reads. */
  readonly #file: string;

  /**
   * @param onDamage hears once of each segment in which something that was asked for is damaged
   * @throws {UserError} there is no store, or a newer Spanside wrote it.
   * @throws it is damaged; see `isCorruption`
   */
  constructor(folder: string, onDamage?: (segment: number) => void) {
    this.folder = folder;
    this.#contents = new SegmentContents(folder, SEGMENT_CACHE_BYTES, onDamage);
    if (!StoreReader.exists(folder)) throw new UserError(`There are no traces in ${folder} yet.`);
    this.#file = fileOf(folder);
    this.#database = openForReading(join(folder, 'spanside.db'));
    try {
      const version = schemaVersionOf(this.#database);
      if (version > SCHEMA_VERSION) {
        throw new UserError(
          `The traces in ${folder} were stored by a newer Spanside (format ${version}, this one knows ${SCHEMA_VERSION}). Update Spanside to read them.`,
        );
      }
      // Without its tables it is being made; of an older version it is about to be brought up to date.
      if (version < SCHEMA_VERSION) throw new UserError(`There are no traces in ${folder} yet.`);
      this.#list = this.#bigints(
        `SELECT * FROM trace WHERE spans > 0 AND (start_ns, id) < (?, ?) ORDER BY start_ns DESC, id DESC`,
      );
      this.#metaValue = this.#database.prepare('SELECT value FROM meta WHERE key = ?');
      this.#traceId = this.#database.prepare('SELECT trace_id FROM trace WHERE id = ?');
      this.#one = this.#bigints('SELECT * FROM trace WHERE id = ?');
      this.#chunks = this.#database.prepare(
        'SELECT packed, records FROM chunk WHERE segment = ? AND kind = ? ORDER BY id',
      );
      this.#others = this.#database.prepare('SELECT segment FROM part WHERE trace = ? ORDER BY segment');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  static exists(folder: string): boolean {
    return existsSync(join(folder, 'spanside.db'));
  }

  /** Whether the index was made anew since it was opened: then this reads what is no longer there. */
  get isReplaced(): boolean {
    return fileOf(this.folder) !== this.#file;
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
    return this.#rowOf(bytesOfHex(traceId) ?? new Uint8Array(16));
  }

  #rowOf(id: Uint8Array): SummaryRow | undefined {
    const row = this.rowOf(id);
    return row === undefined ? undefined : (this.#one.get(row) as unknown as SummaryRow | undefined);
  }

  /**
   * The row of a trace, also of one of which only logs are here.
   * @param isOf whether a row is that of the trace
   * @param isCurrent whether nothing was written since the last call
   */
  rowOf(id: Uint8Array, isOf = (row: number): boolean => this.#isOf(row, id), isCurrent = false): number | undefined {
    if (!isCurrent) this.#readDirectory();
    const row = this.#directory.find(id, 0, isOf);
    return row === 0 ? undefined : row;
  }

  #isOf(row: number, id: Uint8Array): boolean {
    const found = this.#traceId.get(row) as { trace_id: Uint8Array } | undefined;
    return found !== undefined && Buffer.compare(found.trace_id, id) === 0;
  }

  /**
   * Reads on in the directory. What was removed may stay in it, because rows are verified and never given again; it is read
   * from its beginning only where hardly anything else is left in it.
   */
  #readDirectory(): void {
    const removals = this.removals();
    const isSparse = this.#directory.size > SPARSE_SLOTS * (this.traceCount() + LEAST_TRACES);
    if (removals !== this.#known.removals && isSparse) {
      this.#directory = new TraceDirectory();
      this.#known = { next: 0, removals };
    }
    const { next } = this.#known;
    const { first } = this.#database
      .prepare('SELECT max(first) AS first FROM directory WHERE first <= ?')
      .get(next) as {
      first: number | null;
    };
    for (const block of readBlocks(this.#database, first ?? 0)) {
      this.#known.next = fill(this.#directory, block, Math.max(next, block.first));
    }
  }

  trace(traceId: TraceId): StoredTrace | undefined {
    // One transaction, so that the parts belong to the summary.
    this.#database.exec('BEGIN');
    try {
      const row = this.#row(traceId);
      if (!row) return undefined;
      const others = this.#others.all(row.id) as { segment: number }[];
      const segments = [Number(row.first_segment), ...others.map(({ segment }) => segment)];
      const records = (kind: number, size: number) =>
        segments.flatMap(segment =>
          this.chunks(segment, kind).flatMap(chunk =>
            recordsOf(chunk, size, Number(row.id)).map(found => ({ segment, found })),
          ),
        );
      const parts = records(ChunkKind.spans, SPAN_ENTRY).map(({ segment, found }) => ({ segment, spans: found }));
      const logs: LogEntry[] = [];
      for (const { segment, found } of records(ChunkKind.logs, LOG_ENTRY)) {
        const view = viewOf(found);
        for (let at = 0; at + LOG_ENTRY <= found.length; at += LOG_ENTRY) {
          logs.push(new LogEntry(found, view, at, segment));
        }
      }
      return { summary: summaryOf(row), parts, logs };
    } finally {
      this.#database.exec('COMMIT');
    }
  }

  /** The chunks of a segment, unpacked. @throws {DamagedChunkError} */
  chunks(segment: number, kind: number): Uint8Array[] {
    const rows = this.#chunks.all(segment, kind) as { packed: number; records: Uint8Array }[];
    return rows.map(({ packed, records }) =>
      packed ? unpackChunk(records, CHUNK_SIZES[kind] ?? SPAN_ENTRY) : records,
    );
  }

  /** Content of a segment up to at least `end` bytes, unless it is damaged; the last few are kept. */
  segment(id: number, end: number): Uint8Array {
    return this.#contents.get(id, end);
  }

  /** Whether the bytes of a segment from `offset` on are as they were written. */
  isSound(id: number, offset: number, length: number): boolean {
    return this.#contents.isSound(id, offset, length);
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
    return this.rowOf(traceId) !== undefined;
  }

  /** The summary of a row; `undefined` where it is gone, or has no spans. */
  summaryAt(row: bigint): TraceSummary | undefined {
    const found = this.#one.get(row) as unknown as SummaryRow | undefined;
    return found && found.spans > 0n ? summaryOf(found) : undefined;
  }

  /** For whoever reads the index in a way of their own. */
  prepare(sql: string): Statement {
    return this.#database.prepare(sql);
  }

  /** Ids of the traces that are pinned. */
  pinned(): Uint8Array[] {
    const rows = this.#database.prepare('SELECT trace_id FROM trace WHERE keep & 1').all() as {
      trace_id: Uint8Array;
    }[];
    return rows.map(({ trace_id }) => trace_id);
  }

  traceCount(): number {
    return this.#meta('traces');
  }

  /** How many spans there are, and when the oldest of what is kept arrived (ms since 1970); logs and metrics count for that. */
  totals(): { spans: number; oldest: number | undefined } {
    const row = this.#database
      .prepare(
        'SELECT sum(spans) AS spans, min(first_at) AS oldest FROM segment WHERE spans > 0 OR logs > 0 OR points > 0',
      )
      .get() as { spans: number | null; oldest: number | null };
    return { spans: row.spans ?? 0, oldest: row.oldest ?? undefined };
  }

  /** Segment ids with their committed length, oldest first. */
  segments(): { id: number; bytes: number }[] {
    return this.#database.prepare('SELECT id, bytes FROM segment ORDER BY id').all() as { id: number; bytes: number }[];
  }

  close(): void {
    this.#database.close();
  }
}

function fileOf(folder: string): string {
  const stat = statSync(join(folder, 'spanside.db'), { throwIfNoEntry: false, bigint: true });
  return stat ? `${stat.dev} ${stat.ino}` : '';
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
    pinned: (row.keep & 1n) !== 0n,
    receivedAt: Number(row.received_at),
    version: Number(row.version),
  };
}
