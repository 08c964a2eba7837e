import type { CollectorApi, SiteSpan, SiteStats } from '../collector/api.ts';
import { SiteMap } from '../source/sites.ts';
import type { WorkspaceFiles } from '../source/workspaceFiles.ts';
import { type LineStats, mergeSites } from './siteText.ts';

/** What spans say about the lines of files, as it was when it was last loaded. */
export class SiteReports {
  readonly #collector: Pick<CollectorApi, 'sites' | 'siteSpans'>;
  readonly #map: SiteMap<SiteStats>;
  #version: number | undefined;
  #loading: Promise<boolean> | undefined;

  constructor(collector: Pick<CollectorApi, 'sites' | 'siteSpans'>, files: WorkspaceFiles) {
    this.#collector = collector;
    this.#map = new SiteMap(files);
  }

  get loaded(): boolean {
    return this.#version !== undefined;
  }

  /** Asks for everything the next time: another collector may count its versions anew. */
  forget(): void {
    this.#version = undefined;
  }

  /** Takes over what has changed. Answers whether there is more to read; callers at the same time share one answer. */
  load(): Promise<boolean> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** The lines of a file that spans name, ascending. */
  async linesOf(file: string): Promise<{ line: number; stats: LineStats }[]> {
    const lines = await this.#map.forFile(file);
    return lines.map(({ line, stats }) => ({ line, stats: mergeSites(stats) }));
  }

  /** The newest spans of a line, and how many there are in all. */
  async spansOf(file: string, line: number): Promise<{ spans: SiteSpan[]; count: number }> {
    const sites = (await this.#map.forFile(file)).find(entry => entry.line === line)?.stats ?? [];
    if (sites.length === 0) return { spans: [], count: 0 };
    const spans = await this.#collector.siteSpans(sites.map(({ path, line }) => ({ path, line })));
    // The spans are read now and the statistics were before, so there may be more of them by now.
    return { spans, count: Math.max(mergeSites(sites).count, spans.length) };
  }

  async #load(): Promise<boolean> {
    const report = await this.#collector.sites(this.#version);
    if (report === undefined) return false;
    this.#map.update(report.sites);
    this.#version = report.version;
    return report.more;
  }
}
