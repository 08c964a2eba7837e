import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { below, fileInside, realFolders } from './insideFolders.ts';
import { isSkippedFolder } from './skipFolders.ts';

const MAX_FILES = 200_000;
/** A file above this is not read to count its lines. */
const MAX_TEXT = 8 * 1024 * 1024;
const KEPT_TEXTS = 32;

interface Index {
  /** Lower-case file name -> absolute paths. */
  byName: Map<string, string[]>;
  files: number;
  truncated: boolean;
}

interface KeptText {
  mtimeMs: number;
  size: number;
  text: string;
}

/**
 * The files of the workspace's folders, by name. The index is built when it is first asked for and again after
 * `invalidate()`. Only files inside the folders are ever touched.
 */
export class WorkspaceFiles {
  #folders: string[];
  #real: Promise<string[]> | undefined;
  #index: Promise<Index> | undefined;
  #version = 0;
  readonly #texts = new Map<string, KeptText>();
  readonly #maxFiles: number;

  /** `folders` are absolute paths. A workspace of more than `maxFiles` files is indexed in part. */
  constructor(folders: readonly string[], maxFiles: number = MAX_FILES) {
    this.#folders = folders.map(folder => resolve(folder));
    this.#maxFiles = maxFiles;
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  /** Grows whenever what was resolved before may be wrong now. */
  get version(): number {
    return this.#version;
  }

  setFolders(folders: readonly string[]): void {
    this.#folders = folders.map(folder => resolve(folder));
    this.#real = undefined;
    this.invalidate();
  }

  /** Files came or went: the next question builds the index anew. */
  invalidate(): void {
    this.#index = undefined;
    this.#version++;
  }

  /** Whether there is such a file inside the folders, links followed. Paths elsewhere are answered without a look. */
  async exists(path: string): Promise<boolean> {
    return (await this.find(path)) !== undefined;
  }

  /** The file of this absolute path as the workspace spells it; `undefined` where the folders hold none. */
  async find(path: string): Promise<string | undefined> {
    this.#real ??= realFolders(this.#folders);
    const file = await fileInside(path, this.#folders, await this.#real);
    if (file === undefined) return undefined;
    const facts = await stat(file).catch(() => undefined);
    return facts?.isFile() ? file : undefined;
  }

  /** All indexed files of this name, whatever its case. */
  async named(name: string): Promise<readonly string[]> {
    return (await this.#indexed()).byName.get(name.toLowerCase()) ?? [];
  }

  /** Whether the workspace has more files than are indexed, so that a file may be missing from the answers. */
  async truncated(): Promise<boolean> {
    return (await this.#indexed()).truncated;
  }

  /** Where an absolute path lies below a folder of the workspace, by its spelling alone. */
  below(path: string): string | undefined {
    if (!isAbsolute(path)) return undefined;
    for (const folder of this.#folders) {
      const way = below(folder, resolve(path));
      if (way !== undefined) return way;
    }
    return undefined;
  }

  /** The path below its folder, with the folder's name before it where there are several; for people. */
  label(file: string): string {
    for (const folder of this.#folders) {
      const way = below(folder, file);
      if (way !== undefined) return this.#folders.length > 1 ? join(basename(folder), way) : way;
    }
    return file;
  }

  /** The text of a file inside the folders; `undefined` where it cannot be read or is larger than 8 MiB. */
  async text(file: string): Promise<string | undefined> {
    const found = await this.find(file);
    const facts = found === undefined ? undefined : await stat(found).catch(() => undefined);
    if (found === undefined || !facts || facts.size > MAX_TEXT) return undefined;
    const kept = this.#texts.get(found);
    if (kept && kept.mtimeMs === facts.mtimeMs && kept.size === facts.size) return kept.text;
    const text = await readFile(found, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    this.#texts.delete(found);
    this.#texts.set(found, { mtimeMs: facts.mtimeMs, size: facts.size, text });
    if (this.#texts.size > KEPT_TEXTS) this.#texts.delete(this.#texts.keys().next().value!);
    return text;
  }

  #indexed(): Promise<Index> {
    this.#index ??= walk(this.#folders, this.#maxFiles);
    return this.#index;
  }
}

async function walk(folders: readonly string[], maxFiles: number): Promise<Index> {
  const index: Index = { byName: new Map(), files: 0, truncated: false };
  const seen = new Set<string>();
  // Breadth first: where the bound is reached, the files near the top are the ones that are known.
  const queue = [...folders];
  for (let next = 0; next < queue.length; next++) {
    const folder = queue[next]!;
    // Workspaces may list a folder and one of its own subfolders.
    if (seen.has(folder)) continue;
    seen.add(folder);
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      // Links are not followed: their targets are inside and found there, or outside and not the workspace's.
      if (entry.isDirectory() && !isSkippedFolder(entry.name)) queue.push(join(folder, entry.name));
      if (!entry.isFile()) continue;
      if (index.files >= maxFiles) return { ...index, truncated: true };
      index.files++;
      const name = entry.name.toLowerCase();
      const files = index.byName.get(name);
      if (files) files.push(join(folder, entry.name));
      else index.byName.set(name, [join(folder, entry.name)]);
    }
  }
  return index;
}
