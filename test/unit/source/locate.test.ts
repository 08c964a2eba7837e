import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import type { Location } from '../../../src/model/location.ts';
import { locateFrame, locateSpan } from '../../../src/source/locate.ts';
import { WorkspaceFiles } from '../../../src/source/workspaceFiles.ts';
import { makeSpan, type Plain } from './makeSpan.ts';
import { makeWorkspace } from './makeWorkspace.ts';

const PAY = 'export function pay() {\n  throw new Error("no card");\n}\n';

const { folder, remove } = makeWorkspace({
  'src/pay.ts': PAY,
  'src/cart.ts': 'export function total() {\n  return 1;\n}\n',
  'one/main.py': 'def run():\n    pass\n',
  'two/main.py': 'def run():\n    pass\n',
  'node_modules/dep/index.js': 'x\n'.repeat(50),
  'jvm/com/acme/Shop.java': `package com.acme;\n${'// x\n'.repeat(20)}`,
  'empty.ts': '',
  'noend.ts': 'one\ntwo',
});
const files = new WorkspaceFiles([folder]);
const at = (path: string, line: number): Plain => ({ 'code.file.path': path, 'code.line.number': BigInt(line) });
const here = (path: string): string => join(folder, path);
const stack = (...frames: string[]): string => `Error: no card\n${frames.map(one => `    at ${one}`).join('\n')}`;

/** A location as `tier file:line`, the candidates where there is a choice. */
function said(location: Location): string {
  const place = (one: { file: string; line: number }): string => `${relative(folder, one.file)}:${one.line}`;
  if (location.best) return `${location.tier} ${place(location.best)}`;
  return [location.tier, ...location.candidates.map(place).sort()].join(' ');
}

interface Row {
  name: string;
  attributes?: Plain;
  stacks?: string[];
  resource?: Plain;
  expected: string;
  how: RegExp;
}

const TABLE: Row[] = [
  {
    name: 'a line the program names',
    attributes: at(here('src/pay.ts'), 2),
    expected: 'exact src/pay.ts:2',
    how: /^The program reported this line/,
  },
  {
    name: 'the last line of a file without a newline',
    attributes: at(here('noend.ts'), 2),
    expected: 'exact noend.ts:2',
    how: /reported/,
  },
  {
    name: 'the first line of an empty file',
    attributes: at(here('empty.ts'), 1),
    expected: 'exact empty.ts:1',
    how: /reported/,
  },
  {
    name: 'a line past the end',
    attributes: at(here('src/pay.ts'), 4),
    expected: 'several src/pay.ts:3',
    how: /pay\.ts has only 3 lines and line 4 is reported/,
  },
  {
    name: 'a line of a container',
    attributes: at('/app/src/pay.ts', 2),
    expected: 'likely src/pay.ts:2',
    how: /"\/app\/src\/pay\.ts"; src.pay\.ts fits best: the last 2 segments/,
  },
  {
    name: 'a file without a line',
    attributes: { 'code.file.path': here('src/pay.ts') },
    expected: 'likely src/pay.ts:1',
    how: /but no line/,
  },
  {
    name: 'two files that fit',
    attributes: at('/app/main.py', 1),
    expected: 'several one/main.py:1 two/main.py:1',
    how: /^2 files of this workspace fit .* equally well/,
  },
  {
    name: 'two files, one of the service',
    attributes: at('/app/main.py', 1),
    resource: { 'service.name': 'two' },
    expected: 'likely two/main.py:1',
    how: /named like the service/,
  },
  {
    name: 'a file that ends alike but lacks the function',
    attributes: { ...at('/app/src/pay.ts', 2), 'code.function.name': 'Ledger.refund' },
    expected: 'several src/pay.ts:2',
    how: /has no "refund"/,
  },
  {
    name: 'a file that ends alike and has the function',
    attributes: { ...at('/app/src/pay.ts', 2), 'code.function.name': 'Shop.pay' },
    expected: 'likely src/pay.ts:2',
    how: /fits best/,
  },
  {
    name: 'the throw of an exception',
    stacks: [stack(`pay (${here('src/pay.ts')}:2:9)`, `total (${here('src/cart.ts')}:2:1)`)],
    expected: 'exact src/pay.ts:2',
    how: /^The exception of this span came from here, in "pay"/,
  },
  {
    name: 'the innermost own frame under a dependency',
    stacks: [
      stack('f (node:fs:1:1)', `g (${here('node_modules/dep/index.js')}:3:1)`, `total (${here('src/cart.ts')}:2:1)`),
    ],
    expected: 'exact src/cart.ts:2',
    how: /in "total"/,
  },
  {
    name: 'the innermost frame that is in the workspace',
    stacks: [stack('f (/elsewhere/lib/other.ts:1:1)', `total (${here('src/cart.ts')}:2:1)`)],
    expected: 'exact src/cart.ts:2',
    how: /came from here/,
  },
  {
    name: 'the last of two exceptions',
    stacks: [stack(`pay (${here('src/pay.ts')}:2:9)`), stack(`total (${here('src/cart.ts')}:2:1)`)],
    expected: 'exact src/cart.ts:2',
    how: /in "total"/,
  },
  {
    name: 'the root cause of an exception',
    stacks: [
      'a.E: outer\n\tat com.acme.Shop.place(Shop.java:3)\nCaused by: a.F: inner\n\tat java.util.List.get(List.java:9)\n\tat com.acme.Shop.pay(Shop.java:7)\n\t... 1 more',
    ],
    resource: { 'telemetry.sdk.language': 'java' },
    expected: 'exact jvm/com/acme/Shop.java:7',
    how: /^The cause .* in "com\.acme\.Shop\.pay"; the exception itself from jvm\/com\/acme\/Shop\.java:3\.$/,
  },
  {
    name: 'what the span names before what it threw',
    attributes: at(here('src/cart.ts'), 1),
    stacks: [stack(`pay (${here('src/pay.ts')}:2:9)`)],
    expected: 'exact src/cart.ts:1',
    how: /reported this line/,
  },
  {
    name: 'the exception where the span names a dependency',
    attributes: at(here('node_modules/dep/index.js'), 3),
    stacks: [stack(`pay (${here('src/pay.ts')}:2:9)`)],
    expected: 'exact src/pay.ts:2',
    how: /exception/,
  },
  {
    name: 'the throw before a file without a line',
    attributes: { 'code.file.path': here('src/cart.ts') },
    stacks: [stack(`pay (${here('src/pay.ts')}:2:9)`)],
    expected: 'exact src/pay.ts:2',
    how: /exception/,
  },
  {
    name: 'a sure exception before a doubtful name',
    attributes: at('/opt/billing/handlers/cart.ts', 1),
    stacks: [stack(`pay (${here('src/pay.ts')}:2:9)`)],
    expected: 'exact src/pay.ts:2',
    how: /exception/,
  },
  {
    name: 'a doubtful name where the exception is of elsewhere',
    attributes: at('/opt/billing/handlers/cart.ts', 1),
    stacks: [stack('f (/elsewhere/x.ts:1:1)')],
    expected: 'several src/cart.ts:1',
    how: /^Only a file with the same end was found/,
  },
  {
    name: 'the exception where the named file is not here',
    attributes: at('/elsewhere/x.ts', 3),
    stacks: [stack(`pay (${here('src/pay.ts')}:2:9)`)],
    expected: 'exact src/pay.ts:2',
    how: /exception/,
  },
  {
    name: 'a dependency alone',
    attributes: at(here('node_modules/dep/index.js'), 3),
    expected: 'none',
    how: /^No location in this span: the place it reports, .* is in a dependency\.$/,
  },
  {
    name: 'a file of elsewhere',
    attributes: at('/elsewhere/x.ts', 3),
    expected: 'none',
    how: /^No location in this span: the file it reports, "\/elsewhere\/x\.ts", is not in this workspace\.$/,
  },
  {
    name: 'an exception of elsewhere',
    stacks: [stack('f (/elsewhere/x.ts:1:1)')],
    expected: 'none',
    how: /"\/elsewhere\/x\.ts", is not in this workspace\.$/,
  },
  {
    name: 'an exception of dependencies only',
    stacks: [stack('f (node:fs:1:1)')],
    expected: 'none',
    how: /stack trace of its exception names no file of yours\.$/,
  },
  {
    name: 'a function alone',
    attributes: { 'code.function.name': 'a.B.c' },
    expected: 'none',
    how: /it names the function "a\.B\.c", but no file\.$/,
  },
  {
    name: 'nothing',
    expected: 'none',
    how: /^No location in this span: it has no code attributes and no exception with a stack trace\.$/,
  },
  {
    name: 'a share of another machine',
    attributes: at('\\\\server\\share\\x.ts', 1),
    expected: 'none',
    how: /not in this workspace/,
  },
  {
    name: 'a path of control characters',
    attributes: at('/x/\u001b[31m\n.ts', 1),
    expected: 'none',
    how: /"\/x\/ \[31m \.ts"/,
  },
];

describe('where a span is', () => {
  after(remove);

  for (const { name, attributes, stacks, resource, expected, how } of TABLE) {
    it(name, async () => {
      const location = await locateSpan(makeSpan(attributes ?? {}, stacks, resource), files);
      assert.equal(said(location), expected.replaceAll('/', join('/')));
      assert.match(location.how, how);
      assert.equal(location.best !== undefined, location.tier === 'exact' || location.tier === 'likely');
    });
  }

  it('keeps what was reported and the column', async () => {
    const span = makeSpan({ ...at(here('src/pay.ts'), 2), 'code.column.number': 3n });
    const location = await locateSpan(span, files);
    assert.equal(location.best?.column, 3);
    assert.deepEqual(location.reported, { path: here('src/pay.ts'), line: 2, column: 3, source: 'attributes' });
  });

  it('finds own code in a checkout that lies in a folder of dependencies', async () => {
    const vendored = makeWorkspace({ 'vendor/shop/src/pay.ts': PAY, 'vendor/shop/node_modules/d/i.js': PAY });
    const shop = join(vendored.folder, 'vendor/shop');
    const inside = new WorkspaceFiles([shop]);
    const thrown = makeSpan({}, [stack(`g (${shop}/node_modules/d/i.js:1:1)`, `pay (${shop}/src/pay.ts:2:9)`)]);
    assert.equal((await locateSpan(thrown, inside)).best?.file, join(shop, 'src/pay.ts'));
    assert.equal((await locateSpan(makeSpan(at(`${shop}/src/pay.ts`, 2)), inside)).tier, 'exact');
    assert.equal((await locateSpan(makeSpan(at(`${shop}/node_modules/d/i.js`, 2)), inside)).tier, 'none');
    vendored.remove();
  });

  it('locates a frame of a stack trace', async () => {
    const found = await locateFrame({ function: 'pay', path: '/app/src/pay.ts', line: 2, own: true }, files);
    assert.equal(said(found), `likely ${join('src/pay.ts')}:2`);
    const without = await locateFrame({ function: 'map', path: '', own: false }, files);
    assert.equal(without.tier, 'none');
  });

  it('bears an exception of a hundred thousand frames of elsewhere', async () => {
    const deep = `Error: x\n${'    at f (/elsewhere/pay.ts:1:1)\n'.repeat(100_000)}`;
    const start = process.hrtime.bigint();
    const location = await locateSpan(makeSpan({}, [deep]), files);
    assert.notEqual(location.tier, 'exact');
    assert.ok(Number(process.hrtime.bigint() - start) / 1e6 < 1_500);
  });
});
