import { SPAN_ENTRY, SpanEntry } from './entries.ts';

/** One blob of span entries with the segment its offsets are of. */
export interface SpanPart {
  segment: number;
  spans: Uint8Array;
}

/** All entries of some parts, in the order they were committed. */
export function entriesOf(parts: readonly SpanPart[]): SpanEntry[] {
  const entries: SpanEntry[] = [];
  for (const part of parts) {
    for (let at = 0; at + SPAN_ENTRY <= part.spans.length; at += SPAN_ENTRY) {
      entries.push(new SpanEntry(part.spans, at, part.segment));
    }
  }
  return entries;
}

/** Every distinct content that was sent, in the order it was committed: a span sent again unchanged is left out. */
export function distinctEntries(entries: readonly SpanEntry[]): SpanEntry[] {
  const seen = new Set<string>();
  return entries.filter(entry => {
    const key = entry.spanKey + entry.hash.toString(36);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** One entry a span: of several versions the one with the latest end; among equals the larger hash, so that order does not matter. */
export function effectiveEntries(entries: readonly SpanEntry[]): { entries: SpanEntry[]; updated: Set<string> } {
  const best = new Map<string, SpanEntry>();
  const updated = new Set<string>();
  for (const entry of entries) {
    const key = entry.spanKey;
    const other = best.get(key);
    if (!other) {
      best.set(key, entry);
      continue;
    }
    if (entry.hash === other.hash) continue;
    updated.add(key);
    if (entry.end > other.end || (entry.end === other.end && entry.hash > other.hash)) best.set(key, entry);
  }
  return { entries: [...best.values()], updated };
}
