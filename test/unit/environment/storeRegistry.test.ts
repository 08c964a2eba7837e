import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findStore, registerStore } from '../../../src/environment/storeRegistry.ts';

describe('the registry of stores', () => {
  let base: string;
  let registry: string;
  let folder: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'spanside-registry-'));
    registry = join(base, 'home', '.spanside', 'stores');
    folder = join(base, 'project');
    await mkdir(folder);
  });
  afterEach(() => rm(base, { recursive: true, force: true }));

  it('finds the store of a folder, and the latest endpoint', async () => {
    await registerStore({ folder, storage: '/data/one' }, registry);
    assert.equal((await findStore(folder, registry))?.endpoint, undefined);
    await registerStore({ folder, storage: '/data/one', endpoint: 'http://127.0.0.1:5000' }, registry);
    const found = await findStore(folder, registry);
    assert.equal(found?.storage, '/data/one');
    assert.equal(found?.endpoint, 'http://127.0.0.1:5000');
    assert.equal(found?.pid, process.pid);
    assert.deepEqual((await readdir(registry)).length, 1, 'one file per folder, and no temporary one');
  });

  it('finds it by a symbolic link and by a path with dots', async () => {
    await registerStore({ folder, storage: '/data/one' }, registry);
    const link = join(base, 'link');
    await symlink(folder, link);
    assert.equal((await findStore(link, registry))?.storage, '/data/one');
    assert.equal((await findStore(join(folder, '..', 'project'), registry))?.storage, '/data/one');
  });

  it('knows nothing of other folders', async () => {
    await registerStore({ folder, storage: '/data/one' }, registry);
    assert.equal(await findStore(base, registry), undefined);
    assert.equal(await findStore(join(base, 'gone'), registry), undefined);
  });

  it('can be read by its user only', async function () {
    if (process.platform === 'win32') this.skip();
    await registerStore({ folder, storage: '/data/one' }, registry);
    const [file = ''] = await readdir(registry);
    assert.equal((await stat(registry)).mode & 0o777, 0o700);
    assert.equal((await stat(join(registry, file))).mode & 0o777, 0o600);
  });

  it('takes a file that is not its own for none', async () => {
    await registerStore({ folder, storage: '/data/one' }, registry);
    const [file = ''] = await readdir(registry);
    for (const text of ['', '{', '[]', '{"folder":1}']) {
      await writeFile(join(registry, file), text);
      assert.equal(await findStore(folder, registry), undefined, text);
    }
    await registerStore({ folder, storage: '/data/two' }, registry);
    assert.match(await readFile(join(registry, file), 'utf8'), /"storage": "\/data\/two"/);
  });
});
