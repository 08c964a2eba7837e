import { serviceOf } from '../model/span.ts';
import { decodeResource } from '../otlp/decode.ts';
import { scanSpanHead } from '../otlp/spanHead.ts';
import { buildChunk } from './chunk.ts';
import { ChunkKind, ChunkTable } from './chunkTable.ts';
import { DirectoryBlocks } from './directoryBlocks.ts';
import { keyOf, LOCATED_ENTRY, LOG_ENTRY, SPAN_ENTRY, SpanEntry, viewOf } from './entries.ts';
import type { Pending, PendingSegment } from './pending.ts';
import type { SpanSet } from './spanSet.ts';
import { entriesOf, factsOfEntry, isLater, type SpanPart } from './spanVersions.ts';
import type { Database } from './sqlite.ts';
import type { TraceDirectory } from './traceDirectory.ts';
import { TraceState } from './traceState.ts';
import { type TraceStatements, traceStatements } from './traceStatements.ts';
import type { StoredTraces } from './traceStates.ts';

interface TraceRow {
  trace_id: Uint8Array;
  name: string;
  service: string;
  services: string;
  root: Uint8Array;
  has_root: bigint;
  start_ns: bigint;
  end_ns: bigint;
  spans: bigint;
  errors: bigint;
  logs: bigint;
  received_at: bigint;
  first_segment: bigint;
}

type ReadBytes = (segment: number, offset: number, length: number) => Uint8Array;

/** The SQLite side of the writer: what the segments hold, so that it is found again. Every method is synchronous. */
export class TraceIndex implements StoredTraces {
  readonly #database: Database;
  readonly #sql: TraceStatements;
  readonly #blocks: DirectoryBlocks;
  readonly #read: ReadBytes;
  /** Where what a segment holds stands in it. */
  readonly chunks: ChunkTable;
  #seq: number;
  /** The highest row there ever was: a reader may remember one that is gone. */
  #row: number;
  /** Taken up anew for every trace: SQLite copies what it is given. */
  readonly #root = new Uint32Array(4);
  #lastService = { service: '', text: '[""]' };

  /** @param read answers bytes of a segment */
  constructor(database: Database, directory: TraceDirectory, read: ReadBytes) {
    this.#database = database;
    this.#read = read;
    this.#sql = traceStatements(database);
    this.chunks = new ChunkTable(this.#sql);
    this.#blocks = new DirectoryBlocks(database, directory);
    this.#seq = this.meta('seq');
    const { id } = this.#sql.highestRow.get() as { id: number | null };
    this.#row = Math.max(this.meta('row'), id ?? 0, this.#blocks.end - 1);
  }

  meta(key: string): number {
    return (this.#sql.meta.get(key) as { value: number } | undefined)?.value ?? 0;
  }

  setMeta(key: string, value: number): void {
    this.#sql.setMeta.run(key, value);
  }

  /** No row had a higher number, not even one that is gone. */
  get highestRow(): number {
    return this.#row;
  }

  /** Writes what is pending in one transaction. @throws the disk or the database failed: nothing of it is written. */
  write(pending: Pending, lengths: Map<number, number>, traces: number): void {
    this.#seq++;
    let undo = () => {};
    let highest = this.#row;
    this.transaction(
      () => {
        undo = this.chunks.savepoint();
        for (const state of pending.states) {
          this.#writeTrace(state);
          if (state.id > highest) highest = state.id;
        }
        this.#blocks.write();
        for (const segment of pending.segments.values()) {
          this.#writeSegment(segment, lengths.get(segment.id) ?? 0);
        }
        for (const { hash, at } of pending.bodies.values()) this.#sql.insertBody.run(hash, at);
        this.setMeta('seq', this.#seq);
        this.setMeta('row', highest);
        this.setMeta('traces', traces);
      },
      () => undo(),
    );
    this.#row = highest;
    this.#blocks.settle();
    for (const state of pending.states) {
      state.storedSegments = state.segments.length;
      state.dirty = false;
    }
  }

  transaction(work: () => void, failed?: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      failed?.();
      try {
        this.#database.exec('ROLLBACK');
      } catch {
        // SQLite has rolled back by itself.
      }
      throw error;
    }
  }

  #writeTrace(state: TraceState): void {
    const { segments, storedSegments } = state;
    // biome-ignore format: one line a group of columns
    const row = [
      state.name, state.service, this.#servicesText(state.services), this.#rootBytes(state), state.hasRoot ? 1 : 0,
      nanos(state.startLow, state.startHigh), nanos(state.endLow, state.endHigh),
      state.spans, state.errors, state.logs, state.receivedAt, this.#seq, segments.at(-1) ?? 0,
    ];
    if (storedSegments < 0) {
      this.#sql.insertTrace.run(...row, state.id, state.traceId, segments[0] ?? 0);
      if (!state.listed) this.#blocks.add(state.id, state.traceId);
      state.listed = true;
    } else this.#sql.updateTrace.run(...row, state.id);
    for (let i = Math.max(1, storedSegments); i < segments.length; i++) {
      this.#sql.insertPart.run(state.id, segments[i] ?? 0);
    }
  }

  #rootBytes({ rootLow, rootHigh, rootStartLow, rootStartHigh }: TraceState): Uint8Array {
    const root = this.#root;
    root[0] = rootLow;
    root[1] = rootHigh;
    root[2] = rootStartLow;
    root[3] = rootStartHigh;
    return new Uint8Array(root.buffer);
  }

  #servicesText(services: readonly string[]): string {
    if (services.length !== 1) return JSON.stringify([...services].sort());
    const [service = ''] = services;
    if (service !== this.#lastService.service) this.#lastService = { service, text: JSON.stringify(services) };
    return this.#lastService.text;
  }

  #writeSegment(segment: PendingSegment, bytes: number): void {
    if (segment.spanRows.length > 0) {
      this.chunks.add(segment.id, ChunkKind.spans, buildChunk(segment.spanRows, segment.spans.bytes, SPAN_ENTRY));
    }
    if (segment.logRows.length > 0) {
      this.chunks.add(segment.id, ChunkKind.logs, buildChunk(segment.logRows, segment.logs.bytes, LOG_ENTRY));
    }
    if (segment.located.count > 0) this.#sql.insertLocated.run(this.#seq, segment.id, segment.located.bytes);
    const { spanRows, logCount, points, firstAt, lastAt } = segment;
    this.#sql.growSegment.run(segment.id, bytes, spanRows.length, logCount, points, firstAt, lastAt);
  }

  isTrace(row: number, id: Uint8Array): boolean {
    const found = this.#sql.traceId.get(row) as { trace_id: Uint8Array } | undefined;
    return found !== undefined && Buffer.compare(found.trace_id, id) === 0;
  }

  restore(row: number, id: Uint8Array): TraceState {
    const stored = this.#sql.trace.get(row) as unknown as TraceRow;
    const state = new TraceState(row, id, Number(stored.received_at));
    state.name = stored.name;
    state.service = stored.service;
    state.services.push(...(JSON.parse(stored.services) as string[]));
    const root = viewOf(stored.root);
    state.rootLow = root.getUint32(0, true);
    state.rootHigh = root.getUint32(4, true);
    state.rootStartLow = root.getUint32(8, true);
    state.rootStartHigh = root.getUint32(12, true);
    state.hasRoot = stored.has_root !== 0n;
    [state.startLow, state.startHigh] = words(stored.start_ns);
    [state.endLow, state.endHigh] = words(stored.end_ns);
    state.spans = Number(stored.spans);
    state.errors = Number(stored.errors);
    state.logs = Number(stored.logs);
    state.segments.push(...this.#segmentsOf(row, Number(stored.first_segment)));
    state.storedSegments = state.segments.length;
    state.listed = true;
    for (const { idLow, idHigh, segment, offset, length } of entriesOf(this.#parts(state))) {
      const at = state.known.find(idLow, idHigh);
      if (at < 0) {
        state.known.add(idLow, idHigh, segment, offset, length);
        continue;
      }
      const before = this.#read(state.known.segmentAt(at), state.known.offsetAt(at), state.known.lengthAt(at));
      if (isLater(this.#read(segment, offset, length), before)) state.known.move(at, segment, offset, length);
    }
    return state;
  }

  #segmentsOf(row: number, first: number): number[] {
    const others = this.#sql.parts.all(row) as { segment: number }[];
    return [...(first === 0 ? [] : [first]), ...others.map(({ segment }) => segment)];
  }

  /** The stored span records of a trace. */
  #parts(state: TraceState): SpanPart[] {
    return state.segments
      .slice(0, Math.max(0, state.storedSegments))
      .flatMap(segment => this.chunks.spansOf(segment, state.id).map(spans => ({ segment, spans })));
  }

  /** Whether a trace is kept whatever the limits are, and the last segment that holds something of it. */
  trace(row: number): { isKept: boolean; lastSegment: number } | undefined {
    const found = this.#sql.keepOf.get(row) as { keep: number; last_segment: number } | undefined;
    return found && { isKept: found.keep !== 0, lastSegment: found.last_segment };
  }

  /** Pins traces, or pins them no longer. */
  pin(rows: readonly number[], on: boolean): void {
    this.#seq++;
    this.transaction(() => {
      for (const row of rows) (on ? this.#sql.pin : this.#sql.unpin).run(this.#seq, row);
      this.setMeta('seq', this.#seq);
    });
  }

  /** Removes everything; the rows of the segments stay until their files are gone. */
  clear(): void {
    this.transaction(() => {
      for (const table of ['trace', 'part', 'chunk', 'directory', 'located', 'body']) {
        this.#database.exec(`DELETE FROM ${table}`);
      }
      this.#database.exec('UPDATE segment SET spans = 0, logs = 0, points = 0');
      this.setMeta('traces', 0);
      this.#sql.addMeta.run('removals', 1);
    });
    this.chunks.forget();
    this.#blocks.clear();
  }

  /** Removes traces from everything but the segment files; inside the caller's transaction. */
  remove(rows: ReadonlySet<number>): void {
    const sql = this.#sql;
    const segments = new Set<number>();
    const ids = new Set<string>();
    for (const row of rows) {
      const found = sql.traceId.get(row) as { trace_id: Uint8Array; first_segment: number; spans: number } | undefined;
      if (!found) continue;
      for (const segment of this.#segmentsOf(row, found.first_segment)) segments.add(segment);
      this.#blocks.remove(row, found.trace_id);
      ids.add(keyOf(found.trace_id, 0, 16));
      sql.deleteTrace.run(row);
      sql.deleteParts.run(row);
      if (found.spans > 0) sql.addMeta.run('traces', -1);
    }
    for (const segment of segments) {
      this.chunks.remove(segment, rows);
      this.#removeLocated(segment, ids);
    }
    this.#blocks.write();
    sql.addMeta.run('removals', 1);
  }

  /** @param ids of the traces that are removed, as keys */
  #removeLocated(segment: number, ids: ReadonlySet<string>): void {
    const sql = this.#sql;
    for (const { seq, spans } of sql.located.all(segment) as { seq: number; spans: Uint8Array }[]) {
      const kept: Uint8Array[] = [];
      for (let at = 0; at + LOCATED_ENTRY <= spans.length; at += LOCATED_ENTRY) {
        if (!ids.has(keyOf(spans, at, 16))) kept.push(spans.subarray(at, at + LOCATED_ENTRY));
      }
      if (kept.length === 0) sql.deleteLocated.run(seq, segment);
      else if (kept.length * LOCATED_ENTRY < spans.length) sql.updateLocated.run(Buffer.concat(kept), seq, segment);
    }
  }

  forgetBodies(): void {
    this.#sql.deleteBodies.run();
  }

  /** After a removal failed: what is in memory of it is wrong. */
  reread(): void {
    this.chunks.forget();
    this.#blocks.reload();
  }

  /** After a removal was committed. */
  settle(): void {
    this.#blocks.settle();
  }

  /** Counts the summary of a trace anew from its spans, those that are pending too. */
  recount(state: TraceState, pending: Pending): void {
    const parts = this.#parts(state);
    for (const segment of pending.segments.values()) {
      const { bytes } = segment.spans;
      segment.spanRows.forEach((row, i) => {
        if (row === state.id) {
          parts.push({ segment: segment.id, spans: bytes.subarray(i * SPAN_ENTRY, (i + 1) * SPAN_ENTRY) });
        }
      });
    }
    const { known } = state;
    state.resetSpans();
    for (const entry of countingEntries(parts, known)) {
      if (!state.addSpan(factsOfEntry(entry))) continue;
      const { segment, offset, length, resourceOffset, resourceLength } = entry;
      const resource = this.#read(segment, resourceOffset, resourceLength);
      state.service = serviceOf(decodeResource(resource, 0, resourceLength));
      state.name = scanSpanHead(this.#read(segment, offset, length), 0, length, '').name;
    }
  }
}

/** Of each span the version that counts: of one there may be thousands of others. */
function* countingEntries(parts: readonly SpanPart[], known: SpanSet): Generator<SpanEntry> {
  for (const { spans, segment } of parts) {
    const view = viewOf(spans);
    for (let at = 0; at + SPAN_ENTRY <= spans.length; at += SPAN_ENTRY) {
      const place = known.find(view.getUint32(at, true), view.getUint32(at + 4, true));
      if (known.segmentAt(place) !== segment || known.offsetAt(place) !== view.getUint32(at + 32, true)) continue;
      yield new SpanEntry(spans, view, at, segment);
    }
  }
}

function nanos(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function words(value: bigint): [number, number] {
  return [Number(value & 0xffff_ffffn), Number(value >> 32n)];
}
