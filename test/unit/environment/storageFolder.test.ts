import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionStorage, workspaceStorage } from '../../../src/environment/storageFolder.ts';

const EXTENSION = 'spanside.spanside';
const DAY = 24 * 3600 * 1000;

describe('the folder of the store', () => {
  let base: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'spanside-storage-'));
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  const cases: [string, string[], string[]][] = [
    ['abc', ['abc-1', 'abc-12', 'abd', 'abc-x', 'xabc', 'abc-1-2'], ['abc-1', 'abc-12']],
    ['abc-2', ['abc', 'abc-1', 'ab'], ['abc', 'abc-1']],
    ['-1234', ['-1234-1', '-12345'], ['-1234-1']],
  ];
  for (const [own, others, siblings] of cases) {
    it(`of ${own} reads ${siblings.join(' and ')} too`, async () => {
      for (const name of others) await mkdir(join(base, name, EXTENSION), { recursive: true });
      const found = await workspaceStorage(join(base, own, EXTENSION));
      assert.ok((await stat(found.folder)).isDirectory());
      assert.deepEqual(
        found.siblings,
        siblings.map(name => join(base, name, EXTENSION)),
      );
    });
  }

  it('passes over siblings in which the extension never ran', async () => {
    await mkdir(join(base, 'abc-1'), { recursive: true });
    assert.deepEqual((await workspaceStorage(join(base, 'abc', EXTENSION))).siblings, []);
  });

  it('without a workspace is one per session, with those of the last week', async () => {
    const now = Date.now();
    const at = async (name: string, age: number) => {
      const folder = join(base, 'no-workspace', name);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'file'), '');
      const time = new Date(now - age);
      await utimes(join(folder, 'file'), time, time);
      await utimes(folder, time, time);
    };
    await at('yesterday', DAY);
    await at('old', 8 * DAY);
    const found = await sessionStorage(base, 'a/../b-1', now);
    assert.equal(found.folder, join(base, 'no-workspace', 'ab-1'));
    assert.deepEqual(found.siblings, [join(base, 'no-workspace', 'yesterday')]);
  });

  it('counts the newest file of an old folder', async () => {
    const now = Date.now();
    const folder = join(base, 'no-workspace', 'busy');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'file'), '');
    await utimes(folder, new Date(now - 30 * DAY), new Date(now - 30 * DAY));
    assert.deepEqual((await sessionStorage(base, 'other', now)).siblings, [folder]);
  });
});
