import assert from 'node:assert/strict';
import { access, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  removeOldSessions,
  sessionStorage,
  siblingStores,
  workspaceStorage,
} from '../../../src/environment/storageFolder.ts';
import { tryLock } from '../../../src/store/lock.ts';

const EXTENSION = 'spanside.spanside';
const DAY = 24 * 3600 * 1000;

describe('the folder of the store', () => {
  let base: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'spanside-storage-'));
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  /** Makes all of a folder as old as `ms`. */
  async function age(folder: string, ms: number): Promise<void> {
    const time = new Date(Date.now() - ms);
    for (const name of await readdir(folder)) await utimes(join(folder, name), time, time);
    await utimes(folder, time, time);
  }

  async function session(name: string, ms: number): Promise<string> {
    const folder = join(base, 'no-workspace', name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'file'), '');
    await age(folder, ms);
    return folder;
  }

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

  it('is not created by looking for its siblings', async () => {
    const other = join(base, 'abc-1', EXTENSION);
    await mkdir(other, { recursive: true });
    assert.deepEqual(await siblingStores(join(base, 'abc', EXTENSION)), [other]);
    await assert.rejects(access(join(base, 'abc')));
  });

  it('passes over siblings in which the extension never ran', async () => {
    await mkdir(join(base, 'abc-1'), { recursive: true });
    assert.deepEqual((await workspaceStorage(join(base, 'abc', EXTENSION))).siblings, []);
  });

  it('without a workspace is one per session, with those of the last week', async () => {
    const now = Date.now();
    await session('yesterday', DAY);
    await session('old', 8 * DAY);
    const found = await sessionStorage(base, 'a/../b-1', now);
    assert.equal(found.folder, join(base, 'no-workspace', 'ab-1'));
    assert.deepEqual(found.siblings, [join(base, 'no-workspace', 'yesterday')]);
  });

  it('is removed with its content when it belongs to no workspace, is a week old and not in use', async () => {
    const [old, own, used] = [await session('old', 8 * DAY), await session('own', 8 * DAY), await session('used', 0)];
    const damaged = await session('old-damaged-2026', 30 * DAY);
    await session('yesterday', DAY);
    await writeFile(join(base, 'no-workspace', 'file'), '');
    const lock = tryLock(used);
    assert.ok(lock);
    await age(used, 30 * DAY);
    try {
      assert.deepEqual(await removeOldSessions(base, own, Date.now()), [old, damaged]);
      assert.deepEqual((await readdir(join(base, 'no-workspace'))).sort(), ['file', 'own', 'used', 'yesterday']);
    } finally {
      lock.release();
    }
    await age(used, 30 * DAY);
    assert.deepEqual(await removeOldSessions(base, own, Date.now()), [used], 'once nobody uses it');
  });

  it('is not missed where there was never one without a workspace', async () => {
    assert.deepEqual(await removeOldSessions(join(base, 'nothing'), base, Date.now()), []);
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
