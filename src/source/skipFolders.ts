/** Folders that hold no source of the user: dependencies, build outputs, caches. Their files are never linked by suffix. */
const SKIPPED = new Set([
  '.cache',
  '.git',
  '.gradle',
  '.hg',
  '.idea',
  '.mypy_cache',
  '.next',
  '.nuxt',
  '.output',
  '.pytest_cache',
  '.ruff_cache',
  '.svelte-kit',
  '.svn',
  '.terraform',
  '.tox',
  '.turbo',
  '.venv',
  '.yarn',
  '__pycache__',
  'bower_components',
  'build',
  'coverage',
  'dist',
  'dist-packages',
  'node_modules',
  'obj',
  'out',
  'site-packages',
  'target',
  'venv',
]);

/** Whether a folder of this name is left out of the index of workspace files. */
export function isSkippedFolder(name: string): boolean {
  return SKIPPED.has(name);
}
