import type { TraceId } from '../../model/ids.ts';
import type { StoreReader } from '../reader.ts';
import type { Statement } from '../sqlite.ts';
import { EntryCache } from './entryCache.ts';
import { SegmentBytes } from './segmentBytes.ts';
import type { Group } from './sidecar.ts';
import { SidecarFiles } from './sidecarFiles.ts';
import { type TraceRow, TraceRows } from './traceRows.ts';
import { WireShared } from './wireShared.ts';

const ENTRY_CACHE_BYTES = 96 * 1024 * 1024;
const CONTENT_CACHE_BYTES = 128 * 1024 * 1024;
const SIDECAR_CACHE_BYTES = 64 * 1024 * 1024;

export interface StoredSegment {
  id: number;
  /** Length of its content. */
  bytes: number;
  spans: number;
  /** Whether nothing is written to it any more. */
  isClosed: boolean;
  /** Whether something removed may still stand in it. */
  isStale: boolean;
}

/** What a search keeps of one store. */
export class SearchStore {
  readonly reader: StoreReader;
  readonly rows: TraceRows;
  readonly entries: EntryCache;
  readonly sidecars: SidecarFiles;
  readonly #bytes: SegmentBytes;
  readonly #segments: Statement;
  /** Whether nothing was written since a row was looked for. */
  #isCurrent = false;
  /** Resources and scopes by content of the segment, then by where they stand. */
  readonly #shared = new WeakMap<Uint8Array, Map<number, WireShared>>();

  constructor(reader: StoreReader) {
    this.reader = reader;
    this.rows = new TraceRows(reader);
    this.entries = new EntryCache(reader, ENTRY_CACHE_BYTES);
    this.sidecars = new SidecarFiles(reader, SIDECAR_CACHE_BYTES);
    this.#bytes = new SegmentBytes(reader.folder, CONTENT_CACHE_BYTES);
    this.#segments = reader.prepare(
      'SELECT id, bytes, spans, stale, codec FROM segment WHERE spans > 0 OR logs > 0 ORDER BY id DESC',
    );
  }

  /**
   * From here on answers are as the store is now; whether anything was written since the last call. What {@link content} and
   * {@link contentOf} answered before is not to be read any more.
   */
  refresh(): boolean {
    this.#bytes.settle();
    const isChanged = this.entries.refresh();
    if (isChanged) this.#isCurrent = false;
    return isChanged;
  }

  /** The row of a trace, also of one of which only logs are here. */
  row(traceId: TraceId): TraceRow | undefined {
    if (traceId.length !== 32) return undefined;
    let row: TraceRow | undefined;
    const isOf = (candidate: number): boolean => {
      row = this.rows.one(candidate);
      return row?.traceId === traceId;
    };
    const found = this.reader.rowOf(Buffer.from(traceId, 'hex'), isOf, this.#isCurrent);
    this.#isCurrent = true;
    return found === undefined ? undefined : row;
  }

  /** Those that hold anything, newest first. */
  segments(): StoredSegment[] {
    const rows = this.#segments.all() as { id: number; bytes: number; spans: number; stale: number; codec: number }[];
    return rows.map(({ id, bytes, spans, stale, codec }, i) => ({
      id,
      bytes,
      spans,
      isClosed: i > 0 || codec === 1,
      isStale: stale !== 0,
    }));
  }

  /**
   * The content of a segment with the bytes of a message in their places; `undefined` where they are damaged.
   * @param around the bytes of what the message lies in, which are read too
   */
  content(
    segment: number,
    offset: number,
    length: number,
    around: { start: number; end: number },
  ): Uint8Array | undefined {
    const sidecar = this.sidecars.known(segment);
    if (sidecar) {
      const content = this.#bytes.content(segment, sidecar, around.start, around.end);
      if (content) return content;
      // Something in it was blanked since the sidecar was made, or is damaged.
      this.forget(segment);
    }
    const content = this.reader.segment(segment, around.end);
    return this.reader.isSound(segment, offset, length) ? content : undefined;
  }

  /** The same with the items of a group and what they share, without what lies between them. */
  contentOf(segment: number, group: Group): Uint8Array | undefined {
    const { from, to, resourceOffset, resourceLength, scopeOffset, scopeLength } = group;
    const [resourceEnd, scopeEnd] = [resourceOffset + resourceLength, scopeOffset + scopeLength];
    const sidecar = this.sidecars.known(segment);
    if (sidecar) {
      const read = (start: number, end: number) => this.#bytes.content(segment, sidecar, start, end);
      const hasShared = read(resourceOffset, resourceEnd) && read(scopeOffset, scopeEnd);
      const content = hasShared && read(from, to);
      if (content) return content;
      this.forget(segment);
    }
    const content = this.reader.segment(segment, Math.max(to, resourceEnd, scopeEnd));
    return this.reader.isSound(segment, from, to - from) ? content : undefined;
  }

  /** Nothing of what was answered so far is read any more. */
  settle(): void {
    this.#bytes.settle();
  }

  /** Whether {@link content} answers for all of what lies around a message, not for it alone. */
  isVerified(segment: number): boolean {
    return this.sidecars.known(segment) !== undefined;
  }

  /** Forgets what is known of a segment that is not what it was. */
  forget(segment: number): void {
    this.#bytes.drop(segment);
    this.sidecars.discard(segment);
  }

  /** @throws {MalformedError} */
  shared(content: Uint8Array, offset: number, length: number, kind: 'resource' | 'scope'): WireShared {
    let known = this.#shared.get(content);
    if (!known) {
      known = new Map();
      this.#shared.set(content, known);
    }
    const key = kind === 'resource' ? 2 * offset : 2 * offset + 1;
    let shared = known.get(key);
    if (!shared) {
      shared = new WireShared(content, offset, length, kind);
      known.set(key, shared);
    }
    return shared;
  }
}
