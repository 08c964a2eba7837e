import { CATEGORIES, type Category, RowFlag, type TraceColumns } from '../../../src/model/columns.ts';
import { bytesOfHex, type TraceId } from '../../../src/model/ids.ts';
import type { TraceSummary } from '../../../src/model/summary.ts';

export const TRACE = '0af7651916cd43dd8448eb211c80319c' as TraceId;
export const NOW = Date.UTC(2026, 10, 21, 12);

export function summary(changes: Partial<TraceSummary> = {}): TraceSummary {
  return {
    traceId: TRACE,
    name: 'POST /chat',
    service: 'shop',
    services: ['shop', 'stock'],
    startTimeUnixNano: 1_000_000_000n,
    endTimeUnixNano: 3_410_000_000n,
    spanCount: 24,
    errorCount: 0,
    logCount: 0,
    hasRoot: true,
    pinned: false,
    receivedAt: NOW - 12_000,
    version: 1,
    ...changes,
  };
}

export interface Row {
  name: string;
  children?: Row[];
  flags?: number;
  category?: Category;
  kind?: number;
  duration?: number;
}

/** Columns of a small tree as the assembly would give them; span ids count from 1 in display order. */
export function columns(rows: Row[]): TraceColumns {
  const flat: { row: Row; parent: number; depth: number; subtree: number }[] = [];
  const add = (row: Row, parent: number, depth: number): number => {
    const at = flat.length;
    flat.push({ row, parent, depth, subtree: 1 });
    let size = 1;
    for (const child of row.children ?? []) size += add(child, at, depth + 1);
    flat[at]!.subtree = size;
    return size;
  };
  for (const row of rows) add(row, -1, 0);
  const ids = new Uint8Array(flat.length * 8);
  flat.forEach((_, i) => {
    ids.set(bytesOfHex((i + 1).toString(16).padStart(16, '0'))!, i * 8);
  });
  return {
    traceId: TRACE,
    originUnixNano: '1000000000',
    durationMs: 2410,
    rows: flat.length,
    spanIds: ids,
    parent: Int32Array.from(flat, each => each.parent),
    depth: Uint32Array.from(flat, each => each.depth),
    subtree: Uint32Array.from(flat, each => each.subtree),
    start: new Float64Array(flat.length),
    duration: Float64Array.from(flat, each => each.row.duration ?? 1),
    self: new Float64Array(flat.length),
    name: Uint32Array.from(flat, (_, i) => i + 1),
    service: new Uint32Array(flat.length),
    host: new Uint32Array(flat.length).fill(flat.length + 1),
    kind: Uint8Array.from(flat, each => each.row.kind ?? 1),
    category: Uint8Array.from(flat, each => CATEGORIES.indexOf(each.row.category ?? 'internal')),
    flags: Uint16Array.from(flat, each => each.row.flags ?? 0),
    criticalRow: new Uint32Array(0),
    criticalStart: new Float64Array(0),
    criticalEnd: new Float64Array(0),
    strings: ['shop', ...flat.map(each => each.row.name), ''],
    services: ['shop'],
    spanCount: flat.filter(each => ((each.row.flags ?? 0) & RowFlag.missing) === 0).length,
    errorCount: 0,
    warnings: [],
  };
}
