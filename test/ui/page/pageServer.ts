import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { type Given, givenScript } from './given.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const OUT = join(ROOT, 'out/page');

const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf', html: 'text/html' };

export interface PageServer {
  origin: string;
  /** Paths that were asked for and are no part of the page: each is a leak. */
  unexpected: string[];
  /** What the next pages show instead of a trace that is made in them. */
  give(shown: Given | undefined): void;
  close(): Promise<void>;
}

/** Builds the page as it ships and serves it as the editor does: the same document, the same content security policy. */
export async function startPageServer(): Promise<PageServer> {
  await buildPage();
  const unexpected: string[] = [];
  let given = '';
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    const nonce = randomBytes(16).toString('base64');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    if (path === '/') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(documentOf(nonce, origin));
      return;
    }
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (path === '/given.js') {
      response.writeHead(200, { 'content-type': TYPES['js'] }).end(given);
      return;
    }
    const isPart = /^\/(webview\/[\w.-]+|fakeEditor\.js)$/.test(path);
    const content = isPart ? await readFile(join(OUT, path)).catch(() => undefined) : undefined;
    if (!content) {
      unexpected.push(request.url ?? '');
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[path.split('.').at(-1)!] ?? 'text/plain' }).end(content);
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    unexpected,
    give: shown => {
      given = shown ? givenScript(shown) : '';
    },
    close: () =>
      new Promise(closed => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function buildPage(): Promise<void> {
  const common = {
    absWorkingDir: ROOT,
    outdir: OUT,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    logLevel: 'warning',
  } as const;
  await mkdir(join(OUT, 'webview'), { recursive: true });
  await Promise.all([
    build({
      ...common,
      entryPoints: { 'webview/inspector': 'webview/main.tsx' },
      splitting: true,
      chunkNames: 'webview/[name]-[hash]',
      jsx: 'automatic',
      jsxImportSource: 'preact',
    }),
    build({ ...common, entryPoints: { fakeEditor: 'test/ui/page/fakeEditor.ts' }, format: 'iife' }),
    ...['codicon.css', 'codicon.ttf'].map(file =>
      copyFile(join(ROOT, 'node_modules/@vscode/codicons/dist', file), join(OUT, 'webview', file)),
    ),
  ]);
}

function documentOf(nonce: string, origin: string): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' ${origin}`,
    `style-src ${origin}`,
    `font-src ${origin}`,
    `img-src ${origin} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="webview/codicon.css">
<link rel="stylesheet" href="webview/inspector.css">
<title>Trace</title>
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="given.js"></script>
<script nonce="${nonce}" src="fakeEditor.js"></script>
<script type="module" nonce="${nonce}" src="webview/inspector.js"></script>
</body>
</html>`;
}
