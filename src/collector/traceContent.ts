import { assembleTrace } from '../model/assemble.ts';
import type { TraceColumns } from '../model/columns.ts';
import { distinctSpans } from '../model/distinct.ts';
import { formatCount } from '../model/format.ts';
import { hostOf } from '../model/host.ts';
import { hexOf, type SpanId, type TraceId } from '../model/ids.ts';
import { type LogRecord, type Resource, type Scope, type Span, serviceOf } from '../model/span.ts';
import type { SpanHead } from '../model/spanHead.ts';
import type { TraceSummary } from '../model/summary.ts';
import { decodeLogRecord, decodeResource, decodeScope, decodeSpan } from '../otlp/decode.ts';
import { MalformedError } from '../otlp/malformed.ts';
import { scanSpanHead } from '../otlp/spanHead.ts';
import { type SplicePart, type Stretch, spliceLogs, spliceTraces } from '../otlp/splice.ts';
import { protoToJson, tracesAndLogsToJson } from '../otlp/transcode.ts';
import type { LogEntry, SpanEntry } from '../store/entries.ts';
import type { StoredTrace, StoreReader } from '../store/reader.ts';
import { frameAt } from '../store/segmentFile.ts';
import { effectiveEntries, entriesOf } from '../store/spanVersions.ts';
import { mergeSummaries } from './mergeSummaries.ts';

/** An entry with the store that its segment is of. */
interface Placed<E> {
  entry: E;
  reader: StoreReader;
}

type Item = SpanEntry | LogEntry;

/** Hears that the index of a store says something else than what was received. */
export type Mismatched = (reader: StoreReader, reason: string) => void;

/** A span as it is shown: with an id and a parent of its own where it was sent under the id of its caller. */
interface Shown {
  placed: Placed<SpanEntry>;
  updated: boolean;
  as?: { spanId: SpanId; parentSpanId: string };
}

/** One trace of one or several stores; nothing is decoded before it is asked for. */
export class TraceContent {
  readonly traceId: TraceId;
  readonly summary: TraceSummary;
  /** Spans of which there is one content. */
  readonly #single: Placed<SpanEntry>[];
  /** All contents of all other ids; of one id the content that counts more comes later. */
  readonly #versions: Placed<SpanEntry>[];
  readonly #logs: Placed<LogEntry>[];
  /** By the id that is shown; made when the first span is asked for. */
  #shown: Map<string, Shown> | undefined;
  #logsByKey: Map<string, Placed<LogEntry>[]> | undefined;
  readonly #resources = new Map<string, Resource>();
  readonly #scopes = new Map<string, Scope>();
  readonly #mismatched: Mismatched;

  constructor(
    traceId: TraceId,
    stored: { reader: StoreReader; trace: StoredTrace }[],
    mismatched: Mismatched = () => {},
  ) {
    this.traceId = traceId;
    this.summary = stored.map(({ trace }) => trace.summary).reduce(mergeSummaries);
    const placed = stored.flatMap(({ reader, trace }) => entriesOf(trace.parts).map(entry => ({ entry, reader })));
    const effective = effectiveEntries(placed, ({ entry }) => entry, bytesOf);
    const isUpdated = ({ entry }: Placed<SpanEntry>) => effective.updated.has(entry.spanKey);
    this.#single = effective.distinct.filter(placed => !isUpdated(placed));
    this.#versions = effective.distinct.filter(isUpdated).sort(byPrecedence);
    this.#logs = stored.flatMap(({ reader, trace }) => trace.logs.map(entry => ({ entry, reader })));
    this.#mismatched = mismatched;
    if (stored.length === 1 && this.summary.spanCount !== effective.spans.length) {
      const [first] = stored;
      const counts = `it counts ${this.summary.spanCount} spans where it has ${effective.spans.length}`;
      if (first) mismatched(first.reader, counts);
    }
    this.summary.spanCount = effective.spans.length;
    this.summary.logCount = this.#logs.length;
  }

  /** The rows of the trace, in display order. */
  columns(): TraceColumns {
    // Every version is given, so that the assembly can mark the spans that changed and tell apart those that share an id.
    const spans = [...this.#single, ...this.#versions];
    const heads = spans.flatMap(placed => this.#tried(placed, () => this.#head(placed)) ?? []);
    const logs = new Map<string, number>();
    for (const { entry } of this.#logs) {
      const spanId = idOf(entry);
      logs.set(spanId, (logs.get(spanId) ?? 0) + 1);
    }
    const columns = assembleTrace(this.traceId, heads, { logs });
    const lost = spans.length - heads.length;
    if (lost > 0) columns.warnings.push(aboutLost(lost));
    return columns;
  }

  /** Whether a span can be read: neither the disk nor the index is wrong about it. */
  #isThere(placed: Placed<SpanEntry>): boolean {
    if (!isSound(placed)) return false;
    if (isNested(placed.entry) && carriesId(contentOf(placed), placed.entry)) return true;
    this.#mismatch(placed, 'it refers to a span that is not where it says');
    return false;
  }

  /** One that was deleted meanwhile is in neither. */
  #mismatch({ reader }: Placed<Item>, reason: string): void {
    if (reader.summary(this.traceId)) this.#mismatched(reader, reason);
  }

  /** Reads something that can be read; `undefined` where it cannot. */
  #tried<T>(placed: Placed<Item>, read: () => T): T | undefined {
    if (isSpan(placed) ? !this.#isThere(placed) : !isSound(placed)) return undefined;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      // What was whole when it was stored is whole now, so it is looked for in the wrong place.
      this.#mismatch(placed, `it refers to what is no message (${error.message})`);
      return undefined;
    }
  }

  #head(placed: Placed<SpanEntry>): SpanHead {
    const { entry } = placed;
    const resource = this.#resource(placed);
    const head = scanSpanHead(contentOf(placed), entry.offset, entry.length, serviceOf(resource));
    head.host = hostOf(resource);
    return head;
  }

  span(spanId: SpanId): { span: Span; logs: LogRecord[]; updated: boolean; bytes: Uint8Array } | undefined {
    this.#logsByKey ??= Map.groupBy(this.#logs, ({ entry }) => entry.spanKey);
    const shown = this.#shownSpans().get(spanId);
    const span = shown && this.#tried(shown.placed, () => this.#spanOf(shown));
    if (!span) return undefined;
    const { placed, updated } = shown;
    // Logs name the id that was sent, and with it both spans that share it.
    const logs = this.#sortedLogs(this.#logsByKey.get(placed.entry.spanKey) ?? []);
    return { span, logs, updated, bytes: bytesOf(placed) };
  }

  /** Every span, by start, then id. */
  spans(): Span[] {
    const shown = [...this.#shownSpans().values()];
    const spans = shown.flatMap(one => this.#tried(one.placed, () => this.#spanOf(one)) ?? []);
    return spans.sort((a, b) => compare(a.startTimeUnixNano, b.startTimeUnixNano) || compare(a.spanId, b.spanId));
  }

  logs(): LogRecord[] {
    return this.#sortedLogs(this.#logs);
  }

  /** One OTLP JSON request with everything that was sent for this trace, every version of every span. */
  otlp(indent?: number): string {
    const there = [...this.#single, ...this.#versions].filter(placed => this.#isThere(placed));
    const spans = spliceTraces(spliceParts(there));
    if (this.#logs.length === 0) return protoToJson('traces', spans, indent);
    return tracesAndLogsToJson(spans, spliceLogs(spliceParts(this.#logs.filter(isSound))), indent);
  }

  #shownSpans(): Map<string, Shown> {
    if (this.#shown) return this.#shown;
    const shown = new Map<string, Shown>();
    for (const placed of this.#single) shown.set(idOf(placed.entry), { placed, updated: false });
    const versions = this.#versions.filter(placed => this.#tried(placed, () => this.#head(placed)) !== undefined);
    const { spans, from, updated, shared } = distinctSpans(versions.map(placed => this.#head(placed)));
    const split = new Set(shared.values());
    for (const [at, { spanId, parentSpanId }] of spans.entries()) {
      const placed = versions[from[at]!]!;
      // Of an id that several spans share it is not said that any of them was sent again.
      const one: Shown = { placed, updated: updated[at] === 1 || !split.has(idOf(placed.entry)) };
      if (shared.has(spanId)) one.as = { spanId: spanId as SpanId, parentSpanId };
      shown.set(spanId, one);
    }
    this.#shown = shown;
    return shown;
  }

  #spanOf({ placed, as }: Shown): Span {
    return { ...this.#span(placed), ...as };
  }

  #span(placed: Placed<SpanEntry>): Span {
    const { offset, length } = placed.entry;
    return decodeSpan(contentOf(placed), offset, length, this.#resource(placed), this.#scope(placed));
  }

  #sortedLogs(logs: Placed<LogEntry>[]): LogRecord[] {
    const sorted = [...logs].sort((a, b) => compare(a.entry.time, b.entry.time));
    return sorted.flatMap(placed => {
      const { offset, length } = placed.entry;
      const read = () =>
        decodeLogRecord(contentOf(placed), offset, length, this.#resource(placed), this.#scope(placed));
      return this.#tried(placed, read) ?? [];
    });
  }

  #resource(placed: Placed<Item>): Resource {
    const { entry, reader } = placed;
    const key = `${reader.folder}:${entry.segment}:${entry.resourceOffset}`;
    let resource = this.#resources.get(key);
    if (!resource) {
      resource = decodeResource(contentOf(placed), entry.resourceOffset, entry.resourceLength);
      this.#resources.set(key, resource);
    }
    return resource;
  }

  #scope(placed: Placed<Item>): Scope {
    const { entry, reader } = placed;
    const key = `${reader.folder}:${entry.segment}:${entry.scopeOffset}`;
    let scope = this.#scopes.get(key);
    if (!scope) {
      scope = decodeScope(contentOf(placed), entry.scopeOffset, entry.scopeLength);
      this.#scopes.set(key, scope);
    }
    return scope;
  }
}

function contentOf({ entry, reader }: Placed<Item>): Uint8Array {
  return reader.segment(entry.segment, entry.resourceOffset + entry.resourceLength);
}

function isSpan(placed: Placed<Item>): placed is Placed<SpanEntry> {
  return 'parentKey' in placed.entry;
}

function isSound({ entry, reader }: Placed<Item>): boolean {
  return reader.isSound(entry.segment, entry.offset, entry.length);
}

/** Whether an entry says that its message is in its scope, and that in its resource. */
function isNested({ offset, length, scopeOffset, scopeLength, resourceOffset, resourceLength }: Item): boolean {
  const [scopeEnd, resourceEnd] = [scopeOffset + scopeLength, resourceOffset + resourceLength];
  return (
    offset >= scopeOffset && offset + length <= scopeEnd && scopeOffset >= resourceOffset && scopeEnd <= resourceEnd
  );
}

/** Whether the Span message that an entry leads to has its id. */
function carriesId(content: Uint8Array, entry: SpanEntry): boolean {
  const at = entry.offset + 20;
  // As every SDK writes it: the trace id of 16 bytes, then the span id of 8.
  if (content[entry.offset] === 0x0a && content[at - 2] === 0x12 && content[at - 1] === 8) {
    return wordAt(content, at) === entry.idLow && wordAt(content, at + 4) === entry.idHigh;
  }
  try {
    return scanSpanHead(content, entry.offset, entry.length, '').spanId === idOf(entry);
  } catch (error) {
    if (error instanceof MalformedError) return false;
    throw error;
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}

function aboutLost(count: number): string {
  return count === 1
    ? '1 span of this trace was on a damaged part of the disk and cannot be shown.'
    : `${formatCount(count)} spans of this trace were on a damaged part of the disk and cannot be shown.`;
}

/** Of a message that is damaged nothing, so that any other version of it counts. */
function bytesOf(placed: Placed<Item>): Uint8Array {
  if (!isSound(placed)) return new Uint8Array(0);
  const { offset, length } = placed.entry;
  return contentOf(placed).subarray(offset, offset + length);
}

function idOf({ spanKey }: Item): string {
  return hexOf(Buffer.from(spanKey, 'latin1'));
}

/** The later end counts, among equals the larger bytes: as the store has it for its summaries. */
function byPrecedence(a: Placed<SpanEntry>, b: Placed<SpanEntry>): number {
  return compare(a.entry.end, b.entry.end) || Buffer.compare(bytesOf(a), bytesOf(b));
}

/** A {@link SplicePart} while it is put together. */
interface Part extends SplicePart {
  base: number;
  resources: (Stretch & { scopes: (Stretch & { spans: Stretch[] })[] })[];
}

/** Entries by request, resource and scope, in the order in which they were sent. */
function spliceParts(items: Placed<Item>[]): SplicePart[] {
  const parts = new Map<string, Part>();
  const sorted = [...items].sort(
    (a, b) =>
      compare(a.reader.folder, b.reader.folder) ||
      a.entry.segment - b.entry.segment ||
      a.entry.requestOffset - b.entry.requestOffset ||
      a.entry.offset - b.entry.offset,
  );
  for (const placed of sorted) {
    const { entry, reader } = placed;
    const key = `${reader.folder}:${entry.segment}:${entry.requestOffset}`;
    let part = parts.get(key);
    if (!part) {
      const content = contentOf(placed);
      const base = entry.requestOffset;
      const length = frameAt(content, base)?.length ?? 0;
      part = { base, body: content.subarray(base, base + length), resources: [] };
      parts.set(key, part);
    }
    const { base } = part;
    let resource = part.resources.at(-1);
    if (resource?.offset !== entry.resourceOffset - base) {
      resource = { offset: entry.resourceOffset - base, length: entry.resourceLength, scopes: [] };
      part.resources.push(resource);
    }
    let scope = resource.scopes.at(-1);
    if (scope?.offset !== entry.scopeOffset - base) {
      scope = { offset: entry.scopeOffset - base, length: entry.scopeLength, spans: [] };
      resource.scopes.push(scope);
    }
    scope.spans.push({ offset: entry.offset - base, length: entry.length });
  }
  return [...parts.values()];
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
