import { aliveOffsets } from './alive.ts';
import { compressSegment, DamagedSegmentError, removeSegment, segmentBytesOnDisk } from './atRest.ts';
import { blankSegmentFile } from './blankFile.ts';
import { runsOf } from './chunk.ts';
import { ChunkKind } from './chunkTable.ts';
import { DatabaseSpace } from './databaseSpace.ts';
import { LOG_ENTRY, SPAN_ENTRY } from './entries.ts';
import { isDiskFull } from './reserve.ts';
import { planRetention, type RetentionLimits } from './retentionPolicy.ts';
import type { SegmentContents } from './segmentContents.ts';
import type { Database } from './sqlite.ts';
import { syncDatabase } from './syncDatabase.ts';
import { syncSegments } from './syncSegments.ts';
import type { TraceIndex } from './traceIndex.ts';

/** What the keeper needs to know of the segments that are being written. */
export interface OpenSegments {
  /** All that are open, those that are only being closed too. */
  ids(): ReadonlySet<number>;
  /** How much of an open one is written. */
  written(id: number): number | undefined;
  /** Everything that was added is on disk and indexed when this returns. */
  settle(): void;
  /** These traces were removed, or all: what is in memory of them is wrong. */
  removed(rows?: ReadonlySet<number>): void;
  /** A request whose logs were removed may be sent again. */
  forgetBodies(): void;
  /** A segment is damaged or missing. */
  damaged(id: number): void;
}

/** What the column `stale` says of a segment. */
const Stale = { no: 0, traces: 1, all: 2 } as const;

/** Traces that are removed in one transaction; more would make senders wait. */
const ROWS_AT_ONCE = 1_000;
/** Segments that go in one step of retention, which ends with one wait for the disk. */
const SEGMENTS_AT_ONCE = 8;
interface SegmentRow {
  id: number;
  spans: number;
  logs: number;
  points: number;
  last_at: number;
  codec: number;
  stale: number;
}

/**
 * Keeps a store small and clean: removes traces so that no byte of them stays, drops what is too old or too much, and
 * compresses what is not written any more. All in steps after which others get their turn, and one at a time.
 */
export class Keeper {
  readonly #folder: string;
  readonly #database: Database;
  readonly #index: TraceIndex;
  readonly #contents: SegmentContents;
  readonly #space: DatabaseSpace;
  readonly #open: OpenSegments;
  #turn: Promise<unknown> = Promise.resolve();
  /** Bytes on disk of the segments that are closed. */
  readonly #sizes = new Map<number, number>();
  /**
   * Segments of which retention removed what it may. They are held by traces that go on elsewhere, `true` where only by such
   * that are kept.
   */
  readonly #held = new Map<number, boolean>();
  /** Segments that could not be compressed, and are not tried again by this process. */
  readonly #unfit = new Set<number>();

  constructor(folder: string, database: Database, index: TraceIndex, contents: SegmentContents, open: OpenSegments) {
    this.#folder = folder;
    this.#database = database;
    this.#index = index;
    this.#contents = contents;
    this.#space = new DatabaseSpace(database);
    this.#open = open;
  }

  /** One after the other: two of these at one segment would undo each other. */
  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Removes traces. When it resolves, nothing of them can be read in any file. */
  remove(rowsOf: () => readonly number[]): Promise<void> {
    return this.#exclusively(async () => {
      this.#open.settle();
      await this.#remove(rowsOf());
      this.#open.forgetBodies();
      await this.#clean();
      await this.#space.emptyLog();
    });
  }

  /** @param mayGo is asked again right before: a trace may be pinned, or go on, while others are removed */
  async #remove(rows: readonly number[], mayGo: (row: number) => boolean = () => true): Promise<void> {
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      if (at > 0) await breathe();
      this.#open.settle();
      const some = new Set(rows.slice(at, at + ROWS_AT_ONCE).filter(mayGo));
      this.#removeFromIndex(some);
    }
  }

  /** @throws the disk or the database failed: nothing is removed, and what is in memory says so too. */
  #removeFromIndex(rows: ReadonlySet<number>): void {
    try {
      this.#index.transaction(() => this.#index.remove(rows));
    } catch (error) {
      this.#index.reread();
      throw error;
    }
    this.#index.settle();
    this.#open.removed(rows);
  }

  /** Makes unreadable what was removed, in the segments that say so; drops those in which nothing is left. */
  async #clean(): Promise<void> {
    const dead = this.#dead();
    // The power must not bring back an index that still refers to what is about to go.
    syncDatabase(this.#folder);
    this.#drop(dead);
    const failures: unknown[] = [];
    const open = this.#open.ids();
    // The open ones at once: what comes in later is not meant.
    const rows = this.#rows('stale > 0').sort((a, b) => Number(open.has(b.id)) - Number(open.has(a.id)));
    for (const { id, stale } of rows) {
      if (dead.includes(id)) continue;
      if (!open.has(id)) await breathe();
      try {
        await this.#blank(id, stale === Stale.all);
      } catch (error) {
        // One damaged segment must not keep the others; this one is tried again.
        failures.push(error);
      }
    }
    this.#space.shrink();
    if (failures.length > 0) throw failures[0];
  }

  /** Segments of which nothing is left, and that nobody writes. */
  #dead(): number[] {
    const open = this.#open.ids();
    const rows = this.#rows('spans <= 0 AND logs <= 0 AND points = 0');
    return rows.filter(({ id }) => !open.has(id)).map(({ id }) => id);
  }

  /** @param loose whether what belongs to no trace goes too */
  async #blank(id: number, loose: boolean): Promise<void> {
    this.#open.settle();
    const records = (kind: number, size: number) =>
      this.#index.chunks.of(id, kind).map(chunk => {
        const [first] = runsOf(chunk, size);
        return first ? chunk.subarray(first.offset) : new Uint8Array(0);
      });
    const offsets = aliveOffsets(records(ChunkKind.spans, SPAN_ENTRY), records(ChunkKind.logs, LOG_ENTRY));
    const alive = { offsets, looseLogs: !loose, metrics: !loose };
    try {
      const { damaged } = await blankSegmentFile(this.#folder, id, alive, this.#open.written(id));
      if (damaged.length > 0) this.#open.damaged(id);
    } catch (error) {
      // Where somebody removed the file, or it cannot be decompressed, nothing of it can be read any more.
      if (!isMissing(error) && !(error instanceof DamagedSegmentError)) throw error;
      this.#open.damaged(id);
    }
    this.#contents.drop(id);
    this.#sizes.delete(id);
    this.#database.prepare('UPDATE segment SET stale = 0 WHERE id = ?').run(id);
  }

  /**
   * First what refers to the files has to be gone for good, then the files, then the rows that say that they are done with: a
   * file that came back without its row would be taken for what was received last.
   */
  #drop(ids: readonly number[]): void {
    if (ids.length === 0) return;
    this.#space.commitForGood();
    const gone = ids.filter(id => {
      try {
        removeSegment(this.#folder, id);
        return true;
      } catch {
        // On Windows a file that is being read cannot be removed; the next cleaning tries again.
        return false;
      }
    });
    syncSegments(this.#folder);
    this.#index.transaction(() => {
      for (const id of gone) {
        this.#database.prepare('DELETE FROM segment WHERE id = ?').run(id);
        this.#database.prepare('DELETE FROM located WHERE segment = ?').run(id);
      }
    });
    for (const id of gone) {
      this.#contents.drop(id);
      this.#sizes.delete(id);
      this.#held.delete(id);
    }
  }

  /** Removes everything. */
  clear(): Promise<void> {
    return this.#exclusively(async () => {
      this.#open.settle();
      this.#index.clear();
      this.#open.removed();
      this.#open.forgetBodies();
      this.#held.clear();
      await this.#blankOpen([...this.#open.ids()]);
      await this.#clean();
      await this.#space.emptyLog();
    });
  }

  /**
   * Makes everything unreadable in segments that are open, and so cannot be removed yet. Nothing can be added to them
   * meanwhile: plain segments are blanked without waiting.
   */
  async #blankOpen(ids: readonly number[]): Promise<void> {
    for (const id of ids) this.#database.prepare('UPDATE segment SET stale = ? WHERE id = ?').run(Stale.all, id);
    for (const id of ids) await this.#blank(id, true);
  }

  /** Finishes what a process that died left half done. */
  tidy(): Promise<void> {
    return this.#exclusively(() => this.#clean());
  }

  /**
   * One step on the way back under the limits.
   * @returns whether there is more to do
   */
  retain(limits: RetentionLimits, now: number): Promise<boolean> {
    return this.#exclusively(async () => {
      // Segments that were still being closed when all of them was removed.
      if (this.#dead().length > 0) await this.#clean();
      else this.#space.retry();
      const ids = await this.#thinNext(limits, now);
      if (ids.length === 0) return false;
      await this.#clean();
      await this.#pressHeld(ids);
      return true;
    });
  }

  /** Removes what may go of the segments that have to go next; answers which these are. */
  async #thinNext(limits: RetentionLimits, now: number): Promise<number[]> {
    const open = this.#open.ids();
    const rows = this.#rows('1');
    const closed = rows.filter(({ id }) => !open.has(id)).map(row => ({ ...row, bytes: this.#sizeOf(row.id) }));
    const index = this.#space.bytes;
    const totals = {
      bytes: closed.reduce((sum, { bytes }) => sum + bytes, 0) + index + this.#openBytes(),
      spans: rows.reduce((sum, { spans }) => sum + spans, 0),
    };
    const share = index / Math.max(1, totals.spans);
    const candidates = closed
      .filter(({ id }) => !this.#held.has(id))
      .map(({ id, bytes, spans, last_at }) => ({ id, bytes: bytes + spans * share, spans, lastAt: last_at }));
    const plan = planRetention(limits, totals, candidates, now);
    const next = plan.drop.slice(0, SEGMENTS_AT_ONCE);
    for (const id of next) {
      await this.#thin(id, false);
      await breathe();
    }
    if (next.length === 0 && plan.unmet.length > 0) {
      // Only traces that go on in newer segments are left, and those that are kept: the oldest of the former goes as a whole.
      const oldest = this.#oldestHeld();
      if (oldest !== undefined) {
        await this.#thin(oldest, true);
        return [oldest];
      }
    }
    const { maxAgeMs = Number.POSITIVE_INFINITY } = limits;
    const aged = rows.filter(row => open.has(row.id) && now - row.last_at > maxAgeMs && !isDead(row));
    for (const { id } of aged) await this.#emptyOpen(id, now - maxAgeMs);
    return next;
  }

  /** The segment that receives next to nothing may be open for ever: what is old in it goes, at once so that nothing new does. */
  async #emptyOpen(id: number, before: number): Promise<void> {
    this.#open.settle();
    const [row] = this.#rows(`id = ${id}`);
    if (!row || row.last_at >= before) return;
    const some = new Set(this.#removable(id, true));
    if (some.size === 0 && row.points === 0 && row.logs === this.#logsOfTraces(id)) return;
    this.#removeFromIndex(some);
    this.#forgetLoose(id);
    await this.#blankOpen([id]);
    this.#space.shrink();
  }

  #oldestHeld(): number | undefined {
    for (const [id, isKept] of [...this.#held].sort(([a], [b]) => a - b)) {
      if (isKept) continue;
      if (this.#removable(id, true).length > 0) return id;
      this.#held.set(id, true);
    }
    return undefined;
  }

  /** What is held by a few traces is mostly blank, and need not wait for a quiet time to become small. */
  async #pressHeld(ids: readonly number[]): Promise<void> {
    for (const { id } of this.#rows('codec = 0')) {
      if (!ids.includes(id) || this.#open.ids().has(id) || this.#unfit.has(id)) continue;
      await breathe();
      await this.#compress(id);
    }
  }

  /** Removes from a segment the traces that end in it, or all of them, except pinned ones. */
  async #thin(id: number, all: boolean): Promise<void> {
    this.#open.settle();
    await this.#remove(this.#removable(id, all), row => this.#mayGo(row, id, all));
    this.#forgetLoose(id);
    this.#held.set(id, all);
  }

  /** What belongs to no trace does not stay either; {@link #clean} does it. */
  #forgetLoose(id: number): void {
    this.#database
      .prepare('UPDATE segment SET logs = ?, points = 0, stale = ? WHERE id = ?')
      .run(this.#logsOfTraces(id), Stale.all, id);
  }

  #logsOfTraces(id: number): number {
    const runs = this.#index.chunks.of(id, ChunkKind.logs).flatMap(chunk => runsOf(chunk, LOG_ENTRY));
    return runs.reduce((sum, { count }) => sum + count, 0);
  }

  /** Traces were pinned, or are no longer: segments may be held by other traces than before. */
  released(): void {
    this.#held.clear();
  }

  #removable(id: number, all: boolean): number[] {
    return this.#index.chunks.tracesIn(id).filter(row => this.#mayGo(row, id, all));
  }

  #mayGo(row: number, segment: number, all: boolean): boolean {
    const trace = this.#index.trace(row);
    return trace !== undefined && !trace.isKept && (all || trace.lastSegment <= segment);
  }

  /**
   * Gives back what is free in the database, a step of it, or compresses the oldest segment that is not, off this thread;
   * false where there is neither.
   * @throws it could not be. Unless the disk is full, the next call goes on with others.
   */
  compress(): Promise<boolean> {
    return this.#exclusively(async () => {
      await breathe();
      if (this.#space.giveBack()) return true;
      const open = this.#open.ids();
      const next = this.#rows('codec = 0').find(({ id }) => !open.has(id) && !this.#unfit.has(id));
      if (!next) return false;
      await this.#compress(next.id);
      return true;
    });
  }

  async #compress(id: number): Promise<void> {
    try {
      await compressSegment(this.#folder, id);
    } catch (error) {
      if (!isMissing(error)) {
        // There may be room again later.
        if (!isDiskFull(error)) this.#unfit.add(id);
        throw error;
      }
      this.#open.damaged(id);
    }
    this.#index.transaction(() => {
      this.#index.chunks.pack(id);
      this.#database.prepare('UPDATE segment SET codec = 1 WHERE id = ?').run(id);
    });
    this.#sizes.delete(id);
  }

  /** Writes the log into the database; false where a reader is in the way. */
  checkpoint(): boolean {
    return this.#space.checkpoint();
  }

  #rows(where: string): SegmentRow[] {
    const columns = 'id, spans, logs, points, last_at, codec, stale';
    return this.#database
      .prepare(`SELECT ${columns} FROM segment WHERE ${where} ORDER BY id`)
      .all() as unknown as SegmentRow[];
  }

  #sizeOf(id: number): number {
    let bytes = this.#sizes.get(id);
    if (bytes === undefined) {
      bytes = segmentBytesOnDisk(this.#folder, id);
      this.#sizes.set(id, bytes);
    }
    return bytes;
  }

  #openBytes(): number {
    return [...this.#open.ids()].reduce((sum, id) => sum + (this.#open.written(id) ?? 0), 0);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function isDead({ spans, logs, points }: SegmentRow): boolean {
  return spans <= 0 && logs <= 0 && points === 0;
}

/** Lets requests that arrived meanwhile have their turn. */
function breathe(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
