import { buildChunk } from './chunk.ts';
import { DIRECTORY_IDS } from './directoryBlocks.ts';
import { LOG_ENTRY, SPAN_ENTRY } from './entries.ts';
import type { Database } from './sqlite.ts';

/** Span records of version 1 had eight bytes more: a hash, from byte 32 on. */
const OLD_SPAN = 72;
const OLD_LOCATED = 16 + OLD_SPAN;

interface PartRow {
  trace: number;
  segment: number;
  records: Uint8Array;
}

/** From version 1 to 2: what was one row for each trace and commit becomes one for each segment. */
export function partsToChunks(database: Database): void {
  const addChunk = database.prepare('INSERT INTO chunk (segment, kind, records) VALUES (?, ?, ?)');
  const places = new Map<number, Set<number>>();
  const tables = [
    { kind: 0, sql: 'SELECT trace, segment, spans AS records FROM part ORDER BY segment, seq', size: SPAN_ENTRY },
    { kind: 1, sql: 'SELECT trace, segment, logs AS records FROM log_part ORDER BY segment, seq', size: LOG_ENTRY },
  ];
  for (const { kind, sql, size } of tables) {
    let segment = 0;
    let rows: number[] = [];
    let records: Uint8Array[] = [];
    const flush = () => {
      if (rows.length > 0) addChunk.run(segment, kind, buildChunk(rows, Buffer.concat(records), size));
      rows = [];
      records = [];
    };
    for (const part of database.prepare(sql).all() as unknown as PartRow[]) {
      if (part.segment !== segment) flush();
      segment = part.segment;
      const known = places.get(part.trace) ?? new Set();
      places.set(part.trace, known.add(segment));
      const converted = kind === 0 ? withoutHashes(part.records, OLD_SPAN, 0) : part.records;
      records.push(converted);
      for (let at = 0; at < converted.length; at += size) rows.push(part.trace);
    }
    flush();
  }
  const place = database.prepare('UPDATE trace SET first_segment = ?, last_segment = ? WHERE id = ?');
  const addPart = database.prepare('INSERT INTO part2 (trace, segment) VALUES (?, ?)');
  for (const [trace, segments] of places) {
    const [first = 0, ...others] = [...segments].sort((a, b) => a - b);
    place.run(first, others.at(-1) ?? first, trace);
    for (const other of others) addPart.run(trace, other);
  }
  convertRoots(database);
  convertLocated(database);
  fillDirectory(database);
}

function convertRoots(database: Database): void {
  const select = database.prepare('SELECT id, root_start, root_span FROM trace_1 WHERE root_span IS NOT NULL');
  select.setReadBigInts(true);
  const update = database.prepare('UPDATE trace SET root = ? WHERE id = ?');
  for (const row of select.all() as unknown as { id: bigint; root_start: bigint; root_span: Uint8Array }[]) {
    const root = Buffer.alloc(16);
    root.set(row.root_span);
    root.writeBigUInt64LE(row.root_start, 8);
    update.run(root, row.id);
  }
}

function convertLocated(database: Database): void {
  const update = database.prepare('UPDATE located SET spans = ? WHERE seq = ? AND segment = ?');
  const rows = database.prepare('SELECT seq, segment, spans FROM located').all() as unknown as {
    seq: number;
    segment: number;
    spans: Uint8Array;
  }[];
  for (const { seq, segment, spans } of rows) update.run(withoutHashes(spans, OLD_LOCATED, 16), seq, segment);
}

function withoutHashes(records: Uint8Array, size: number, before: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at + size <= records.length; at += size) {
    pieces.push(records.subarray(at, at + before + 32), records.subarray(at + before + 40, at + size));
  }
  return Buffer.concat(pieces);
}

function fillDirectory(database: Database): void {
  const add = database.prepare('INSERT INTO directory (first, ids) VALUES (?, ?)');
  let first = 0;
  let ids = new Uint8Array(0);
  const rows = database.prepare('SELECT id, trace_id FROM trace ORDER BY id').all() as unknown as {
    id: number;
    trace_id: Uint8Array;
  }[];
  const flush = () => {
    if (first > 0) add.run(first, ids);
  };
  for (const { id, trace_id } of rows) {
    if (first === 0 || id - first >= DIRECTORY_IDS) {
      flush();
      first = id;
      ids = new Uint8Array(0);
    }
    const grown = new Uint8Array((id - first + 1) * 16);
    grown.set(ids);
    grown.set(trace_id, (id - first) * 16);
    ids = grown;
  }
  flush();
}
