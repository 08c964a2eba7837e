import { readReportedPath } from '../../source/reportedPath.ts';

/** A workspace folder and the window that has it open; `undefined` is this one. */
export interface OwnedFolder {
  path: string;
  window: string | undefined;
}

/** What was found: how long the folder's path is, and whose it is. */
export interface FolderMatch {
  length: number;
  window: string | undefined;
}

/** Of a text so much is searched for paths. */
const MOST_TEXT = 16_384;
/** What can stand right before a path without being part of it. */
const BOUNDARY = /[^\w.~/-]/;

/**
 * The workspace folders of all windows. Paths are compared by whole segments and by their spelling alone: what
 * programs report is never looked up on a disk.
 */
export class WorkspaceFolders {
  readonly #folders: { key: string; window: string | undefined }[];
  readonly #ignoresCase: boolean;

  /** @param folders where two windows have the same one, the first of the list counts */
  constructor(folders: readonly OwnedFolder[], ignoresCase = process.platform === 'win32') {
    this.#ignoresCase = ignoresCase;
    const seen = new Set<string>();
    this.#folders = folders.flatMap(({ path, window }) =>
      this.#keysOf(path).flatMap(key => {
        // A folder that is the root of the machine would have everything.
        if (key === '' || seen.has(key)) return [];
        seen.add(key);
        return [{ key, window }];
      }),
    );
    this.#folders.sort((a, b) => b.key.length - a.key.length);
  }

  /** The longest folder that one of the paths is, or lies in. Relative paths say nothing. */
  ofPaths(paths: readonly string[]): FolderMatch | undefined {
    let best: FolderMatch | undefined;
    for (const path of paths) best = longer(best, this.#ofPath(path));
    return best;
  }

  #ofPath(path: string): FolderMatch | undefined {
    for (const key of this.#keysOf(path)) {
      const folder = this.#folders.find(one => key === one.key || key.startsWith(`${one.key}/`));
      if (folder) return { length: folder.key.length, window: folder.window };
    }
    return undefined;
  }

  /** The longest folder of which a text, such as a stack trace, names something inside. */
  ofText(text: string): FolderMatch | undefined {
    const searched = this.#fold(text.slice(0, MOST_TEXT).replaceAll('\\', '/'));
    const folder = this.#folders.find(({ key }) => namesInside(searched, key));
    return folder && { length: folder.key.length, window: folder.window };
  }

  #keysOf(path: string): string[] {
    return readReportedPath(path).absolute.map(one => this.#fold(plain(one)));
  }

  #fold(text: string): string {
    return this.#ignoresCase ? text.toLowerCase() : text;
  }
}

export function longer(one: FolderMatch | undefined, other: FolderMatch | undefined): FolderMatch | undefined {
  if (!one || !other) return one ?? other;
  return other.length > one.length ? other : one;
}

function namesInside(text: string, folder: string): boolean {
  const wanted = `${folder}/`;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const before = text[at - 1];
    // `file:///C:/a`: before the drive stands a slash that is none of the path's.
    if (before === undefined || BOUNDARY.test(before) || text.slice(0, at).endsWith('://')) return true;
    if (before === '/' && /^[a-z]:/i.test(wanted)) return true;
  }
  return false;
}

/** Without `.`, `..`, doubled and trailing slashes. */
function plain(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const joined = segments.join('/');
  if (joined === '') return '';
  return /^[A-Za-z]:/.test(joined) ? joined : `/${joined}`;
}
