import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hexOf, type TraceId } from '../model/ids.ts';
import { aboutInvalidSpans } from '../otlp/invalidSpans.ts';
import { MalformedError } from '../otlp/malformed.ts';
import { scanLogs } from '../otlp/scanLogs.ts';
import { countMetricPoints } from '../otlp/scanMetrics.ts';
import { ScanMemory, scanTraces } from '../otlp/scanTraces.ts';
import { tidyAtRest } from './atRest.ts';
import { finishBlanking } from './blankFile.ts';
import { BodyMemory } from './bodyMemory.ts';
import { fill } from './filler.ts';
import { Keeper } from './keeper.ts';
import { Pending } from './pending.ts';
import { type Place, Recorder } from './recorder.ts';
import {
  checkDirectory,
  continuationOf,
  lostTraces,
  missingSegments,
  numberAnew,
  segmentIds,
  syncSegment,
  tidySegments,
  unindexed,
} from './recovery.ts';
import { isDiskFull, Reserve } from './reserve.ts';
import type { RetentionLimits } from './retentionPolicy.ts';
import { migrate } from './schema.ts';
import { SegmentContents } from './segmentContents.ts';
import { SegmentFile } from './segmentFile.ts';
import { checkIndex, type Database, openForWriting } from './sqlite.ts';
import { TraceIndex } from './traceIndex.ts';
import { TraceStates } from './traceStates.ts';
import type { WriteRequest, WriteResult } from './writeRequest.ts';

export interface CommitResult {
  /** In the order of the requests; an error is of that request alone. */
  results: (WriteResult | MalformedError)[];
  /** Traces that changed. */
  traceIds: TraceId[];
}

const SEGMENT_SPANS = 16_384;
const SEGMENT_BYTES = 4 * 1024 * 1024;
/** A smaller segment stays open when the others are compressed. */
const WORTH_COMPRESSING = 64 * 1024;
/** So much may wait for the index when it cannot be written; more is refused. */
const MOST_PENDING = 200_000;
/** After the disk failed, how long nothing is tried. */
const PAUSE_MS = 500;
/** While a store is opened, the index is written when so much waits for it. */
const RECOVERED_ITEMS = 65_536;

export interface WriterOptions {
  /** How long nothing is tried after the disk failed. */
  pauseMs?: number;
  /** So many items may wait for the index when it cannot be written. */
  mostPending?: number;
  /** Hears once of each segment that is damaged or missing. */
  onDamage?: (segment: number) => void;
}

/**
 * The one writer of a store. A request is stored in three steps: {@link add} writes it into a segment, after {@link sync}
 * it is on disk and may be acknowledged, and {@link index} makes it to be found. The segments are what counts: what the
 * index lacks when a store is opened is read from them.
 */
export class StoreWriter {
  readonly folder: string;
  readonly #database: Database;
  readonly #states: TraceStates;
  readonly #index: TraceIndex;
  readonly #recorder: Recorder;
  readonly #contents: SegmentContents;
  readonly #keeper: Keeper;
  #segment: SegmentFile;
  /** Full segments that the disk may not have yet. */
  #closing: SegmentFile[] = [];
  /** Waits for the disk that are under way. */
  #syncs = 0;
  #segmentSpans = 0;
  #pending = new Pending();
  readonly #memory = new ScanMemory();
  readonly #bodies: BodyMemory;
  #traceCount: number;
  readonly #pauseMs: number;
  readonly #mostPending: number;
  #pausedUntil = 0;
  readonly #reserve: Reserve;
  #failure = '';
  /** The segments from which what is in memory has still to be made anew. */
  #stale: Set<number> | undefined;
  /** Traces that changed, and of which {@link index} has still to say so. */
  #unsaid: TraceId[] = [];
  /** While segments are recovered: how far each is recorded. */
  readonly #recorded = new Map<number, number>();
  readonly #onDamage: (segment: number) => void;

  /**
   * Opens a store, made where there is none. The caller holds its lock.
   * @throws {UserError} a newer Spanside wrote it.
   */
  constructor(
    folder: string,
    { pauseMs = PAUSE_MS, mostPending = MOST_PENDING, onDamage = () => {} }: WriterOptions = {},
  ) {
    this.folder = folder;
    this.#pauseMs = pauseMs;
    this.#mostPending = mostPending;
    this.#onDamage = onDamage;
    mkdirSync(join(folder, 'segments'), { recursive: true, mode: 0o700 });
    this.#reserve = new Reserve(folder);
    this.#contents = new SegmentContents(folder, undefined, onDamage);
    this.#database = openForWriting(folder, join(folder, 'spanside.db'));
    try {
      checkIndex(this.#database);
      migrate(this.#database);
      checkDirectory(this.#database);
      numberAnew(folder, this.#database);
      this.#states = new TraceStates({
        isTrace: (row, id) => this.#index.isTrace(row, id),
        restore: (row, id) => this.#index.restore(row, id),
      });
      this.#index = new TraceIndex(this.#database, this.#states.directory, this.#read);
      this.#states.nextId = this.#index.highestRow + 1;
      this.#recorder = new Recorder(this.#states, () => this.#pending, {
        read: this.#read,
        recount: state => this.#index.recount(state, this.#pending),
      });
      this.#traceCount = this.#index.meta('traces');
      this.#bodies = new BodyMemory(this.#database);
      this.#keeper = new Keeper(folder, this.#database, this.#index, this.#contents, {
        ids: () => new Set(this.#openIds()),
        written: id => [...this.#closing, this.#segment].find(file => file.id === id)?.written,
        settle: () => {
          this.#indexAhead();
          this.syncNow();
        },
        removed: rows => this.#forget(rows),
        forgetBodies: () => {
          this.#bodies.clear();
          this.#index.forgetBodies();
        },
        damaged: onDamage,
      });
      finishBlanking(folder);
      tidyAtRest(folder);
      tidySegments(folder, this.#database);
      this.#segment = this.#openLast();
      this.#recover(segmentIds(folder), true);
      this.index();
      this.#recorded.clear();
      this.#forgetMissing();
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  readonly #read = (segment: number, offset: number, length: number): Uint8Array => {
    for (const open of [this.#segment, ...this.#closing]) {
      if (open?.id === segment) return open.read(offset, length);
    }
    if (this.#contents.isSound(segment, offset, length)) {
      return this.#contents.get(segment, offset + length).subarray(offset, offset + length);
    }
    // Where that is damaged, a message without anything in it: whatever comes next counts rather than this.
    const nothing = new Uint8Array(length);
    fill(nothing, 0, length);
    return nothing;
  };

  #openLast(): SegmentFile {
    const last = segmentIds(this.folder).at(-1);
    if (last === undefined || last < this.#index.meta('segment')) return this.#newSegment();
    const end = continuationOf(this.folder, this.#database, last);
    return end === undefined ? this.#newSegment() : new SegmentFile(this.folder, last, end);
  }

  /** Its id was never used before: a reader may still hold the content of an older one. */
  #newSegment(): SegmentFile {
    const id = Math.max(this.#index.meta('segment'), ...segmentIds(this.folder).slice(-1)) + 1;
    this.#index.setMeta('segment', id);
    return new SegmentFile(this.folder, id, 0);
  }

  /**
   * Records what the segments hold and the index does not: written, perhaps acknowledged, and then the process died or the
   * power failed, or the index is made anew. Spans and bodies that are known are known, so nothing doubles.
   * @param inSteps whether the index may be written in between, so that memory does not grow with the store
   */
  #recover(segments: Iterable<number>, inSteps: boolean): void {
    for (const id of segments) {
      const { content, frames, damaged } = unindexed(this.folder, this.#database, id);
      if (damaged.length > 0) this.#onDamage(id);
      // The index must not know of anything that the power could still take.
      if (frames.length > 0) syncSegment(this.folder, id);
      for (const { signal, receivedAt, offset, length } of frames) {
        const body = content.subarray(offset, offset + length);
        try {
          this.#record({ signal, body, receivedAt }, () => ({ segment: id, base: offset }));
        } catch (error) {
          if (!(error instanceof MalformedError)) throw error;
        }
        this.#pending.segment(id);
        this.#recorded.set(id, offset + length);
        if (inSteps && this.pendingItems >= RECOVERED_ITEMS) this.index();
      }
    }
    const row = this.#database.prepare('SELECT spans FROM segment WHERE id = ?').get(this.#segment.id);
    const pending = this.#pending.segments.get(this.#segment.id)?.spanRows.length ?? 0;
    this.#segmentSpans = ((row as { spans: number } | undefined)?.spans ?? 0) + pending;
  }

  /** Says which segments are missing, and forgets the traces of which nothing is left. */
  #forgetMissing(): void {
    const missing = missingSegments(this.folder, this.#database);
    if (missing.length === 0) return;
    for (const id of missing) this.#onDamage(id);
    const rows = new Set(missing.flatMap(id => this.#index.chunks.tracesIn(id)));
    const lost = lostTraces(this.#database, [...rows], missing);
    if (lost.size === 0) return;
    this.#index.transaction(() => this.#index.remove(lost));
    this.#index.settle();
    this.#forget(lost);
  }

  /**
   * Writes requests into the open segment.
   * @throws the disk failed: nothing of these requests is kept.
   */
  add(requests: readonly WriteRequest[]): (WriteResult | MalformedError)[] {
    if (Date.now() < this.#pausedUntil) throw new Error(this.#failure);
    this.#refresh();
    if (!this.#reserve.isHeld) this.#makeRoom();
    if (this.pendingItems > this.#mostPending) this.#indexAhead();
    const results = requests.map(request => this.#add(request));
    this.#writeSegment();
    return results;
  }

  /** @throws there is no room that the index could need. */
  #makeRoom(): void {
    this.#reserve.hold();
    if (this.#reserve.isHeld) return;
    const error = new Error('ENOSPC: no space left on device');
    this.#pause(error);
    throw error;
  }

  #add(request: WriteRequest): WriteResult | MalformedError {
    try {
      if (this.#segment.bytes >= SEGMENT_BYTES || this.#segmentSpans >= SEGMENT_SPANS) this.#roll();
      const segment = this.#segment;
      return this.#record(request, () => {
        const place = { segment: segment.id, base: segment.nextOffset };
        segment.append(request.signal, request.receivedAt, request.body);
        return place;
      });
    } catch (error) {
      if (error instanceof MalformedError) return error;
      throw this.#failed(error);
    }
  }

  #writeSegment(): void {
    try {
      this.#segment.write();
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** The disk failed: what is in memory has to be made anew from what is in the files. */
  #failed(error: unknown): unknown {
    this.#pause(error);
    this.#stale = new Set([...(this.#stale ?? []), ...this.#pending.segments.keys(), ...this.#openIds()]);
    try {
      this.#refresh();
    } catch {
      // The same trouble as a rule; the next request tries again.
    }
    return error;
  }

  #pause(error: unknown): void {
    this.#failure = error instanceof Error ? error.message : String(error);
    this.#pausedUntil = Date.now() + this.#pauseMs;
  }

  #refresh(): void {
    const stale = this.#stale;
    if (!stale) return;
    this.#segment.discard();
    this.#states.forgetAll();
    this.#pending = new Pending();
    this.#traceCount = this.#index.meta('traces');
    this.#bodies.read();
    // The index has all of the others.
    const segments = segmentIds(this.folder).filter(id => stale.has(id));
    this.#recover(segments, false);
    this.#recorded.clear();
    this.#stale = undefined;
  }

  #openIds(): number[] {
    return [...this.#closing, this.#segment].map(({ id }) => id);
  }

  /** Takes note of a request; `keep` writes it where it brings anything new. @throws {MalformedError} */
  #record(request: WriteRequest, keep: () => Place): WriteResult {
    const { signal, body, receivedAt } = request;
    if (signal === 'traces') {
      const scan = scanTraces(body, this.#memory);
      const message = scan.invalid > 0 ? aboutInvalidSpans(body, scan) : '';
      if (!this.#recorder.hasNews(body, scan)) {
        this.#states.evict();
        return { stored: 0, rejected: scan.invalid, message };
      }
      const stored = this.#recorder.traces(keep(), body, scan, receivedAt);
      this.#segmentSpans += stored;
      this.#traceCount += this.#recorder.newTraces;
      this.#recorder.newTraces = 0;
      return { stored, rejected: scan.invalid, message };
    }
    const scan = signal === 'logs' ? scanLogs(body) : undefined;
    const count = scan?.count ?? countMetricPoints(body);
    if (count === 0 || this.#isRepeated(request)) return { stored: 0, rejected: 0, message: '' };
    if (scan) this.#recorder.logs(keep(), scan, receivedAt);
    else this.#recorder.metrics(keep(), count, receivedAt);
    return { stored: count, rejected: 0, message: '' };
  }

  /** Whether a request without ids of its own came before; notes it where it did not. */
  #isRepeated({ signal, body, receivedAt }: WriteRequest): boolean {
    const noted = this.#bodies.note(signal, body, receivedAt);
    if (!noted) return true;
    this.#pending.bodies.set(noted.key, { hash: noted.hash, at: receivedAt });
    return false;
  }

  /** Waits until the disk has everything that was added before. @throws the disk failed; the store must be opened anew. */
  async sync(): Promise<void> {
    this.#syncs++;
    try {
      for (const file of [...this.#closing, this.#segment]) if (!file.isSynced) await file.sync();
    } finally {
      this.#syncs--;
    }
    if (this.#syncs === 0) this.#closeSynced();
  }

  /** As {@link sync}, in this thread: shorter where there is little to write, but nothing else goes on meanwhile. */
  syncNow(): void {
    for (const file of [...this.#closing, this.#segment]) file.syncNow();
    if (this.#syncs === 0) this.#closeSynced();
  }

  #closeSynced(): void {
    for (const file of this.#closing.filter(one => one.isSynced)) file.close();
    this.#closing = this.#closing.filter(one => !one.isSynced);
  }

  /** Spans, log records and metric points that the index does not have yet. */
  get pendingItems(): number {
    return this.#pending.spans + this.#pending.items;
  }

  /**
   * Makes what was added to be found.
   * @returns the traces that changed
   * @throws the disk or the database failed: it can be tried again
   */
  index(): TraceId[] {
    this.#refresh();
    const pending = this.#pending;
    if (pending.isEmpty) return this.#takeUnsaid();
    try {
      // The index must not know of anything that the power could still take.
      this.syncNow();
      const open = [...this.#closing, this.#segment].map(file => [file.id, file.written] as const);
      const lengths = new Map([...open, ...this.#recorded]);
      for (const id of pending.segments.keys()) {
        if (!lengths.has(id)) lengths.set(id, unindexed(this.folder, this.#database, id).end);
      }
      this.#writeIndex(pending, lengths);
    } catch (error) {
      if (this.pendingItems > this.#mostPending) this.#pause(error);
      throw error;
    }
    this.#pending = new Pending();
    this.#states.touch(pending.states);
    // What cannot be forgotten now is so the next time.
    attempt(() => this.#bodies.purge(Date.now(), pending.bodies.size));
    const changed = [...pending.states].map(({ traceId }) => hexOf(traceId) as TraceId);
    return [...this.#takeUnsaid(), ...changed];
  }

  #writeIndex(pending: Pending, lengths: Map<number, number>): void {
    try {
      this.#index.write(pending, lengths, this.#traceCount);
    } catch (error) {
      if (!isDiskFull(error) || !this.#reserve.release()) throw error;
      this.#index.write(pending, lengths, this.#traceCount);
    }
  }

  /** For what comes after it; the next {@link index} says what changed. */
  #indexAhead(): void {
    this.#unsaid = this.index();
  }

  #takeUnsaid(): TraceId[] {
    const unsaid = this.#unsaid;
    this.#unsaid = [];
    return unsaid;
  }

  /** All three steps at once. @throws the disk or the database failed. */
  commit(requests: readonly WriteRequest[]): CommitResult {
    const results = this.add(requests);
    return { results, traceIds: this.index() };
  }

  #roll(): void {
    this.#segment.write();
    const next = this.#newSegment();
    this.#closing.push(this.#segment);
    this.#segment = next;
    this.#segmentSpans = 0;
  }

  /** Removes traces: when it resolves, no file holds anything of them. */
  deleteTraces(ids: readonly Uint8Array[]): Promise<void> {
    return this.#keeper.remove(() => this.#rowsOf(ids));
  }

  /** Removes everything that was received. */
  clear(): Promise<void> {
    if (this.#segment.bytes > 0) this.#roll();
    return this.#keeper.clear();
  }

  /** Keeps traces whatever the limits of retention are, or no longer. */
  pinTraces(ids: readonly Uint8Array[], on: boolean): void {
    this.#indexAhead();
    this.#index.pin(this.#rowsOf(ids), on);
    this.#keeper.released();
  }

  #forget(rows?: ReadonlySet<number>): void {
    if (rows) this.#states.forget(rows);
    else this.#states.forgetAll();
    this.#traceCount = this.#index.meta('traces');
  }

  #rowsOf(ids: readonly Uint8Array[]): number[] {
    const rows = ids.map(id => this.#states.directory.find(id, 0, row => this.#index.isTrace(row, id)));
    return rows.filter(row => row !== 0);
  }

  /** One step on the way back under the limits; whether there is more to do. */
  retain(limits: RetentionLimits, now = Date.now()): Promise<boolean> {
    return this.#keeper.retain(limits, now);
  }

  /** Finishes what an earlier process left half done. */
  tidy(): Promise<void> {
    return this.#keeper.tidy();
  }

  /**
   * One step towards less on disk; false where there is none. See {@link Keeper.compress}.
   * @param all the open one too, unless it is hardly begun
   */
  compress(all: boolean): Promise<boolean> {
    if (all && this.#segment.bytes > WORTH_COMPRESSING) {
      this.#roll();
      this.syncNow();
      this.#indexAhead();
    }
    return this.#keeper.compress();
  }

  /** Notes that all of this is in another store now: readers leave it out from here on. */
  markMerged(): void {
    this.#index.setMeta('merged', 1);
    this.#keeper.checkpoint();
  }

  /** Traces with at least one span. */
  get traceCount(): number {
    return this.#traceCount;
  }

  close(): void {
    attempt(() => this.index());
    attempt(() => this.syncNow());
    for (const file of [...this.#closing, this.#segment]) file.close();
    this.#keeper.checkpoint();
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
