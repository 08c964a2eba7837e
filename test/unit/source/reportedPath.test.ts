import assert from 'node:assert/strict';
import { readReportedPath } from '../../../src/source/reportedPath.ts';

const TABLE: [reported: string, absolute: string[], segments: string, relative: boolean][] = [
  ['/app/src/a.ts', ['/app/src/a.ts'], 'app/src/a.ts', false],
  ['src/./x/../a.ts', [], 'src/a.ts', true],
  ['../../shared/a.ts', [], 'shared/a.ts', true],
  ['C:\\shop\\a.cs', ['C:/shop/a.cs', 'c:/shop/a.cs', '/mnt/c/shop/a.cs'], 'shop/a.cs', false],
  ['d:/shop/a.cs', ['D:/shop/a.cs', 'd:/shop/a.cs', '/mnt/d/shop/a.cs'], 'shop/a.cs', false],
  ['/mnt/c/shop/a.cs', ['/mnt/c/shop/a.cs', 'C:/shop/a.cs'], 'mnt/c/shop/a.cs', false],
  ['src\\shop\\a.cs', [], 'src/shop/a.cs', true],
  ['file:///app/my%20shop/a.ts', ['/app/my shop/a.ts'], 'app/my shop/a.ts', false],
  ['file:///app/100%/a.ts', ['/app/100%/a.ts'], 'app/100%/a.ts', false],
  ['file:///C:/shop/a.ts', ['C:/shop/a.ts', 'c:/shop/a.ts', '/mnt/c/shop/a.ts'], 'shop/a.ts', false],
  ['file://localhost/app/a.ts', ['/app/a.ts'], 'app/a.ts', false],
  ['file://server/share/x/a.ts', ['//server/share/x/a.ts'], 'x/a.ts', false],
  ['\\\\server\\share\\x\\a.ts', ['//server/share/x/a.ts'], 'x/a.ts', false],
  ['\\\\wsl$\\Ubuntu\\home\\u\\a.ts', ['//wsl$/Ubuntu/home/u/a.ts', '/home/u/a.ts'], 'home/u/a.ts', false],
  ['webpack://shop/./src/a.ts?1f2e', [], 'src/a.ts', true],
  ['webpack:///./src/a.ts', [], 'src/a.ts', true],
  ['webpack-internal:///(rsc)/./app/(shop)/page.tsx', [], 'app/(shop)/page.tsx', true],
  ['turbopack:///[project]/app/[id]/page.tsx', [], 'app/[id]/page.tsx', true],
  ['app:///src/a.js', [], 'src/a.js', true],
  ['http://localhost:5173/src/App.tsx?t=17', [], 'src/App.tsx', true],
  ['/_/src/Api.cs', ['/_/src/Api.cs'], 'src/Api.cs', true],
  [
    '/home/b/.cache/bazel/x/execroot/_main/bazel-out/k8-fastbuild/bin/shop/a.go',
    ['/home/b/.cache/bazel/x/execroot/_main/bazel-out/k8-fastbuild/bin/shop/a.go'],
    'shop/a.go',
    true,
  ],
  ['', [], '', true],
  ['/app/src/', ['/app/src/'], '', false],
  ['/app/\0/a.ts', [], '', true],
  [`/${'a/'.repeat(3_000)}b.ts`, [], '', true],
];

describe('a reported path taken apart', () => {
  for (const [reported, absolute, segments, relative] of TABLE) {
    it(JSON.stringify(reported.slice(0, 60)), () => {
      const path = readReportedPath(reported);
      assert.deepEqual([path.absolute, path.segments.join('/'), path.relative], [absolute, segments, relative]);
    });
  }

  for (const [reported, transformed] of [
    ['webpack://shop/./src/a.ts', false],
    ['webpack-internal:///./src/a.js', true],
    ['http://localhost/src/a.ts', true],
    ['http://localhost/src/a.js', false],
    ['/app/a.ts', false],
  ] as const) {
    it(`${reported} has the lines of ${transformed ? 'what ran' : 'the file'}`, () => {
      assert.equal(readReportedPath(reported).transformed, transformed);
    });
  }

  it('reads hostile paths in time that grows with their length', () => {
    for (const piece of ['/execroot/a', '/bazel-out/x/bin', '../', './', '%', 'a:', '\\\\', '.runfiles/']) {
      const path = piece.repeat(4_096).slice(0, 4_096);
      const start = process.hrtime.bigint();
      for (let i = 0; i < 20; i++)
        for (const head of ['', '/', 'file:///', 'C:\\']) readReportedPath((head + path).slice(0, 4_096));
      const took = Number(process.hrtime.bigint() - start) / 1e6;
      assert.ok(took < 400, `${piece} took ${took.toFixed(0)} ms`);
    }
  });
});
