import { ScanFlag } from '../otlp/scanTraces.ts';
import { scanSpanHead } from '../otlp/spanHead.ts';
import { keyOf, SPAN_ENTRY, SpanEntry, viewOf } from './entries.ts';
import type { SpanFacts } from './traceState.ts';

/** Records of spans with the segment their offsets are of. */
export interface SpanPart {
  segment: number;
  spans: Uint8Array;
}

/** The span records of some parts, in the order they were stored. */
export function entriesOf(parts: readonly SpanPart[]): SpanEntry[] {
  const entries: SpanEntry[] = [];
  for (const { spans, segment } of parts) {
    const view = viewOf(spans);
    for (let at = 0; at + SPAN_ENTRY <= spans.length; at += SPAN_ENTRY) {
      entries.push(new SpanEntry(spans, view, at, segment));
    }
  }
  return entries;
}

/**
 * Whether a Span message counts rather than another with the same ids: the one with the later end does, among equals the
 * one with the larger bytes, so that the order in which they came does not matter.
 */
export function isLater(span: Uint8Array, other: Uint8Array): boolean {
  const end = scanSpanHead(span, 0, span.length, '').endTimeUnixNano;
  const otherEnd = scanSpanHead(other, 0, other.length, '').endTimeUnixNano;
  return end !== otherEnd ? end > otherEnd : Buffer.compare(span, other) > 0;
}

/** What a summary takes from a Span message. */
export function factsOf(span: Uint8Array): SpanFacts {
  const head = scanSpanHead(span, 0, span.length, '');
  const id = viewOf(Buffer.from(head.spanId, 'hex'));
  return {
    idLow: id.getUint32(0, true),
    idHigh: id.getUint32(4, true),
    isRoot: head.parentSpanId === '',
    error: head.error,
    ...timesOf(head.startTimeUnixNano, head.endTimeUnixNano),
  };
}

/** What a summary takes from the record of a span. */
export function factsOfEntry(entry: SpanEntry): SpanFacts {
  return {
    idLow: entry.idLow,
    idHigh: entry.idHigh,
    isRoot: (entry.flags & ScanFlag.root) !== 0,
    error: (entry.flags & ScanFlag.error) !== 0,
    ...timesOf(entry.start, entry.end),
  };
}

function timesOf(start: bigint, end: bigint) {
  return {
    startLow: Number(start & 0xffff_ffffn),
    startHigh: Number(start >> 32n),
    endLow: Number(end & 0xffff_ffffn),
    endHigh: Number(end >> 32n),
  };
}

/** One version for each span id, the one that counts, and the ids of which there are several contents. */
export function effectiveEntries<T>(
  items: readonly T[],
  entryOf: (item: T) => SpanEntry,
  bytesOf: (item: T) => Uint8Array,
): { spans: T[]; distinct: T[]; updated: Set<string> } {
  const byKey = new Map<string, T[]>();
  for (const item of items) {
    const versions = byKey.get(entryOf(item).spanKey);
    if (versions) versions.push(item);
    else byKey.set(entryOf(item).spanKey, [item]);
  }
  if (byKey.size === items.length) return { spans: [...items], distinct: [...items], updated: new Set() };
  const updated = new Set<string>();
  const spans: T[] = [];
  const dropped = new Set<T>();
  for (const [key, versions] of byKey) {
    let best = versions[0] as T;
    const contents = new Set<string>();
    for (const version of versions) {
      const bytes = bytesOf(version);
      const content = keyOf(bytes, 0, bytes.length);
      if (contents.has(content)) dropped.add(version);
      else if (version !== best && isLater(bytes, bytesOf(best))) best = version;
      contents.add(content);
    }
    if (contents.size > 1) updated.add(key);
    spans.push(best);
  }
  return { spans, distinct: items.filter(item => !dropped.has(item)), updated };
}
