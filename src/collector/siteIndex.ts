import type { StoreReader } from '../store/reader.ts';
import type { SiteReport, SiteSpan } from './api.ts';
import { newestSpans } from './site.ts';
import { SiteReading } from './siteReading.ts';

/** A reading is broken off after this time and goes on with the next question, so that others get their turn. */
const READING_MS = 300;
/** Everything is read anew at most for one part of so many of the time: a store at its limits removes all the while. */
const REST_SHARE = 20;

/**
 * Which spans name which line. Reads only the located spans that were committed since the last look, so it costs nothing
 * while nothing new arrives. When something was removed everything is read anew, beside what is known, which serves until
 * that is complete.
 */
export class SiteIndex {
  #current = new SiteReading();
  #next: SiteReading | undefined;
  readonly #readingMs: number;
  readonly #restShare: number;
  /** What reading anew has taken so far, and when it may be done next. */
  #spentMs = 0;
  #restUntil = Number.NEGATIVE_INFINITY;
  /** Versions of the readings before the current one. */
  #version = 0;

  constructor(readingMs = READING_MS, restShare = REST_SHARE) {
    this.#readingMs = readingMs;
    this.#restShare = restShare;
  }

  /** Reads on and answers the statistics; nothing where they are still those of `known`. */
  report(readers: readonly StoreReader[], known?: number): SiteReport | undefined {
    const until = performance.now() + this.#readingMs;
    let more = !this.#current.readOn(readers, until);
    if (!more && !this.#next && this.#mayReadAnew(readers)) {
      this.#next = new SiteReading();
      this.#spentMs = 0;
    }
    if (this.#next) more = !this.#readAnew(this.#next, readers, until) || this.#mayReadAnew(readers) || more;
    const version = this.#version + this.#current.version;
    if (version === known && !more) return undefined;
    return { version, sites: this.#current.sites().map(site => site.stats()), more };
  }

  spans(places: { path: string; line: number }[]): SiteSpan[] {
    return newestSpans(places.flatMap(({ path, line }) => this.#current.site(path, line) ?? []));
  }

  #mayReadAnew(readers: readonly StoreReader[]): boolean {
    if (!this.#current.isOutdated(readers)) return false;
    // What was cleared is gone at once; that is soon read.
    return performance.now() >= this.#restUntil || readers.every(reader => reader.traceCount() === 0);
  }

  /** Answers whether that is complete, and has taken the place of what was known. */
  #readAnew(next: SiteReading, readers: readonly StoreReader[], until: number): boolean {
    const began = performance.now();
    const isComplete = next.readOn(readers, until);
    this.#spentMs += performance.now() - began;
    if (!isComplete) return false;
    this.#version += this.#current.version + 1;
    this.#current = next;
    this.#next = undefined;
    this.#restUntil = performance.now() + this.#restShare * this.#spentMs;
    return true;
  }
}
