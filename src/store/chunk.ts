import { viewOf } from './entries.ts';

/**
 * A chunk holds the records of one segment that were indexed together: little-endian `u32 runs`, for each run `u32 row of
 * the trace, u32 count`, then all records, run by run. A trace may have several runs; they are in the order of arrival.
 */
export interface Run {
  row: number;
  count: number;
  /** Of its first record, in bytes. */
  offset: number;
}

/** The runs of a chunk with records of `size` bytes. */
export function runsOf(chunk: Uint8Array, size: number): Run[] {
  if (chunk.length < 4) return [];
  const view = viewOf(chunk);
  const length = view.getUint32(0, true);
  const runs: Run[] = [];
  let offset = 4 + 8 * length;
  for (let i = 0; i < length; i++) {
    const count = view.getUint32(8 + 8 * i, true);
    runs.push({ row: view.getUint32(4 + 8 * i, true), count, offset });
    offset += count * size;
  }
  return runs;
}

/** The records of one trace in a chunk, one piece a run. */
export function recordsOf(chunk: Uint8Array, size: number, row: number): Uint8Array[] {
  return runsOf(chunk, size)
    .filter(run => run.row === row)
    .map(({ offset, count }) => chunk.subarray(offset, offset + count * size));
}

/**
 * Packs records that lie in the order of arrival into a chunk.
 * @param rows the trace of each record
 * @param records `size` bytes each
 */
export function buildChunk(rows: readonly number[], records: Uint8Array, size: number): Uint8Array {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1);
  const chunk = new Uint8Array(4 + 8 * counts.size + rows.length * size);
  const view = viewOf(chunk);
  view.setUint32(0, counts.size, true);
  /** Where the next record of each trace goes. */
  const next = new Map<number, number>();
  let head = 4;
  let offset = 4 + 8 * counts.size;
  for (const [row, count] of counts) {
    view.setUint32(head, row, true);
    view.setUint32(head + 4, count, true);
    head += 8;
    next.set(row, offset);
    offset += count * size;
  }
  // Records of one trace mostly stand together: copy them together.
  for (let i = 0; i < rows.length; ) {
    const row = rows[i] ?? 0;
    let end = i + 1;
    while (end < rows.length && rows[end] === row) end++;
    const at = next.get(row) ?? 0;
    chunk.set(records.subarray(i * size, end * size), at);
    next.set(row, at + (end - i) * size);
    i = end;
  }
  return chunk;
}

/** Several chunks of one segment as one; with `keep`, only the runs it holds for. */
export function joinChunks(
  chunks: readonly Uint8Array[],
  size: number,
  keep: (row: number) => boolean = () => true,
): Uint8Array {
  const runs = chunks.flatMap(chunk =>
    runsOf(chunk, size)
      .filter(({ row }) => keep(row))
      .map(run => ({ ...run, chunk })),
  );
  const records = runs.reduce((sum, { count }) => sum + count, 0);
  const joined = new Uint8Array(4 + 8 * runs.length + records * size);
  const view = viewOf(joined);
  view.setUint32(0, runs.length, true);
  let offset = 4 + 8 * runs.length;
  runs.forEach(({ row, count, offset: from, chunk }, i) => {
    view.setUint32(4 + 8 * i, row, true);
    view.setUint32(8 + 8 * i, count, true);
    joined.set(chunk.subarray(from, from + count * size), offset);
    offset += count * size;
  });
  return joined;
}
