import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { root, type Say } from './cache.ts';
import { run } from './processes.ts';
import { listZip, type ZipEntry } from './zip.ts';

const MOST_BYTES = 4 * 1024 * 1024;

/** What must not be shipped, each with the reason a person reads. */
const REFUSED: { pattern: RegExp; why: string }[] = [
  { pattern: /\.map$/, why: 'a source map' },
  { pattern: /(^|\/)tests?\//, why: 'a test' },
  { pattern: /\.tsx?$/, why: 'TypeScript' },
  { pattern: /(^|\/)icon\.svg$/, why: 'the source of the icon' },
  { pattern: /^(node_modules|src|webview)\//, why: 'no part of what is built' },
];

/** Builds the extension. */
export async function build(): Promise<void> {
  await run(process.execPath, ['esbuild.mjs'], { cwd: root });
}

/** Makes `spanside-<version>.vsix` in the checkout from what is built; gives its path. */
export async function makeVsix(): Promise<string> {
  const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(root, `${name}-${version}.vsix`);
  const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
  // The repository has no address yet: links of the README stay relative, and VS Code finds their files in the package.
  const unpublished = ['--allow-missing-repository', '--no-rewrite-relative-links'];
  await run(process.execPath, [vsce, 'package', '--no-dependencies', ...unpublished, '--out', file], { cwd: root });
  return file;
}

/** What is wrong with a package, as sentences; empty where it may be shipped. */
export function objections(entries: ZipEntry[], bytes: number): string[] {
  const found = entries.flatMap(({ name }) =>
    REFUSED.filter(({ pattern }) => pattern.test(name.replace(/^extension\//, ''))).map(
      ({ why }) => `${name} is ${why} and must not be in the package.`,
    ),
  );
  return bytes > MOST_BYTES ? [...found, `The package has ${bytes} bytes; at most ${MOST_BYTES} are allowed.`] : found;
}

async function main(say: Say): Promise<number> {
  say('Building.');
  await build();
  const file = await makeVsix();
  const entries = await listZip(file);
  const { size } = await stat(file);
  for (const entry of entries.toSorted((a, b) => b.packed - a.packed)) {
    say(`${String(entry.packed).padStart(9)} of ${String(entry.size).padStart(9)}  ${entry.name}`);
  }
  say(`${path.basename(file)}: ${entries.length} files, ${size} bytes`);
  const wrong = objections(entries, size);
  for (const sentence of wrong) say(sentence);
  return wrong.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exit(await main(line => console.log(line)));
