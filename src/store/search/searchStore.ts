import type { TraceId } from '../../model/ids.ts';
import { bytesOfHex } from '../../model/ids.ts';
import type { StoreReader } from '../reader.ts';
import { EntryCache } from './entryCache.ts';
import { type TraceRow, TraceRows } from './traceRows.ts';
import { WireShared } from './wireShared.ts';

const ENTRY_CACHE_BYTES = 96 * 1024 * 1024;

/** What a search keeps of one store. */
export class SearchStore {
  readonly reader: StoreReader;
  readonly rows: TraceRows;
  readonly entries: EntryCache;
  /** Resources and scopes by content of the segment, then by where they stand. */
  readonly #shared = new WeakMap<Uint8Array, Map<number, WireShared>>();

  constructor(reader: StoreReader) {
    this.reader = reader;
    this.rows = new TraceRows(reader);
    this.entries = new EntryCache(reader, ENTRY_CACHE_BYTES);
  }

  row(traceId: TraceId): TraceRow | undefined {
    const position = this.reader.positionOf(bytesOfHex(traceId) ?? new Uint8Array(16));
    return position && this.rows.one(position.id);
  }

  /** @throws {MalformedError} */
  shared(content: Uint8Array, offset: number, length: number, kind: 'resource' | 'scope'): WireShared {
    let known = this.#shared.get(content);
    if (!known) {
      known = new Map();
      this.#shared.set(content, known);
    }
    let shared = known.get(offset);
    if (!shared) {
      shared = new WireShared(content, offset, length, kind);
      known.set(offset, shared);
    }
    return shared;
  }
}
