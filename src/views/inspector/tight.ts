import type { TraceColumns } from '../../model/columns.ts';

/**
 * The columns with every array alone in its buffer. A message carries whole buffers: an array that is a view of a large
 * one would take the rest along.
 */
export function tight(columns: TraceColumns): TraceColumns {
  const entries = Object.entries(columns).map(([key, value]: [string, unknown]) => [
    key,
    ArrayBuffer.isView(value) && value.byteLength !== value.buffer.byteLength
      ? (value as Uint8Array<ArrayBuffer>).slice()
      : value,
  ]);
  return Object.fromEntries(entries) as TraceColumns;
}
