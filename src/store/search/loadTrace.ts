import { distinctSpans } from '../../model/distinct.ts';
import { hexOf, type SpanId, type TraceId } from '../../model/ids.ts';
import type { SearchableSpan, SearchableTrace } from '../../model/search/searchable.ts';
import type { SpanHead } from '../../model/spanHead.ts';
import { scanSpanHead } from '../../otlp/spanHead.ts';
import { ChunkKind } from '../chunkTable.ts';
import { LOG_ENTRY, LogEntry, SPAN_ENTRY, SpanEntry, viewOf } from '../entries.ts';
import { effectiveEntries } from '../spanVersions.ts';
import type { SearchStore } from './searchStore.ts';
import type { TraceRow } from './traceRows.ts';
import { WireLog } from './wireLog.ts';
import type { WireShared } from './wireShared.ts';
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
  // The index counts ids: as many records are one of each.
  const isDistinct = stored.length === 1 && stored[0]!.row.spans === placed.length;
  const { spans, ids } = isDistinct ? { spans: onlySpans(placed), ids: placed.length } : distinct(placed);
  const logs = stored.some(({ row }) => row.hasLogs) ? stored.flatMap(logEntries) : [];
  const { start, end, ...rest } = facts;
  const duration = start === 0n || end < start ? 0n : end - start;
  const all = logs.length > 0 ? withLogs(spans, logs) : spans;
  return { ...rest, start, duration, spanCount: ids, spans: all };
}

/**
 * The spans of records of one segment, all in the same object, which is another span after each step, and is not to be asked for
 * its ids; `undefined` for one that cannot be read.
 * @throws {MalformedError}
 */
export function* spansIn(
  store: SearchStore,
  segment: number,
  records: readonly Uint8Array[],
): Generator<WireSpan | undefined> {
  const reader = new SpanReader();
  const span = new WireSpan();
  for (const one of records) {
    const view = viewOf(one);
    for (let at = 0; at + SPAN_ENTRY <= one.length; at += SPAN_ENTRY) {
      const read = reader.read({ store, entry: new SpanEntry(one, view, at, segment) }, span);
      if (read) read.as = SOME_SPAN;
      yield read;
    }
  }
}

/** That it is a span is asked of each; writing out its id takes longer than all else. */
const SOME_SPAN = { spanId: 'some' as SpanId, parentSpanId: '' };

function entriesIn(store: SearchStore, records: Uint8Array, segment: number): Placed<SpanEntry>[] {
  const view = viewOf(records);
  const placed: Placed<SpanEntry>[] = [];
  for (let at = 0; at + SPAN_ENTRY <= records.length; at += SPAN_ENTRY) {
    placed.push({ store, entry: new SpanEntry(records, view, at, segment) });
  }
  return placed;
}

function onlySpans(placed: readonly Placed<SpanEntry>[]): WireSpan[] {
  const reader = new SpanReader();
  const spans: WireSpan[] = [];
  for (const one of placed) {
    const span = reader.read(one);
    if (span) spans.push(span);
  }
  return spans;
}

/** Of each id the version that counts, or both spans where a caller and the one it called have one id: as they are shown. */
function distinct(placed: readonly Placed<SpanEntry>[]): { spans: WireSpan[]; ids: number } {
  const effective = effectiveEntries(placed, ({ entry }) => entry, bytesOf);
  const isUpdated = ({ entry }: Placed<SpanEntry>) => effective.updated.has(entry.spanKey);
  const spans = onlySpans(effective.distinct.filter(one => !isUpdated(one)));
  const reader = new SpanReader();
  const versions = effective.distinct
    .filter(isUpdated)
    .sort(byPrecedence)
    .flatMap(one => {
      const span = reader.read(one);
      return span ? [{ span, head: headOf(one, span) }] : [];
    });
  const shown = distinctSpans(versions.map(({ head }) => head));
  for (const [at, { spanId, parentSpanId }] of shown.spans.entries()) {
    const { span } = versions[shown.from[at]!]!;
    if (shown.shared.has(spanId)) span.as = { spanId: spanId as SpanId, parentSpanId };
    spans.push(span);
  }
  return { spans, ids: effective.spans.length };
}

function headOf({ entry }: Placed<SpanEntry>, { bytes, service }: WireSpan): SpanHead {
  return scanSpanHead(bytes, entry.offset, entry.length, service);
}

/** The later end counts, among equals the larger bytes: as the store has it for its summaries. */
function byPrecedence(a: Placed<SpanEntry>, b: Placed<SpanEntry>): number {
  if (a.entry.end !== b.entry.end) return a.entry.end < b.entry.end ? -1 : 1;
  return Buffer.compare(bytesOf(a), bytesOf(b));
}

/** Gives each log record to its span; one that belongs to none is a span of its own. */
function withLogs(spans: readonly WireSpan[], logs: readonly Placed<LogEntry>[]): SearchableSpan[] {
  const byId = new Map<string, WireSpan>(spans.map(span => [span.spanId, span]));
  const own: SearchableSpan[] = [];
  const records = Map.groupBy(logs, ({ entry }) => byId.get(hexOf(Buffer.from(entry.spanKey, 'latin1'))));
  for (const [span, entries] of records) {
    const wire = entries.flatMap(one => logOf(one) ?? []);
    if (span) span.logs = wire;
    else own.push(...wire);
  }
  return [...spans, ...own];
}

function spanEntries({ store, row }: Stored): Placed<SpanEntry>[] {
  return store.rows
    .segments(row)
    .flatMap(segment =>
      store.entries
        .records(segment, ChunkKind.spans, Number(row.id))
        .flatMap(records => entriesIn(store, records, segment)),
    );
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
  const { segment, offset, length, resourceOffset: start, resourceLength } = entry;
  return store.content(segment, offset, length, { start, end: start + resourceLength });
}

/** Of a message that is damaged nothing, so that any other version of it counts. */
function bytesOf(placed: Placed<SpanEntry>): Uint8Array {
  const { offset, length } = placed.entry;
  return contentOf(placed)?.subarray(offset, offset + length) ?? new Uint8Array(0);
}

/** Reads spans, most of which share with the one before what they lie in. */
class SpanReader {
  #last: Placed<SpanEntry> | undefined;
  #content!: Uint8Array;
  #resource!: WireShared;
  #scope!: WireShared;

  /** `undefined` where it is damaged. @throws {MalformedError} */
  read(placed: Placed<SpanEntry>, into = new WireSpan()): WireSpan | undefined {
    const { entry, store } = placed;
    const { resourceOffset, scopeOffset } = entry;
    const last = this.#last;
    const isNear =
      last !== undefined &&
      last.store === store &&
      last.entry.segment === entry.segment &&
      last.entry.resourceOffset === resourceOffset;
    if (!isNear || !store.isVerified(entry.segment)) {
      this.#last = undefined;
      const content = contentOf(placed);
      if (!content) return undefined;
      this.#content = content;
      this.#resource = store.shared(content, resourceOffset, entry.resourceLength, 'resource');
    }
    if (!isNear || last.entry.scopeOffset !== scopeOffset || this.#last === undefined) {
      this.#scope = store.shared(this.#content, scopeOffset, entry.scopeLength, 'scope');
    }
    this.#last = placed;
    return into.set(this.#content, entry.offset, entry.length, this.#resource, this.#scope);
  }
}

function logOf(placed: Placed<LogEntry>): WireLog | undefined {
  const content = contentOf(placed);
  if (!content) return undefined;
  const { entry, store } = placed;
  const resource = store.shared(content, entry.resourceOffset, entry.resourceLength, 'resource');
  return new WireLog(content, entry.offset, entry.length, resource);
}
