/** A path as telemetry reports it, taken apart without touching any disk. */
export interface ReportedPath {
  /** Where the file may lie on this machine, best first; empty for a relative path. Strings only, nothing was looked up. */
  absolute: string[];
  /** Its segments without root, drive, scheme, `.` and `..`; the last is the file's name. Empty where there is none. */
  segments: string[];
  /** Relative to a folder of the program (its project, its package, its module), not to the root of a machine. */
  relative: boolean;
  /** The bundle or package a `webpack://name/…` path names. */
  project?: string;
  /** The lines are those of what a bundler or a development server made of the file, not of the file. */
  transformed: boolean;
}

/** A path longer than this is not one. */
const MAX_PATH = 4_096;
const MAX_SEGMENTS = 128;

/** Roots that stand for "the folder of the project" on a build machine. */
const PROJECT_ROOTS = [
  /^\/_\d?\//, // .NET with a deterministic source root
  /^.{0,1000}\/execroot\/[^/]{1,100}\/bazel-out\/[^/]{1,100}\/bin\//,
  /^.{0,1000}\/execroot\/[^/]{1,100}\//,
  /^.{0,1000}\.runfiles\/[^/]{1,100}\//,
];

/**
 * Reads local paths of every system, file URLs and the names bundlers give to sources (`webpack://shop/./src/a.ts?1f`,
 * `webpack-internal:///(rsc)/./app/page.tsx`, `turbopack:///[project]/app/page.tsx`, `app:///a.js`).
 */
export function readReportedPath(reported: string): ReportedPath {
  const nothing: ReportedPath = { absolute: [], segments: [], relative: true, transformed: false };
  if (reported.length > MAX_PATH || reported.includes('\0')) return nothing;
  let path = reported.trim();
  const url = /^([a-z][a-z+.-]{1,30}):\/\/(.*)$/i.exec(path);
  if (url && url[1]!.toLowerCase() !== 'file') return bundled(url[1]!.toLowerCase(), url[2]!);
  if (url) path = fromFileUrl(url[2]!);

  const drive = /^\/?([A-Za-z]):[\\/]/.exec(path);
  const backslashes = drive !== null || path.startsWith('\\') || !path.includes('/');
  if (backslashes) path = path.replaceAll('\\', '/');
  if (drive) {
    const rest = path.slice(drive[0].length);
    const letter = drive[1]!;
    return {
      absolute: [
        `${letter.toUpperCase()}:/${rest}`,
        `${letter.toLowerCase()}:/${rest}`,
        `/mnt/${letter.toLowerCase()}/${rest}`,
      ],
      segments: segmentsOf(rest),
      relative: false,
      transformed: false,
    };
  }
  const linux = /^\/\/(?:wsl\$|wsl\.localhost)\/[^/]{1,200}(\/.*)$/i.exec(path);
  if (linux)
    return { absolute: [path, linux[1]!], segments: segmentsOf(linux[1]!), relative: false, transformed: false };
  // Another machine's share: its name and share are no folders of the program.
  if (path.startsWith('//'))
    return { absolute: [path], segments: segmentsOf(path).slice(2), relative: false, transformed: false };
  if (path.startsWith('/')) return fromRoot(path);
  const segments = segmentsOf(path);
  return { absolute: [], segments, relative: true, transformed: false };
}

function fromRoot(path: string): ReportedPath {
  for (const root of PROJECT_ROOTS) {
    const found = root.exec(path);
    if (found)
      return {
        absolute: [path],
        segments: segmentsOf(path.slice(found[0].length)),
        relative: true,
        transformed: false,
      };
  }
  const mounted = /^\/(?:mnt\/)?([a-z])\/(.*)$/.exec(path);
  const absolute = mounted ? [path, `${mounted[1]!.toUpperCase()}:/${mounted[2]}`] : [path];
  return { absolute, segments: segmentsOf(path), relative: false, transformed: false };
}

/** What follows `file://`: `/home/a.ts`, `/C:/a.ts`, `localhost/a.ts`, `server/share/a.ts`. */
function fromFileUrl(rest: string): string {
  const plain = rest.replace(/[?#].*$/, '');
  const path = plain.startsWith('localhost/') ? plain.slice('localhost'.length) : plain;
  const decoded = decodedOrPlain(path);
  return decoded.startsWith('/') ? decoded : `//${decoded}`;
}

function decodedOrPlain(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A bare percent sign: the path was never encoded.
    return path;
  }
}

function bundled(scheme: string, rest: string): ReportedPath {
  // A script of a web server, as browsers report it; its path is the URL's, the query a cache key.
  const plain = rest.replace(/[?#].*$/, '');
  const slash = plain.indexOf('/');
  const project = slash > 0 ? plain.slice(0, slash) : '';
  const path = slash >= 0 ? plain.slice(slash + 1) : plain;
  const segments = segmentsOf(decodedOrPlain(path)).filter(
    // Next.js names its layers `(rsc)` and `(ssr)`, Turbopack the root `[project]`: no folders.
    (segment, index) =>
      index > 0 || !/^(?:\((?:rsc|ssr|app-pages-browser|action-browser|middleware|api)\)|\[project\])$/.test(segment),
  );
  const served = scheme === 'http' || scheme === 'https';
  // Names from a source map (`webpack://`) come with the source's lines; these come with the lines that ran.
  const transformed = scheme === 'webpack-internal' || (served && !/\.[cm]?js$/.test(path));
  const made: ReportedPath = { absolute: [], segments, relative: true, transformed };
  if (project !== '' && !served) made.project = project;
  return made;
}

/** Dots are resolved; what points above the start is dropped, since nobody knows what it pointed to. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return path.endsWith('/') || segments.length > MAX_SEGMENTS ? [] : segments;
}
