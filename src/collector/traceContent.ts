import { assembleTrace } from '../model/assemble.ts';
import type { TraceColumns } from '../model/columns.ts';
import { hexOf, type SpanId, type TraceId } from '../model/ids.ts';
import { type LogRecord, type Resource, type Scope, type Span, serviceOf } from '../model/span.ts';
import type { SpanHead } from '../model/spanHead.ts';
import type { TraceSummary } from '../model/summary.ts';
import { decodeLogRecord, decodeResource, decodeScope, decodeSpan } from '../otlp/decode.ts';
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

/** One trace of one or several stores; nothing is decoded before it is asked for. */
export class TraceContent {
  readonly traceId: TraceId;
  readonly summary: TraceSummary;
  /** One entry a span, the version that counts. */
  readonly #spans: Placed<SpanEntry>[];
  /** Every version of every span that was sent. */
  readonly #all: Placed<SpanEntry>[];
  readonly #logs: Placed<LogEntry>[];
  readonly #updated: Set<string>;
  /** Made when the first span is asked for. */
  #byKey: Map<string, Placed<SpanEntry>> | undefined;
  #logsByKey: Map<string, Placed<LogEntry>[]> | undefined;
  readonly #resources = new Map<string, Resource>();
  readonly #scopes = new Map<string, Scope>();

  constructor(traceId: TraceId, stored: { reader: StoreReader; trace: StoredTrace }[]) {
    this.traceId = traceId;
    this.summary = stored.map(({ trace }) => trace.summary).reduce(mergeSummaries);
    const placed = stored.flatMap(({ reader, trace }) => entriesOf(trace.parts).map(entry => ({ entry, reader })));
    const effective = effectiveEntries(placed, ({ entry }) => entry, bytesOf);
    this.#all = effective.distinct;
    this.#spans = effective.spans;
    this.#updated = effective.updated;
    this.#logs = stored.flatMap(({ reader, trace }) => trace.logs.map(entry => ({ entry, reader })));
    this.summary.spanCount = this.#spans.length;
    this.summary.logCount = this.#logs.length;
  }

  /** The rows of the trace, in display order. */
  columns(): TraceColumns {
    // Every version is given, in order of arrival, so that the assembly can mark the spans that changed.
    const spans = this.#updated.size > 0 ? this.#all : this.#spans;
    const heads = spans.map(placed => this.#head(placed));
    const logs = new Map<string, number>();
    for (const { entry } of this.#logs) {
      const spanId = hexOf(Buffer.from(entry.spanKey, 'latin1'));
      logs.set(spanId, (logs.get(spanId) ?? 0) + 1);
    }
    return assembleTrace(this.traceId, heads, { logs });
  }

  #head(placed: Placed<SpanEntry>): SpanHead {
    const { entry } = placed;
    return scanSpanHead(contentOf(placed), entry.offset, entry.length, serviceOf(this.#resource(placed)));
  }

  span(spanId: SpanId): { span: Span; logs: LogRecord[]; updated: boolean; bytes: Uint8Array } | undefined {
    const key = Buffer.from(spanId, 'hex').toString('latin1');
    this.#byKey ??= new Map(this.#spans.map(placed => [placed.entry.spanKey, placed]));
    this.#logsByKey ??= Map.groupBy(this.#logs, ({ entry }) => entry.spanKey);
    const placed = this.#byKey.get(key);
    if (!placed) return undefined;
    return {
      span: this.#span(placed),
      logs: this.#sortedLogs(this.#logsByKey.get(key) ?? []),
      updated: this.#updated.has(key),
      bytes: bytesOf(placed),
    };
  }

  /** Every span, by start, then id. */
  spans(): Span[] {
    const spans = this.#spans.map(placed => this.#span(placed));
    return spans.sort((a, b) => compare(a.startTimeUnixNano, b.startTimeUnixNano) || compare(a.spanId, b.spanId));
  }

  logs(): LogRecord[] {
    return this.#sortedLogs(this.#logs);
  }

  /** One OTLP JSON request with everything that was sent for this trace, every version of every span. */
  otlp(indent?: number): string {
    const spans = spliceTraces(spliceParts(this.#all));
    if (this.#logs.length === 0) return protoToJson('traces', spans, indent);
    return tracesAndLogsToJson(spans, spliceLogs(spliceParts(this.#logs)), indent);
  }

  #span(placed: Placed<SpanEntry>): Span {
    const { offset, length } = placed.entry;
    return decodeSpan(contentOf(placed), offset, length, this.#resource(placed), this.#scope(placed));
  }

  #sortedLogs(logs: Placed<LogEntry>[]): LogRecord[] {
    return [...logs]
      .sort((a, b) => compare(a.entry.time, b.entry.time))
      .map(placed => {
        const { offset, length } = placed.entry;
        return decodeLogRecord(contentOf(placed), offset, length, this.#resource(placed), this.#scope(placed));
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

function bytesOf(placed: Placed<Item>): Uint8Array {
  const { offset, length } = placed.entry;
  return contentOf(placed).subarray(offset, offset + length);
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
