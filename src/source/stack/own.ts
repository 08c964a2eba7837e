const DEPENDENCY_FOLDERS = [
  '/node_modules/',
  '/site-packages/',
  '/dist-packages/',
  '/vendor/',
  '/pkg/mod/',
  '/.m2/',
  '/.gradle/',
  '/.nuget/',
  '/.cargo/registry/',
  '/.cargo/git/',
  '/rustc/',
  '/gems/',
  '/.yarn/cache/',
  '/.yarn/unplugged/',
];

const INTERNAL_PREFIXES = ['node:', 'internal/', 'bun:', 'deno:', 'ext:', '<', 'native', '[native code]', 'rustc/'];

/** The standard libraries of Python and Ruby, wherever they are installed. */
const STANDARD_LIBRARY =
  /\/(?:lib|lib64|Frameworks)\/(?:python\d|ruby\/)|\/Python\d{2,3}\/Lib\/|\/Python\.framework\//i;

/**
 * Whether a path is of the language or a dependency, whoever's machine it is on. Says nothing about the rest: a path
 * that is no dependency may still be of another project.
 */
export function isForeignPath(path: string): boolean {
  if (INTERNAL_PREFIXES.some(prefix => path.startsWith(prefix))) return true;
  // A leading slash lets a relative `vendor/x` be recognised as `/app/vendor/x` is.
  const slashed = `/${path.replaceAll('\\', '/')}`;
  return (
    DEPENDENCY_FOLDERS.some(folder => slashed.includes(folder)) ||
    STANDARD_LIBRARY.test(slashed) ||
    // Go modules carry their version in the path, in the cache and in builds with -trimpath.
    /@v\d{1,6}\.\d{1,6}\.\d{1,6}/.test(slashed)
  );
}
