import type { TraceId } from './ids.ts';

/** Bits of {@link TraceColumns.flags}. */
export const RowFlag = {
  error: 1 << 0,
  /** Its parent is named but has not arrived. */
  orphan: 1 << 1,
  /** Its parent chain led back to itself and was cut here. */
  cycle: 1 << 2,
  /** It ends before it starts. */
  reversed: 1 << 3,
  /** It has no end time yet. */
  open: 1 << 4,
  /** It was sent more than once with different content; the one with the latest end is shown. */
  updated: 1 << 5,
  /** It carries `code.*` attributes. */
  hasCode: 1 << 6,
  /** It has an exception event. */
  hasException: 1 << 7,
  hasEvents: 1 << 8,
  hasLinks: 1 << 9,
  hasLogs: 1 << 10,
  /** A row that stands for a parent which never arrived; it has no details. */
  missing: 1 << 11,
  /** It was sent under the id of its caller and is shown with one of its own. */
  shared: 1 << 12,
  /** Its times are not those that were sent: its clock was adjusted. */
  moved: 1 << 13,
} as const;

/** What kind of work a span is, for its icon and its overview. The order is the encoding: append only. */
export const CATEGORIES = [
  'internal',
  'server',
  'client',
  'http',
  'rpc',
  'database',
  'messaging',
  'faas',
  'model',
  'embedding',
  'tool',
  'agent',
  'chain',
  'retrieval',
  'producer',
  'consumer',
] as const;
export type Category = (typeof CATEGORIES)[number];

/**
 * A trace as parallel columns in display order: parents before children, siblings by start, then by end. Row i and its subtree are
 * the rows [i, i + subtree[i]). Cheap to send (typed arrays) and to draw (no object per span).
 */
export interface TraceColumns {
  traceId: TraceId;
  /** Nanoseconds since 1970 of the earliest start, decimal text; `start` counts from it. */
  originUnixNano: string;
  /** From the earliest start to the latest end, in milliseconds. */
  durationMs: number;
  rows: number;
  /** 8 bytes a row; for a `missing` row the id its children name. */
  spanIds: Uint8Array<ArrayBuffer>;
  /** Row of the parent, -1 for a top row. */
  parent: Int32Array<ArrayBuffer>;
  depth: Uint32Array<ArrayBuffer>;
  /** Rows in the subtree, the row itself included. */
  subtree: Uint32Array<ArrayBuffer>;
  /** Milliseconds since the origin. */
  start: Float64Array<ArrayBuffer>;
  /** Milliseconds, never negative. */
  duration: Float64Array<ArrayBuffer>;
  /** Milliseconds of the row in which none of its children ran. */
  self: Float64Array<ArrayBuffer>;
  /** Index into `strings`. */
  name: Uint32Array<ArrayBuffer>;
  /** Index into `strings`; the empty string where the resource names no service. */
  service: Uint32Array<ArrayBuffer>;
  /** Index into `strings`: what names the machine of the row's clock; the empty string where nothing does. */
  host: Uint32Array<ArrayBuffer>;
  kind: Uint8Array<ArrayBuffer>;
  /** Index into {@link CATEGORIES}. */
  category: Uint8Array<ArrayBuffer>;
  flags: Uint16Array<ArrayBuffer>;
  /** The critical path: row and stretch (milliseconds since the origin), in time order. */
  criticalRow: Uint32Array<ArrayBuffer>;
  criticalStart: Float64Array<ArrayBuffer>;
  criticalEnd: Float64Array<ArrayBuffer>;
  strings: string[];
  /** Services in the order they are first seen; the position is the service's colour. */
  services: string[];
  spanCount: number;
  errorCount: number;
  /** Sentences about the trace as a whole, for people. */
  warnings: string[];
}
