import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lock: { packages: Record<string, { version?: string; dev?: boolean }> } = JSON.parse(
  readFileSync(`${root}/package-lock.json`, 'utf8'),
);

/** Every copy of a package in the lock file, by its place. */
function copies(name: string): [string, { version?: string; dev?: boolean }][] {
  return Object.entries(lock.packages).filter(([place]) => place.endsWith(`node_modules/${name}`));
}

function atLeast(version: string, least: string): boolean {
  const [numbers, wanted] = [version, least].map(text => text.split('.').map(Number)) as [number[], number[]];
  const differs = wanted.findIndex((number, i) => number !== numbers[i]);
  return differs < 0 || (numbers[differs] ?? 0) > (wanted[differs] ?? 0);
}

describe('what decodes and serves is new enough', () => {
  for (const [id, name, least] of [
    ['X-10', 'protobufjs', '8.8.1'],
    ['X-17', 'fastify', '5.8.1'],
  ] as const) {
    it(`${id}: every ${name} that is shipped is ${least} or newer`, () => {
      const shipped = copies(name).filter(([, { dev }]) => !dev);
      assert.ok(shipped.length > 0);
      for (const [place, { version = '' }] of shipped) assert.ok(atLeast(version, least), `${place}: ${version}`);
    });
  }

  it('X-18: grpc-js is for tests alone, and 1.14.4 or newer', () => {
    const found = copies('@grpc/grpc-js');
    assert.ok(found.length > 0);
    for (const [place, { version = '', dev }] of found) {
      assert.ok(dev, place);
      assert.ok(atLeast(version, '1.14.4'), `${place}: ${version}`);
    }
  });

  it('X-10: no reader of .proto files and no reflection is shipped: of protobufjs only its writer and reader', () => {
    for (const file of globSync('src/**/*.ts', { cwd: root })) {
      const text = readFileSync(`${root}/${file}`, 'utf8');
      for (const [, from] of text.matchAll(/from '(protobufjs[^']*|@grpc[^']*)'/g)) {
        assert.equal(from, 'protobufjs/minimal.js', file);
      }
    }
    const bundles = globSync('dist/*.{cjs,js}', { cwd: root });
    assert.ok(bundles.length > 0, 'build first');
    for (const bundle of bundles) {
      const text = readFileSync(`${root}/${bundle}`, 'utf8');
      // Words of the parser and of the code that makes code out of descriptors.
      for (const word of ['illegal token', 'parseOptionValue', 'keepCase', '@protobufjs/codegen']) {
        assert.ok(!text.includes(word), `${bundle} holds ${word}`);
      }
    }
  });

  it('knows an older version when it sees one', () => {
    assert.ok(!atLeast('5.8.0', '5.8.1') && !atLeast('4.9.9', '5.8.1') && atLeast('5.12.0', '5.8.1'));
  });
});
