import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** A room is a folder of src, `webview`, or a file directly in src (its name). */
const ALLOWED: Record<string, { own: string[]; packages: (string | RegExp)[] }> = {
  model: { own: [], packages: [] },
  protocol: { own: ['model'], packages: [] },
  otlp: { own: ['model'], packages: [/^node:/, /^protobufjs/] },
  receiver: { own: ['model', 'protocol', 'otlp'], packages: [/^node:/, 'fastify'] },
  store: { own: ['model', 'protocol', 'otlp'], packages: [/^node:/] },
  source: { own: ['model', 'protocol', 'otlp'], packages: [/^node:/, 'vscode'] },
  collector: { own: ['model', 'protocol', 'otlp', 'receiver', 'store', 'source'], packages: [/^node:/] },
  views: {
    own: ['model', 'protocol', 'receiver', 'source', 'collector', 'environment', 'contributions.ts'],
    packages: [/^node:/, 'valibot', 'vscode'],
  },
  environment: {
    own: ['model', 'receiver', 'store', 'collector', 'source', 'contributions.ts'],
    packages: [/^node:/, 'valibot', 'vscode'],
  },
  'contributions.ts': { own: ['model'], packages: [] },
  'extension.ts': {
    own: ['model', 'collector', 'source', 'views', 'environment', 'contributions.ts'],
    packages: [/^node:/, 'vscode'],
  },
  'cli.ts': {
    own: ['model', 'protocol', 'otlp', 'receiver', 'store', 'collector', 'source', 'environment', 'cli'],
    packages: [/^node:/, 'commander'],
  },
  cli: {
    own: ['model', 'protocol', 'otlp', 'collector', 'receiver', 'store', 'source', 'environment'],
    packages: [/^node:/, 'commander'],
  },
  webview: {
    own: ['model', 'protocol'],
    packages: [/^preact/, '@preact/signals', /^d3-/, '@vscode/webview-ui-toolkit', /\.css$/],
  },
};

/** Rooms whose code runs where there is no editor: only these files of them may know of it. */
const MAY_IMPORT_VSCODE = /^src\/(extension\.ts$|views\/|environment\/|source\/vscode\w*\.ts$)/;

interface Import {
  file: string;
  specifier: string;
}

// Comments may hold code. A `//` in a string is no comment to the program and one to this: it can only hide an import
// written on the same line behind such a string, which the formatter does not leave there.
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/[^\n]*/g;
const IMPORTS = /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;

function importsOf(text: string): string[] {
  return [...text.replace(COMMENTS, '').matchAll(IMPORTS)].map(match => match[1] ?? match[2] ?? '');
}

function roomOf(file: string): string {
  const [top, second = ''] = file.split('/');
  return top === 'webview' ? 'webview' : second;
}

const files = globSync(['src/**/*.ts', 'webview/**/*.{ts,tsx}'], { cwd: root })
  .map(file => file.split(path.sep).join('/'))
  .filter(file => !file.includes('/generated/') && !file.endsWith('.d.ts'));

const imports: Import[] = files.flatMap(file =>
  importsOf(readFileSync(path.join(root, file), 'utf8')).map(specifier => ({ file, specifier })),
);

/** The file a relative import leads to, relative to the checkout; `undefined` for packages and style sheets. */
function targetOf({ file, specifier }: Import): string | undefined {
  return /^\.\.?\//.test(specifier) && !specifier.endsWith('.css')
    ? path.posix.join(path.posix.dirname(file), specifier)
    : undefined;
}

describe('layers', () => {
  it('finds every form of import', () => {
    const text = `
      import a, { b } from './one.ts';
      import type { C } from "./two.ts";
      export { d } from './three.ts';
      import './four.ts';
      const e = await import('./five.ts');
      import {
        f,
      } from './six.ts'; // import g from './not.ts';
      /* import h from './neither.ts'; */
    `;
    const found = importsOf(text);
    assert.deepEqual(found, ['./one.ts', './two.ts', './three.ts', './four.ts', './five.ts', './six.ts']);
  });

  it('has rules for every room', () => {
    assert.ok(files.length > 20, `only ${files.length} files were read`);
    const rooms = [...new Set(files.map(roomOf))];
    assert.deepEqual(
      rooms.filter(room => !ALLOWED[room]),
      [],
    );
  });

  it('lets a room import only the rooms below it', () => {
    const wrong = imports.flatMap(each => {
      const target = targetOf(each);
      const [from, to] = [roomOf(each.file), target && roomOf(target)];
      const allowed = !to || from === to || ALLOWED[from]?.own.includes(to);
      return allowed ? [] : [`${each.file} imports ${target}`];
    });
    assert.deepEqual(wrong, []);
  });

  it('lets a room import only the packages it is built on', () => {
    const wrong = imports.flatMap(each => {
      if (targetOf(each)) return [];
      const fits = (rule: string | RegExp) =>
        typeof rule === 'string' ? rule === each.specifier : rule.test(each.specifier);
      return ALLOWED[roomOf(each.file)]?.packages.some(fits) ||
        (each.specifier === 'vscode' && MAY_IMPORT_VSCODE.test(each.file))
        ? []
        : [`${each.file} imports ${each.specifier}`];
    });
    assert.deepEqual(wrong, []);
  });

  it('keeps the editor out of what runs without it', () => {
    const wrong = imports.filter(each => each.specifier === 'vscode' && !MAY_IMPORT_VSCODE.test(each.file));
    assert.deepEqual(
      wrong.map(each => each.file),
      [],
    );
    // Nor may the collector or the command line reach it through a file of `source` that imports it.
    const through = imports.filter(
      each => /\/source\/vscode\w*\.ts$/.test(targetOf(each) ?? '') && !MAY_IMPORT_VSCODE.test(each.file),
    );
    assert.deepEqual(
      through.map(each => `${each.file} imports ${each.specifier}`),
      [],
    );
  });

  it('has no cycle between rooms', () => {
    const edges = new Map<string, Set<string>>();
    for (const each of imports) {
      const target = targetOf(each);
      const from = roomOf(each.file);
      if (!target || roomOf(target) === from) continue;
      edges.set(from, (edges.get(from) ?? new Set()).add(roomOf(target)));
    }
    // Rooms that nothing is left below are taken away, one after the other; what cannot be taken away is in a cycle.
    const left = new Set([...edges.keys(), ...[...edges.values()].flatMap(targets => [...targets])]);
    for (let before = -1; before !== left.size; ) {
      before = left.size;
      for (const room of left) {
        if (![...(edges.get(room) ?? [])].some(target => left.has(target))) left.delete(room);
      }
    }
    assert.deepEqual([...left], []);
  });
});
