// Builds everything that ships into dist/. `--watch` rebuilds on change, with source maps.
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { build, context } from 'esbuild';

const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  // Names stay: errors are read by people, and keeping them by calls costs time wherever a function is made.
  minifyWhitespace: !watch,
  minifySyntax: !watch,
  sourcemap: watch,
  legalComments: 'none',
  logLevel: 'warning',
  outdir: 'dist',
};

/** @type {import('esbuild').BuildOptions[]} */
const targets = [
  {
    ...common,
    entryPoints: {
      extension: 'src/extension.ts',
      ingest: 'src/collector/ingest.ts',
      receive: 'src/collector/receive.ts',
      query: 'src/collector/query.ts',
      search: 'src/collector/search.ts',
    },
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
  },
  {
    ...common,
    entryPoints: { cli: 'src/cli.ts' },
    platform: 'node',
    // Node 20 has to be able to read it far enough to say that it is too old, or to hand over to a newer one.
    target: 'node20',
    format: 'esm',
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
  },
  {
    ...common,
    minifyIdentifiers: !watch,
    entryPoints: { 'webview/inspector': 'webview/main.tsx' },
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    // The form controls are a chunk of their own, loaded after the first paint.
    splitting: true,
    chunkNames: 'webview/[name]-[hash]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  },
  {
    ...common,
    minifyIdentifiers: !watch,
    entryPoints: { 'webview/doctor': 'webview/doctor/main.tsx' },
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  },
];

await rm('dist', { recursive: true, force: true });
await mkdir('dist/webview', { recursive: true });
for (const file of ['codicon.css', 'codicon.ttf']) {
  await copyFile(`node_modules/@vscode/codicons/dist/${file}`, `dist/webview/${file}`);
}
if (watch) for (const target of targets) await (await context(target)).watch();
else await Promise.all(targets.map(target => build(target)));
