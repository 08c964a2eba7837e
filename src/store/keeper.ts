import { aliveOffsets } from './alive.ts';
import { compressSegment, removeSegment, segmentBytesOnDisk, syncSegments } from './atRest.ts';
import { blankSegmentFile } from './blankFile.ts';
import { runsOf } from './chunk.ts';
import { LOG_ENTRY, SPAN_ENTRY } from './entries.ts';
import { planRetention, type RetentionLimits } from './retentionPolicy.ts';
import type { SegmentContents } from './segmentContents.ts';
import type { Database } from './sqlite.ts';
import { ChunkKind, type TraceIndex } from './traceIndex.ts';

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
}

/** What the column `stale` says of a segment. */
const Stale = { no: 0, traces: 1, all: 2 } as const;

/** Traces that are removed in one transaction; more would make senders wait. */
const ROWS_AT_ONCE = 1_000;
/** Segments that go in one step of retention, which ends with one wait for the disk. */
const SEGMENTS_AT_ONCE = 8;
/** Pages of the database that are given back in one step. */
const PAGES_AT_ONCE = 2_000;

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
  readonly #open: OpenSegments;
  #turn: Promise<unknown> = Promise.resolve();
  /** Bytes on disk of the segments that are closed. */
  readonly #sizes = new Map<number, number>();
  /** Segments of which retention removed what it may: traces that go on elsewhere, or are pinned, hold them. */
  readonly #held = new Set<number>();

  constructor(folder: string, database: Database, index: TraceIndex, contents: SegmentContents, open: OpenSegments) {
    this.#folder = folder;
    this.#database = database;
    this.#index = index;
    this.#contents = contents;
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
    });
  }

  async #remove(rows: readonly number[]): Promise<void> {
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      if (at > 0) await breathe();
      this.#open.settle();
      const some = new Set(rows.slice(at, at + ROWS_AT_ONCE));
      this.#index.transaction(() => this.#index.remove(some));
      this.#index.settle();
      this.#open.removed(some);
    }
  }

  /** Makes unreadable what was removed, in the segments that say so; drops those in which nothing is left. */
  async #clean(): Promise<void> {
    const stale = this.#rows('stale > 0 OR (spans <= 0 AND logs <= 0 AND points = 0)');
    const dead = stale.filter(row => isDead(row) && !this.#open.ids().has(row.id)).map(({ id }) => id);
    this.#drop(dead);
    for (const row of stale) {
      if (dead.includes(row.id) || row.stale === Stale.no) continue;
      await breathe();
      await this.#blank(row.id, row.stale === Stale.all);
    }
    this.#shrink();
  }

  /** @param loose whether what belongs to no trace goes too */
  async #blank(id: number, loose: boolean): Promise<void> {
    this.#open.settle();
    const records = (kind: number, size: number) =>
      this.#index.chunks(id, kind).map(chunk => {
        const [first] = runsOf(chunk, size);
        return first ? chunk.subarray(first.offset) : new Uint8Array(0);
      });
    const offsets = aliveOffsets(records(ChunkKind.spans, SPAN_ENTRY), records(ChunkKind.logs, LOG_ENTRY));
    const alive = { offsets, looseLogs: !loose, metrics: !loose };
    await blankSegmentFile(this.#folder, id, alive, this.#open.written(id));
    this.#contents.drop(id);
    this.#sizes.delete(id);
    this.#database.prepare('UPDATE segment SET stale = 0 WHERE id = ?').run(id);
  }

  /** First what refers to the files has to be gone for good, then the files, then the rows that say that they are done with. */
  #drop(ids: readonly number[]): void {
    if (ids.length === 0) return;
    this.checkpoint();
    for (const id of ids) {
      try {
        removeSegment(this.#folder, id);
      } catch {
        // On Windows a file that is being read cannot be removed; the next cleaning tries again.
        continue;
      }
      this.#contents.drop(id);
      this.#sizes.delete(id);
      this.#database.prepare('DELETE FROM segment WHERE id = ?').run(id);
      this.#database.prepare('DELETE FROM located WHERE segment = ?').run(id);
    }
    syncSegments(this.#folder);
  }

  /** Removes everything. */
  clear(): Promise<void> {
    return this.#exclusively(async () => {
      this.#open.settle();
      this.#index.clear();
      this.#open.removed();
      this.#open.forgetBodies();
      this.#held.clear();
      await this.#clean();
    });
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
      const open = this.#open.ids();
      const closed = this.#rows('1').filter(({ id }) => !open.has(id));
      const files = closed.map(row => ({ ...row, bytes: this.#sizeOf(row.id) }));
      const totals = {
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) + this.#indexBytes() + this.#openBytes(),
        spans: this.#rows('1').reduce((sum, { spans }) => sum + spans, 0),
      };
      const share = this.#indexBytes() / Math.max(1, totals.spans);
      const candidates = files
        .filter(({ id }) => !this.#held.has(id))
        .map(({ id, bytes, spans, last_at }) => ({ id, bytes: bytes + spans * share, spans, lastAt: last_at }));
      const plan = planRetention(limits, totals, candidates, now);
      for (const id of plan.drop.slice(0, SEGMENTS_AT_ONCE)) await this.#thin(id, false);
      if (plan.drop.length === 0 && plan.unmet.length > 0) {
        // Only traces that go on in newer segments are left, and pinned ones: the oldest of the former goes as a whole.
        const oldest = [...this.#held].sort((a, b) => a - b).find(id => this.#removable(id, true).length > 0);
        if (oldest === undefined) return false;
        await this.#thin(oldest, true);
      } else if (plan.drop.length === 0) return false;
      await this.#clean();
      return true;
    });
  }

  /** Removes from a segment the traces that end in it, or all of them, except pinned ones. */
  async #thin(id: number, all: boolean): Promise<void> {
    this.#open.settle();
    await this.#remove(this.#removable(id, all));
    const logs = this.#index.chunks(id, ChunkKind.logs).flatMap(chunk => runsOf(chunk, LOG_ENTRY));
    this.#database.prepare('UPDATE segment SET logs = ?, points = 0, stale = ? WHERE id = ?').run(
      logs.reduce((sum, { count }) => sum + count, 0),
      Stale.all,
      id,
    );
    this.#held.add(id);
  }

  /** Traces were pinned, or are no longer: segments may be held by other traces than before. */
  released(): void {
    this.#held.clear();
  }

  #removable(id: number, all: boolean): number[] {
    return this.#index.tracesIn(id).filter(row => {
      const trace = this.#index.trace(row);
      return trace && !trace.isKept && (all || trace.lastSegment <= id);
    });
  }

  /** Compresses the oldest segment that is not, off this thread; false where all are. */
  compress(): Promise<boolean> {
    return this.#exclusively(async () => {
      const open = this.#open.ids();
      const next = this.#rows('codec = 0').find(({ id }) => !open.has(id));
      if (!next) return false;
      await compressSegment(this.#folder, next.id);
      this.#index.transaction(() => {
        this.#index.pack(next.id);
        this.#database.prepare('UPDATE segment SET codec = 1 WHERE id = ?').run(next.id);
      });
      this.#sizes.delete(next.id);
      return true;
    });
  }

  /** Gives what is free in the database back to the disk. */
  #shrink(): void {
    this.#database.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`);
    this.checkpoint();
  }

  /** Writes the log into the database; what was deleted is then in neither. False where a reader is in the way. */
  checkpoint(): boolean {
    try {
      const row = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number } | undefined;
      return row?.busy !== 1;
    } catch {
      return false;
    }
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

  #indexBytes(): number {
    const pages = this.#database.prepare('PRAGMA page_count').get() as { page_count: number };
    const free = this.#database.prepare('PRAGMA freelist_count').get() as { freelist_count: number };
    const size = this.#database.prepare('PRAGMA page_size').get() as { page_size: number };
    return (pages.page_count - free.freelist_count) * size.page_size;
  }
}

function isDead({ spans, logs, points }: SegmentRow): boolean {
  return spans <= 0 && logs <= 0 && points === 0;
}

/** Lets requests that arrived meanwhile have their turn. */
function breathe(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
