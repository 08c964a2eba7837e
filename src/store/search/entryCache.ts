import { runsOf } from '../chunk.ts';
import { CHUNK_SIZES } from '../chunkTable.ts';
import { SPAN_ENTRY } from '../entries.ts';
import type { StoreReader } from '../reader.ts';
import type { Statement } from '../sqlite.ts';

/** The records of one kind in a segment. */
interface Records {
  key: string;
  /** What the index had of them when they were read. */
  state: string;
  chunks: Uint8Array[];
  /** By row of the trace: chunk, first byte and length of each of its runs. */
  runs: Map<number, number[]>;
  bytes: number;
}

/**
 * The records of segments, unpacked and kept: a search asks for one trace after the other. What changed in the index since
 * is read anew, see {@link refresh}.
 */
export class EntryCache {
  readonly #reader: StoreReader;
  readonly #limit: number;
  /** The last used last. */
  readonly #kept = new Map<string, Records>();
  #last: Records | undefined;
  #bytes = 0;
  readonly #rowsOf: Statement;
  readonly #dataVersion: Statement;
  #version: unknown;
  /** Those that were compared with the index since something changed in it. */
  readonly #fresh = new Set<string>();

  /** @param limit bytes that are kept, besides those read last */
  constructor(reader: StoreReader, limit: number) {
    this.#reader = reader;
    this.#limit = limit;
    this.#rowsOf = reader.prepare(
      'SELECT id, packed, length(records) AS bytes FROM chunk WHERE segment = ? AND kind = ? ORDER BY id',
    );
    this.#dataVersion = reader.prepare('PRAGMA data_version');
  }

  /** From here on answers are as the index is now; whether anything was written since the last call. */
  refresh(): boolean {
    const version = (this.#dataVersion.get() as { data_version: unknown }).data_version;
    if (version === this.#version) return false;
    this.#version = version;
    this.#fresh.clear();
    this.#last = undefined;
    return true;
  }

  /** The records of a trace in a segment, one piece a run. @throws {DamagedChunkError} */
  records(segment: number, kind: number, row: number): Uint8Array[] {
    const { chunks, runs } = this.#get(segment, kind);
    const places = runs.get(row);
    if (!places) return [];
    const records: Uint8Array[] = [];
    for (let i = 0; i < places.length; i += 3) {
      const at = places[i + 1]!;
      records.push(chunks[places[i]!]!.subarray(at, at + places[i + 2]!));
    }
    return records;
  }

  /** The rows of the traces of which a segment has records. @throws {DamagedChunkError} */
  rows(segment: number, kind: number): number[] {
    return [...this.#get(segment, kind).runs.keys()];
  }

  #get(segment: number, kind: number): Records {
    const key = `${segment} ${kind}`;
    if (this.#last?.key === key) return this.#last;
    const kept = this.#kept.get(key);
    const isFresh = kept !== undefined && this.#fresh.has(key);
    const state = isFresh ? kept.state : this.#stateOf(segment, kind);
    const records = kept?.state === state ? kept : this.#read(segment, kind, key, state);
    this.#fresh.add(key);
    this.#keep(records, kept);
    this.#last = records;
    return records;
  }

  #keep(records: Records, before: Records | undefined): void {
    this.#kept.delete(records.key);
    this.#kept.set(records.key, records);
    this.#bytes += records.bytes - (before?.bytes ?? 0);
    for (const old of this.#kept.values()) {
      if (this.#bytes <= this.#limit || old === records) break;
      this.#bytes -= old.bytes;
      this.#kept.delete(old.key);
    }
  }

  /** Of rows that were removed others may have the number and the length, but then something was removed. */
  #stateOf(segment: number, kind: number): string {
    const rows = this.#rowsOf.all(segment, kind) as { id: number; packed: number; bytes: number }[];
    return [this.#reader.removals(), ...rows.map(({ id, packed, bytes }) => `${id} ${packed} ${bytes}`)].join();
  }

  #read(segment: number, kind: number, key: string, state: string): Records {
    const size = CHUNK_SIZES[kind] ?? SPAN_ENTRY;
    const chunks = this.#reader.chunks(segment, kind);
    const runs = new Map<number, number[]>();
    let bytes = 0;
    for (const [i, chunk] of chunks.entries()) {
      bytes += chunk.length;
      for (const { row, offset, count } of runsOf(chunk, size)) {
        const before = runs.get(row);
        if (before) before.push(i, offset, count * size);
        else runs.set(row, [i, offset, count * size]);
      }
    }
    return { key, state, chunks, runs, bytes };
  }
}
