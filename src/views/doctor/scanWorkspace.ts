import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isSkippedFolder } from '../../source/skipFolders.ts';
import type { LanguageId, Manifest, SourceFacts, WorkspaceFacts } from './facts.ts';
import { LANGUAGE_IDS, LANGUAGES } from './languages.ts';
import { readStart } from './readStart.ts';
import { readVirtualEnvironment } from './virtualEnvironment.ts';

/** A workspace may be as large as it likes; what is looked at is not. */
const MOST_FOLDERS = 400;
const MOST_SOURCES = 600;
const MOST_MANIFESTS = 60;
const MOST_ENV_FILES = 40;
const DEEPEST = 6;
/** In a source of any language: worth reading closer. */
const TRACED = /opentelemetry|open-telemetry|\botel|mlflow|langfuse|traceloop|logfire|phoenix|openlit|vercel\/otel/i;
const ENV_FILE = /^(?:\.env(?:\.[\w.-]+)?|[\w-]+\.env|\.flaskenv)$/;
/** Read by no program, or not on this machine. */
const ELSEWHERE = /\.(?:example|sample|template|dist|defaults|prod|production|staging)(?:\.|$)/i;

export interface ScannedWorkspace extends WorkspaceFacts {
  /** Files of variables, with their text. */
  envFiles: { file: string; name: string; text: string }[];
}

/** Looks through folders for manifests, sources that trace, env files and virtual environments. Never rejects; runs nothing. */
export async function scanWorkspace(folders: readonly string[]): Promise<ScannedWorkspace> {
  const scan = new Scan();
  for (const folder of folders) await scan.walk(folder);
  return scan.found;
}

class Scan {
  readonly found: ScannedWorkspace = {
    manifests: [],
    sources: [],
    virtualEnvironments: [],
    envFiles: [],
    isPartial: false,
  };
  #folders = 0;
  #sources = 0;

  /** Breadth first: what matters lies near the top. */
  async walk(root: string): Promise<void> {
    const queue = [{ folder: root, depth: 0 }];
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (++this.#folders > MOST_FOLDERS) {
        this.found.isPartial = true;
        return;
      }
      const entries = await readdir(next.folder, { withFileTypes: true }).catch((): Dirent[] => []);
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const entry of entries) {
        const file = path.join(next.folder, entry.name);
        // Links are not followed: they may lead out of the workspace, or round and round.
        if (entry.isDirectory()) {
          if (await this.#isVirtualEnvironment(root, file)) continue;
          if (next.depth < DEEPEST && !isSkippedFolder(entry.name) && entry.name !== '.git') {
            queue.push({ folder: file, depth: next.depth + 1 });
          }
        } else if (entry.isFile()) await this.#file(root, file, entry.name);
      }
    }
  }

  async #isVirtualEnvironment(root: string, folder: string): Promise<boolean> {
    const environment = await readVirtualEnvironment(folder, relative(root, folder));
    if (environment) this.found.virtualEnvironments.push(environment);
    return environment !== undefined;
  }

  async #file(root: string, file: string, base: string): Promise<void> {
    const name = relative(root, file);
    if (ENV_FILE.test(base) && !ELSEWHERE.test(base) && this.found.envFiles.length < MOST_ENV_FILES) {
      const text = await readStart(file);
      if (text !== undefined) this.found.envFiles.push({ file, name, text });
      return;
    }
    for (const language of LANGUAGE_IDS) {
      if (LANGUAGES[language].manifests.test(base)) return this.#manifest(language, file, name);
      if (LANGUAGES[language].sources.test(base)) return this.#source(language, file, name);
    }
  }

  async #manifest(language: LanguageId, file: string, name: string): Promise<void> {
    if (this.found.manifests.length >= MOST_MANIFESTS) return;
    const text = await readStart(file);
    if (text !== undefined) this.found.manifests.push({ language, file, name, text } satisfies Manifest);
  }

  async #source(language: LanguageId, file: string, name: string): Promise<void> {
    if (++this.#sources > MOST_SOURCES) {
      this.found.isPartial = true;
      return;
    }
    const text = await readStart(file);
    if (text === undefined || !TRACED.test(text)) return;
    const { setsUp, flushes } = LANGUAGES[language];
    const source: SourceFacts = { language, file, name, setsUp: setsUp.test(text), flushes: flushes.test(text) };
    this.found.sources.push(source);
  }
}

function relative(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join('/');
}
