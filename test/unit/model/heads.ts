import type { TraceColumns } from '../../../src/model/columns.ts';
import { hexOf, parseTraceId } from '../../../src/model/ids.ts';
import type { SpanHead } from '../../../src/model/spanHead.ts';

export const TRACE_ID = parseTraceId('0af7651916cd43dd8448eb211c80319c')!;
export const BASE = 1_700_000_000_000_000_000n;

/** A span id that is easy to read in a failure. */
export function idOf(n: number): string {
  return n.toString(16).padStart(16, '0');
}

/** A head with start and end in milliseconds after a point in 2023; `undefined` is a zero time. */
export function head(
  id: number,
  parent: number | undefined,
  startMs: number | undefined,
  endMs: number | undefined,
  more: Partial<SpanHead> = {},
): SpanHead {
  const time = (ms: number | undefined) => (ms === undefined ? 0n : BASE + BigInt(Math.round(ms * 1e6)));
  return {
    spanId: idOf(id),
    parentSpanId: parent === undefined ? '' : idOf(parent),
    name: `span ${id}`,
    service: 'shop',
    kind: 1,
    category: 'internal',
    startTimeUnixNano: time(startMs),
    endTimeUnixNano: time(endMs),
    error: false,
    hasCode: false,
    hasException: false,
    hasEvents: false,
    hasLinks: false,
    ...more,
  };
}

export function spanIdAt(columns: TraceColumns, row: number): string {
  return hexOf(columns.spanIds, row * 8, 8);
}

export function nameAt(columns: TraceColumns, row: number): string {
  return columns.strings[columns.name[row]!]!;
}

/** The rows as an outline, two blanks a level. */
export function outline(columns: TraceColumns): string[] {
  return Array.from({ length: columns.rows }, (_, row) => '  '.repeat(columns.depth[row]!) + nameAt(columns, row));
}

export function rowNamed(columns: TraceColumns, name: string): number {
  for (let row = 0; row < columns.rows; row++) if (nameAt(columns, row) === name) return row;
  throw new Error(`There is no row ${name}.`);
}
