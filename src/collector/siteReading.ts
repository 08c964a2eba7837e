import { hexOf, type TraceId } from '../model/ids.ts';
import { elapsedNanos } from '../model/nanos.ts';
import { serviceOf } from '../model/span.ts';
import { decodeResource, decodeScope, decodeSpan } from '../otlp/decode.ts';
import { ScanFlag } from '../otlp/scanTraces.ts';
import { reportedSite } from '../source/sites.ts';
import { LOCATED_ENTRY, SpanEntry, viewOf } from '../store/entries.ts';
import type { LocatedPart, StoreReader } from '../store/reader.ts';
import { Site } from './site.ts';

/** Places that are kept; programs have no more lines that make spans, hostile ones may. */
const MOST_SITES = 10_000;

/** The places that the located spans of some stores name, as far as these are read. */
export class SiteReading {
  readonly #sites = new Map<string, Site>();
  /** By folder: how far its store is read, and what had been removed from it when that began. */
  readonly #seen = new Map<string, { reader: StoreReader; seq: number; removals: number }>();
  /** Grows when something is added. */
  version = 0;

  sites(): Site[] {
    return [...this.#sites.values()];
  }

  site(path: string, line: number): Site | undefined {
    return this.#sites.get(keyOf(path, line));
  }

  /** Something was removed, or a store is gone: what it contributed cannot be told from the rest. */
  isOutdated(readers: readonly StoreReader[]): boolean {
    for (const { reader, removals } of this.#seen.values()) {
      if (!readers.includes(reader) || reader.removals() !== removals) return true;
    }
    return false;
  }

  /** Reads on until that time (of `performance`), at least one commit; answers whether everything is read. */
  readOn(readers: readonly StoreReader[], until: number): boolean {
    let isComplete = true;
    for (const reader of readers) isComplete = this.#readStore(reader, until) && isComplete;
    return isComplete;
  }

  #readStore(reader: StoreReader, until: number): boolean {
    let seen = this.#seen.get(reader.folder);
    if (!seen) {
      seen = { reader, seq: 0, removals: reader.removals() };
      this.#seen.set(reader.folder, seen);
    }
    const before = seen.seq;
    for (const part of reader.located(before)) {
      // Whole commits only, and at least one, so that every reading gets on.
      if (seen.seq !== before && part.seq !== seen.seq && performance.now() > until) return false;
      seen.seq = part.seq;
      this.#add(reader, part);
      this.version++;
    }
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
      const site = this.#siteOf(place.path, place.line);
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

  #siteOf(path: string, line: number): Site | undefined {
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
