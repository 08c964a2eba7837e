import { LOG_ENTRY, SPAN_ENTRY, viewOf } from './entries.ts';

/** What stays of a segment when the rest of it is made unreadable. */
export interface Alive {
  /** Where the payloads of the messages begin that stay, and of those around them; see {@link aliveOffsets}. */
  offsets: Uint32Array;
  /** Whether log records that belong to no trace stay. No index has them. */
  looseLogs: boolean;
  /** Whether requests of metrics stay. */
  metrics: boolean;
}

/** In which byte of a record the offset of the item is; those of resource, scope and request follow every 8 bytes. */
const SPAN_PLACE = 32;
const LOG_PLACE = 16;

/**
 * The offsets of spans and log records that stay, and of the scopes, resources and requests that hold them, ascending, each
 * once: no two messages begin at the same byte. The records are those of one segment, in any number of pieces.
 */
export function aliveOffsets(spans: readonly Uint8Array[], logs: readonly Uint8Array[]): Uint32Array<ArrayBuffer> {
  const countOf = (pieces: readonly Uint8Array[], size: number) =>
    pieces.reduce((n, { length }) => n + length / size, 0);
  const offsets = new Uint32Array(4 * (countOf(spans, SPAN_ENTRY) + countOf(logs, LOG_ENTRY)));
  let count = 0;
  const add = (pieces: readonly Uint8Array[], size: number, place: number): void => {
    for (const piece of pieces) {
      const view = viewOf(piece);
      for (let at = place; at < piece.length; at += size) {
        for (let part = 0; part < 32; part += 8) offsets[count++] = view.getUint32(at + part, true);
      }
    }
  };
  add(spans, SPAN_ENTRY, SPAN_PLACE);
  add(logs, LOG_ENTRY, LOG_PLACE);
  offsets.sort();
  let kept = 0;
  for (const offset of offsets) {
    if (kept === 0 || offset !== offsets[kept - 1]) offsets[kept++] = offset;
  }
  return offsets.slice(0, kept);
}
