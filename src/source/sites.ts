import type { ReportedPlace } from '../model/location.ts';
import type { Span } from '../model/span.ts';
import { ownFrames } from './exceptions.ts';
import { givenPlace, placeOfFrame } from './given.ts';
import { readReportedPath } from './reportedPath.ts';
import { ASK_BELOW, resolvePath } from './resolvePath.ts';
import { isForeignPath } from './stack/own.ts';
import type { WorkspaceFiles } from './workspaceFiles.ts';

/**
 * The place a span names, with a line: what its `code.*` attributes give, else the innermost own frame of its last
 * exception. Looks at no file, so that statistics can be built where there is no workspace.
 */
export function reportedSite(span: Span): ReportedPlace | undefined {
  const given = givenPlace(span);
  if (given?.line !== undefined && !isForeignPath(given.path)) return given;
  const call = ownFrames(span)[0];
  return call && placeOfFrame(call, 'exception');
}

/** What is known of one reported place; the rest of the statistics is carried along unseen. */
export interface ReportedSite {
  path: string;
  line: number;
  /** Service names whose spans report it; a single one helps to choose between equal files. */
  services?: readonly string[];
}

/**
 * Statistics by file of the workspace. A reported path is looked for once, when a file of its name is asked for, and
 * not again until the workspace's files change.
 */
export class SiteMap<S extends ReportedSite> {
  readonly #files: WorkspaceFiles;
  #byName = new Map<string, S[]>();
  #resolved = new Map<string, Promise<string | undefined>>();
  #version: number;

  constructor(files: WorkspaceFiles) {
    this.#files = files;
    this.#version = files.version;
  }

  /** Replaces all statistics. */
  update(sites: readonly S[]): void {
    const byName = new Map<string, S[]>();
    const names = new Map<string, string | undefined>();
    for (const site of sites) {
      if (!names.has(site.path)) names.set(site.path, readReportedPath(site.path).segments.at(-1)?.toLowerCase());
      const name = names.get(site.path);
      if (name === undefined) continue;
      const same = byName.get(name);
      if (same) same.push(site);
      else byName.set(name, [site]);
    }
    this.#byName = byName;
    // Paths nobody reports any more are forgotten; the others keep their answer.
    const keys = new Set(sites.map(keyOf));
    for (const key of this.#resolved.keys()) if (!keys.has(key)) this.#resolved.delete(key);
  }

  /**
   * The lines of a file that spans name, ascending. `file` is an absolute path. Only paths that lead to this file
   * without a choice count; a line may lie past the file's end where it has become shorter since.
   */
  async forFile(file: string): Promise<{ line: number; stats: S[] }[]> {
    if (this.#version !== this.#files.version) {
      this.#version = this.#files.version;
      this.#resolved = new Map();
    }
    const sites = this.#byName.get(
      file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1).toLowerCase(),
    );
    if (!sites) return [];
    const here = (await this.#files.find(file)) ?? file;
    const byLine = new Map<number, S[]>();
    for (const site of sites) {
      if ((await this.#fileOf(site)) !== here) continue;
      const same = byLine.get(site.line);
      if (same) same.push(site);
      else byLine.set(site.line, [site]);
    }
    return [...byLine].map(([line, stats]) => ({ line, stats })).sort((a, b) => a.line - b.line);
  }

  #fileOf(site: S): Promise<string | undefined> {
    const key = keyOf(site);
    let found = this.#resolved.get(key);
    if (!found) {
      const service = onlyService(site);
      found = resolvePath(site.path, this.#files, service === undefined ? {} : { service }).then(paths =>
        paths.length === 1 && paths[0]!.score >= ASK_BELOW ? paths[0]!.file : undefined,
      );
      this.#resolved.set(key, found);
    }
    return found;
  }
}

function onlyService(site: ReportedSite): string | undefined {
  return site.services?.length === 1 ? site.services[0] : undefined;
}

function keyOf(site: ReportedSite): string {
  return `${onlyService(site) ?? ''}\0${site.path}`;
}
