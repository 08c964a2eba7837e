import { hexOf, type SpanId, type TraceId } from '../model/ids.ts';
import { serviceOf } from '../model/span.ts';
import { decodeResource, decodeScope, decodeSpan } from '../otlp/decode.ts';
import { ScanFlag } from '../otlp/scanTraces.ts';
import { reportedSite } from '../source/sites.ts';
import { LOCATED_ENTRY, SpanEntry } from '../store/entries.ts';
import type { LocatedPart, StoreReader } from '../store/reader.ts';
import type { SiteStats } from './api.ts';

/** One span of a site, kept small: there may be many. */
interface SiteSpan {
  traceId: TraceId;
  spanId: SpanId;
  name: string;
  start: bigint;
  duration: bigint;
  error: boolean;
}

interface Site {
  path: string;
  line: number;
  function: string;
  services: Set<string>;
  /** By trace and span, so that a span sent again counts once. */
  spans: Map<string, SiteSpan>;
}

/** Spans a site keeps; the oldest make room. */
const SPANS_PER_SITE = 2_000;
const LISTED = 50;

/**
 * Which spans name which line. Reads only the located spans that were committed since the last look, so it costs nothing
 * while nothing new arrives.
 */
export class SiteIndex {
  readonly #sites = new Map<string, Site>();
  readonly #seen = new Map<string, { seq: number; removals: number }>();
  #version = 0;

  /** Brings the index up to date with the stores and answers it; `version` grows with every change. */
  read(readers: StoreReader[]): { version: number; sites: SiteStats[] } {
    if (this.#isOutdated(readers)) {
      this.#sites.clear();
      this.#seen.clear();
      this.#version++;
    }
    for (const reader of readers) this.#update(reader);
    return { version: this.#version, sites: [...this.#sites.values()].map(statsOf) };
  }

  /** Something was removed, or a store is gone: what it contributed cannot be told from the rest. */
  #isOutdated(readers: StoreReader[]): boolean {
    for (const [folder, { removals }] of this.#seen) {
      const reader = readers.find(one => one.folder === folder);
      if (!reader || reader.removals() !== removals) return true;
    }
    return false;
  }

  #update(reader: StoreReader): void {
    let seq = this.#seen.get(reader.folder)?.seq ?? 0;
    for (const part of reader.located(seq)) {
      seq = part.seq;
      this.#add(reader, part);
      this.#version++;
    }
    this.#seen.set(reader.folder, { seq, removals: reader.removals() });
  }

  #add(reader: StoreReader, part: LocatedPart): void {
    for (let at = 0; at + LOCATED_ENTRY <= part.spans.length; at += LOCATED_ENTRY) {
      const traceBytes = part.spans.subarray(at, at + 16);
      if (!reader.has(traceBytes)) continue;
      const entry = new SpanEntry(part.spans, at + 16, part.segment);
      const content = reader.segment(entry.segment, entry.resourceOffset + entry.resourceLength);
      const resource = decodeResource(content, entry.resourceOffset, entry.resourceLength);
      const scope = decodeScope(content, entry.scopeOffset, entry.scopeLength);
      const span = decodeSpan(content, entry.offset, entry.length, resource, scope);
      const place = reportedSite(span);
      if (!place || place.line === undefined) continue;
      const key = `${place.path}\0${place.line}`;
      let site = this.#sites.get(key);
      if (!site) {
        site = { path: place.path, line: place.line, function: '', services: new Set(), spans: new Map() };
        this.#sites.set(key, site);
      }
      site.function ||= place.function ?? '';
      site.services.add(serviceOf(resource));
      const traceId = hexOf(traceBytes) as TraceId;
      const duration = span.endTimeUnixNano - span.startTimeUnixNano;
      site.spans.set(traceId + span.spanId, {
        traceId,
        spanId: span.spanId,
        name: span.name,
        start: span.startTimeUnixNano,
        duration: duration > 0n ? duration : 0n,
        error: (entry.flags & ScanFlag.error) !== 0,
      });
      if (site.spans.size > SPANS_PER_SITE) {
        const [oldest] = site.spans.keys();
        if (oldest) site.spans.delete(oldest);
      }
    }
  }
}

function statsOf(site: Site): SiteStats {
  const spans = [...site.spans.values()];
  const durations = spans.map(span => span.duration).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const newest = spans.sort((a, b) => (a.start > b.start ? -1 : a.start < b.start ? 1 : 0)).slice(0, LISTED);
  return {
    path: site.path,
    line: site.line,
    function: site.function,
    services: [...site.services],
    count: spans.length,
    errors: spans.filter(span => span.error).length,
    medianNano: durations[Math.floor(durations.length / 2)] ?? 0n,
    maxNano: durations.at(-1) ?? 0n,
    spans: newest.map(({ traceId, spanId, name, start, duration, error }) => ({
      traceId,
      spanId,
      name,
      startTimeUnixNano: start,
      durationNano: duration,
      error,
    })),
  };
}
