import type { TraceId } from '../../model/ids.ts';
import type { SearchableSpan, SearchableTrace } from '../../model/search/searchable.ts';
import { LOG_ENTRY, LogEntry, SPAN_ENTRY, SpanEntry, viewOf } from '../entries.ts';
import { effectiveEntries } from '../spanVersions.ts';
import { ChunkKind } from '../traceIndex.ts';
import type { SearchStore } from './searchStore.ts';
import type { TraceRow } from './traceRows.ts';
import { WireLog } from './wireLog.ts';
import { WireSpan } from './wireSpan.ts';

/** What a summary says of a trace; of one that lies in several stores the merged one. */
export interface TraceFacts {
  traceId: TraceId;
  rootName: string;
  rootService: string;
  /** Nanoseconds since 1970. */
  start: bigint;
  end: bigint;
}

/** Where a trace lies. */
export interface Stored {
  store: SearchStore;
  row: TraceRow;
}

interface Placed<E> {
  store: SearchStore;
  entry: E;
}

export function factsOf({ traceId, name, service, start, end }: TraceRow): TraceFacts {
  return { traceId, rootName: name, rootService: service, start, end };
}

/**
 * A trace with all that is stored of it, of each span the version that counts. What is damaged is left out.
 * @throws {MalformedError} the index leads to what is no message.
 */
export function loadTrace(facts: TraceFacts, stored: readonly Stored[]): SearchableTrace {
  const placed = stored.flatMap(spanEntries);
  const [one] = stored;
  // The index counts ids: as many records are one of each.
  const isDistinct = stored.length === 1 && one!.row.spans === placed.length;
  const entries = isDistinct ? placed : effectiveEntries(placed, ({ entry }) => entry, bytesOf).spans;
  const spans: SearchableSpan[] = [];
  const byKey = new Map<string, WireSpan>();
  const logs = stored.some(({ row }) => row.hasLogs) ? stored.flatMap(logEntries) : [];
  for (const one of entries) {
    const span = spanOf(one);
    if (!span) continue;
    spans.push(span);
    if (logs.length > 0) byKey.set(one.entry.spanKey, span);
  }
  const logsOf = Map.groupBy(logs, ({ entry }) => byKey.get(entry.spanKey));
  for (const [span, records] of logsOf) {
    const wire = records.flatMap(record => logOf(record) ?? []);
    if (span) span.logs = wire;
    else spans.push(...wire);
  }
  const { start, end, ...rest } = facts;
  const duration = start === 0n || end < start ? 0n : end - start;
  return { ...rest, start, duration, spanCount: entries.length, spans };
}

function spanEntries({ store, row }: Stored): Placed<SpanEntry>[] {
  const placed: Placed<SpanEntry>[] = [];
  for (const segment of store.rows.segments(row)) {
    for (const records of store.entries.records(segment, ChunkKind.spans, Number(row.id))) {
      const view = viewOf(records);
      for (let at = 0; at + SPAN_ENTRY <= records.length; at += SPAN_ENTRY) {
        placed.push({ store, entry: new SpanEntry(records, view, at, segment) });
      }
    }
  }
  return placed;
}

function logEntries({ store, row }: Stored): Placed<LogEntry>[] {
  const placed: Placed<LogEntry>[] = [];
  for (const segment of store.rows.segments(row)) {
    for (const records of store.entries.records(segment, ChunkKind.logs, Number(row.id))) {
      const view = viewOf(records);
      for (let at = 0; at + LOG_ENTRY <= records.length; at += LOG_ENTRY) {
        placed.push({ store, entry: new LogEntry(records, view, at, segment) });
      }
    }
  }
  return placed;
}

function contentOf({ store, entry }: Placed<SpanEntry | LogEntry>): Uint8Array | undefined {
  const content = store.reader.segment(entry.segment, entry.resourceOffset + entry.resourceLength);
  return store.reader.isSound(entry.segment, entry.offset, entry.length) ? content : undefined;
}

/** Of a message that is damaged nothing, so that any other version of it counts. */
function bytesOf(placed: Placed<SpanEntry>): Uint8Array {
  const { offset, length } = placed.entry;
  return contentOf(placed)?.subarray(offset, offset + length) ?? new Uint8Array(0);
}

function spanOf(placed: Placed<SpanEntry>): WireSpan | undefined {
  const content = contentOf(placed);
  if (!content) return undefined;
  const { entry, store } = placed;
  const resource = store.shared(content, entry.resourceOffset, entry.resourceLength, 'resource');
  const scope = store.shared(content, entry.scopeOffset, entry.scopeLength, 'scope');
  return new WireSpan().set(content, entry.offset, entry.length, resource, scope);
}

function logOf(placed: Placed<LogEntry>): WireLog | undefined {
  const content = contentOf(placed);
  if (!content) return undefined;
  const { entry, store } = placed;
  const resource = store.shared(content, entry.resourceOffset, entry.resourceLength, 'resource');
  return new WireLog(content, entry.offset, entry.length, resource);
}
