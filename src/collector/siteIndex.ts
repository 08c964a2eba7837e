import { hexOf, type TraceId } from '../model/ids.ts';
import { elapsedNanos } from '../model/nanos.ts';
import { serviceOf } from '../model/span.ts';
import { decodeResource, decodeScope, decodeSpan } from '../otlp/decode.ts';
import { ScanFlag } from '../otlp/scanTraces.ts';
import { reportedSite } from '../source/sites.ts';
import { LOCATED_ENTRY, SpanEntry, viewOf } from '../store/entries.ts';
import type { LocatedPart, StoreReader } from '../store/reader.ts';
import type { SiteReport, SiteSpan } from './api.ts';
import { newestSpans, Site } from './site.ts';

/** A reading is broken off after this time and goes on with the next question, so that others get their turn. */
const READING_MS = 300;
/** Places that are kept; programs have no more lines that make spans, hostile ones may. */
const MOST_SITES = 10_000;

/**
 * Which spans name which line. Reads only the located spans that were committed since the last look, so it costs nothing
 * while nothing new arrives.
 */
export class SiteIndex {
  readonly #sites = new Map<string, Site>();
  /** By folder: how far its store is read, and what had been removed from it then. */
  readonly #seen = new Map<string, { seq: number; removals: number }>();
  readonly #readingMs: number;
  #version = 0;

  constructor(readingMs = READING_MS) {
    this.#readingMs = readingMs;
  }

  /** Reads on and answers the statistics; nothing where they are still those of `known`. */
  report(readers: StoreReader[], known?: number): SiteReport | undefined {
    if (this.#isOutdated(readers)) {
      this.#sites.clear();
      this.#seen.clear();
      this.#version++;
    }
    const until = performance.now() + this.#readingMs;
    let more = false;
    for (const reader of readers) more = !this.#readOn(reader, until) || more;
    if (this.#version === known && !more) return undefined;
    return { version: this.#version, sites: [...this.#sites.values()].map(site => site.stats()), more };
  }

  spans(places: { path: string; line: number }[]): SiteSpan[] {
    return newestSpans(places.flatMap(({ path, line }) => this.#sites.get(keyOf(path, line)) ?? []));
  }

  /** Something was removed, or a store is gone: what it contributed cannot be told from the rest. */
  #isOutdated(readers: StoreReader[]): boolean {
    for (const [folder, { removals }] of this.#seen) {
      const reader = readers.find(one => one.folder === folder);
      if (!reader || reader.removals() !== removals) return true;
    }
    return false;
  }

  /** Answers whether everything is read. */
  #readOn(reader: StoreReader, until: number): boolean {
    const removals = reader.removals();
    const before = this.#seen.get(reader.folder)?.seq ?? 0;
    let seq = before;
    for (const part of reader.located(before)) {
      // Whole commits only, and at least one, so that every reading gets on.
      if (seq !== before && part.seq !== seq && performance.now() > until) return false;
      seq = part.seq;
      this.#add(reader, part);
      this.#version++;
      this.#seen.set(reader.folder, { seq, removals });
    }
    this.#seen.set(reader.folder, { seq, removals });
    return true;
  }

  #add(reader: StoreReader, part: LocatedPart): void {
    const view = viewOf(part.spans);
    for (let at = 0; at + LOCATED_ENTRY <= part.spans.length; at += LOCATED_ENTRY) {
      const traceBytes = part.spans.subarray(at, at + 16);
      if (!reader.has(traceBytes)) continue;
      const entry = new SpanEntry(part.spans, view, at + 16, part.segment);
      if (!reader.isSound(entry.segment, entry.offset, entry.length)) continue;
      const content = reader.segment(entry.segment, entry.resourceOffset + entry.resourceLength);
      const resource = decodeResource(content, entry.resourceOffset, entry.resourceLength);
      const scope = decodeScope(content, entry.scopeOffset, entry.scopeLength);
      const span = decodeSpan(content, entry.offset, entry.length, resource, scope);
      const place = reportedSite(span);
      if (!place || place.line === undefined) continue;
      const site = this.#site(place.path, place.line);
      if (!site) continue;
      site.function ||= place.function ?? '';
      if (site.services.size < 20) site.services.add(serviceOf(resource));
      site.add({
        traceId: hexOf(traceBytes) as TraceId,
        spanId: span.spanId,
        name: span.name,
        startTimeUnixNano: span.startTimeUnixNano,
        durationNano: elapsedNanos(span.startTimeUnixNano, span.endTimeUnixNano),
        error: (entry.flags & ScanFlag.error) !== 0,
      });
    }
  }

  #site(path: string, line: number): Site | undefined {
    const key = keyOf(path, line);
    let site = this.#sites.get(key);
    if (!site && this.#sites.size < MOST_SITES) {
      site = new Site(path, line);
      this.#sites.set(key, site);
    }
    return site;
  }
}

function keyOf(path: string, line: number): string {
  return `${path}\0${line}`;
}
