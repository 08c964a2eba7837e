import type { SiteSpan, SiteStats } from './api.ts';

/** Durations that the median is taken of. */
const SAMPLE = 2_000;
const LISTED = 50;

/** One reported place and what is known of its spans: all are counted, the newest are kept. */
export class Site {
  readonly path: string;
  readonly line: number;
  function = '';
  readonly services = new Set<string>();
  #count = 0;
  #errors = 0;
  #max = 0n;
  readonly #durations: bigint[] = [];
  /** Newest last. */
  readonly #newest: SiteSpan[] = [];

  constructor(path: string, line: number) {
    this.path = path;
    this.line = line;
  }

  add(span: SiteSpan): void {
    // A span that is still running comes again when it has ended, soon as a rule: it is one span.
    const again = this.#newest.findIndex(({ spanId, traceId }) => spanId === span.spanId && traceId === span.traceId);
    if (again >= 0) {
      if (this.#newest[again]?.error) this.#errors--;
      this.#newest.splice(again, 1);
    } else {
      this.#durations[this.#count % SAMPLE] = span.durationNano;
      this.#count++;
    }
    if (span.error) this.#errors++;
    if (span.durationNano > this.#max) this.#max = span.durationNano;
    this.#newest.push(span);
    if (this.#newest.length > LISTED) this.#newest.shift();
  }

  stats(): SiteStats {
    const sorted = [...this.#durations].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return {
      path: this.path,
      line: this.line,
      function: this.function,
      services: [...this.services],
      count: this.#count,
      errors: this.#errors,
      medianNano: sorted[Math.floor(sorted.length / 2)] ?? 0n,
      maxNano: this.#max,
    };
  }

  spans(): SiteSpan[] {
    return [...this.#newest];
  }
}

/** The newest of several places' spans, newest first. */
export function newestSpans(sites: Site[]): SiteSpan[] {
  return sites
    .flatMap(site => site.spans())
    .sort((a, b) =>
      a.startTimeUnixNano > b.startTimeUnixNano ? -1 : a.startTimeUnixNano < b.startTimeUnixNano ? 1 : 0,
    )
    .slice(0, LISTED);
}
