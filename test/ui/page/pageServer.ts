import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { createNonce, inspectorHtml } from '../../../src/views/inspector/html.ts';
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
    const nonce = createNonce();
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

/** The document of the editor, with what stands for the editor before the page's own script. */
function documentOf(nonce: string, origin: string): string {
  const html = inspectorHtml(
    {
      cspSource: origin,
      script: 'webview/inspector.js',
      style: 'webview/inspector.css',
      icons: 'webview/codicon.css',
    },
    nonce,
  );
  const editor = ['given.js', 'fakeEditor.js'].map(file => `<script nonce="${nonce}" src="${file}"></script>`);
  return html.replace('<script type="module"', () => `${editor.join('')}<script type="module"`);
}
