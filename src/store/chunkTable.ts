import { joinChunks, runsOf } from './chunk.ts';
import { packChunk, unpackChunk } from './chunkCodec.ts';
import { LOG_ENTRY, SPAN_ENTRY } from './entries.ts';
import { RunCache } from './runCache.ts';
import type { TraceStatements } from './traceStatements.ts';

/** How a chunk's records are told apart. */
export const ChunkKind = { spans: 0, logs: 1 } as const;
/** The size of a record, by kind. */
export const CHUNK_SIZES = [SPAN_ENTRY, LOG_ENTRY] as const;

/** A chunk smaller than this is made larger by the next records of its segment rather than followed by another. */
const SMALL_CHUNK = 8 * 1024;

interface ChunkRow {
  id: number;
  packed: number;
  records: Uint8Array;
}

/** The records of spans and logs by segment, as the writer keeps them. Every method is synchronous. */
export class ChunkTable {
  readonly #sql: TraceStatements;
  /** The last chunk by kind, while it is small. */
  #small: ({ id: number; segment: number; records: Uint8Array } | undefined)[] = [];
  /** Of spans. */
  readonly #runs = new RunCache(SPAN_ENTRY);

  constructor(sql: TraceStatements) {
    this.#sql = sql;
  }

  /** What undoes in memory what is added from here on, where the database undoes it too. */
  savepoint(): () => void {
    const small = this.#small;
    this.#small = [...small];
    return () => {
      this.#small = small;
    };
  }

  /** Adds records of one kind, as of `buildChunk`, to a segment. */
  add(segment: number, kind: number, records: Uint8Array): void {
    const size = sizeOf(kind);
    this.#runs.drop(segment);
    const last = this.#small[kind];
    if (last?.segment === segment && last.records.length < SMALL_CHUNK) {
      const joined = joinChunks([last.records, records], size);
      this.#sql.updateChunk.run(joined, 0, last.id);
      this.#small[kind] = { ...last, records: joined };
      return;
    }
    const { lastInsertRowid } = this.#sql.insertChunk.run(segment, kind, records);
    this.#small[kind] = { id: Number(lastInsertRowid), segment, records };
  }

  /** The span records of a trace in a segment. */
  spansOf(segment: number, row: number): Uint8Array[] {
    return this.#runs.recordsOf(segment, row, () => this.of(segment, ChunkKind.spans));
  }

  /** The chunks of a segment, unpacked. */
  of(segment: number, kind: number): Uint8Array[] {
    const rows = this.#sql.chunkRows.all(segment, kind) as unknown as ChunkRow[];
    return rows.map(({ packed, records }) => (packed ? unpackChunk(records, sizeOf(kind)) : records));
  }

  /** The rows of the traces that a segment holds something of. */
  tracesIn(segment: number): number[] {
    const rows = CHUNK_SIZES.flatMap((size, kind) =>
      this.of(segment, kind).flatMap(chunk => runsOf(chunk, size).map(({ row }) => row)),
    );
    return [...new Set(rows)];
  }

  /** Puts the chunks of a segment that is not written any more together, in a third of their size. */
  pack(segment: number): void {
    this.#runs.drop(segment);
    // The others keep their places: each stands at its kind.
    this.#small = this.#small.map(chunk => (chunk?.segment === segment ? undefined : chunk));
    for (const [kind, size] of CHUNK_SIZES.entries()) {
      const rows = this.#sql.chunkRows.all(segment, kind) as unknown as ChunkRow[];
      if (rows.every(({ packed }) => packed)) continue;
      const joined = joinChunks(this.of(segment, kind), size);
      const [first, ...others] = rows as [ChunkRow, ...ChunkRow[]];
      this.#sql.updateChunk.run(packChunk(joined, size), 1, first.id);
      for (const { id } of others) this.#sql.deleteChunk.run(id);
    }
  }

  /** Removes the records of traces from a segment, and counts that of it. */
  remove(segment: number, rows: ReadonlySet<number>): void {
    const sql = this.#sql;
    const gone = [0, 0];
    this.#runs.drop(segment);
    this.#small = [];
    for (const [kind, size] of CHUNK_SIZES.entries()) {
      for (const { id, packed, records } of sql.chunkRows.all(segment, kind) as unknown as ChunkRow[]) {
        const chunk = packed ? unpackChunk(records, size) : records;
        const kept = joinChunks([chunk], size, row => !rows.has(row));
        const removed = countOf(chunk, size) - countOf(kept, size);
        if (removed === 0) continue;
        gone[kind] = (gone[kind] ?? 0) + removed;
        if (countOf(kept, size) === 0) sql.deleteChunk.run(id);
        else sql.updateChunk.run(packed ? packChunk(kept, size) : kept, packed, id);
      }
    }
    sql.shrinkSegment.run(gone[0] ?? 0, gone[1] ?? 0, segment);
  }

  /** What is in memory may not be so any more. */
  forget(): void {
    this.#small = [];
    this.#runs.clear();
  }
}

function sizeOf(kind: number): (typeof CHUNK_SIZES)[number] {
  return CHUNK_SIZES[kind] ?? SPAN_ENTRY;
}

function countOf(chunk: Uint8Array, size: number): number {
  return runsOf(chunk, size).reduce((sum, { count }) => sum + count, 0);
}
