import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type StorageFolders, sessionStorage, workspaceStorage } from '../../src/environment/storageFolder.ts';
import { post } from '../cli/program.ts';
import { type Collecting, collect } from '../harness/collecting.ts';
import { until } from '../harness/processes.ts';
import { spanId, traceId, traceRequest } from '../harness/requests.ts';
import { readSpanIds } from '../harness/spanStore.ts';
import { temporaryFolder } from '../harness/temporary.ts';

const EXTENSION = 'spanside.spanside';

/** Windows as the editor makes them: each has the storage folder that the editor gives it. */
describe('the folder of a window', () => {
  const base = temporaryFolder();
  const open: Collecting[] = [];
  afterEach(async () => {
    for (const { collector } of open.splice(0)) await collector.dispose();
  });

  async function openWindow({ folder, siblings, merge }: StorageFolders): Promise<Collecting> {
    const started = await collect(folder, { siblings, mergeSiblings: merge });
    open.push(started);
    return started;
  }

  async function closeWindow(window: Collecting): Promise<void> {
    open.splice(open.indexOf(window), 1);
    await window.collector.dispose();
  }

  async function lists(window: Collecting, ...traces: number[]): Promise<void> {
    const wanted = traces.map(traceId).sort();
    let listed: string[] = [];
    await until(`the list is ${traces.join(', ')}`, async () => {
      listed = [...(await readSpanIds(window.collector)).keys()].sort();
      return listed.join() === wanted.join();
    }).catch(() => assert.deepEqual(listed, wanted));
  }

  const send = ({ url }: Collecting, n: number) =>
    post(url, traceRequest([{ spanId: spanId(n), traceId: traceId(n) }]));

  it('T-13: without a workspace lies in the global storage, made where there is none, and the next session reads it', async () => {
    const global = join(base(), 'not', 'there', 'yet');
    const first = await openWindow(await sessionStorage(global, 'one', Date.now()));
    await send(first, 1);
    await lists(first, 1);
    const folders = await sessionStorage(global, 'two', Date.now());
    assert.equal(folders.folder, join(global, 'no-workspace', 'two'));
    const second = await openWindow(folders);
    await send(second, 2);
    await lists(second, 1, 2);
    await lists(first, 1);
    if (process.platform !== 'win32') assert.equal(statSync(folders.folder).mode & 0o077, 0, 'nobody else may look');
  });

  it('T-14: of a workspace that got another number reads the one before, and takes it over once it is closed', async () => {
    const workspaces = join(base(), 'workspaceStorage');
    const [plain, numbered] = [join(workspaces, 'ab12', EXTENSION), join(workspaces, 'ab12-1', EXTENSION)];
    const older = await openWindow(await workspaceStorage(plain));
    await send(older, 1);
    await lists(older, 1);
    await mkdir(join(workspaces, 'ab12-x', EXTENSION), { recursive: true });
    const folders = await workspaceStorage(numbered);
    assert.deepEqual(folders.siblings, [plain]);
    const newer = await openWindow(folders);
    await send(newer, 2);
    await lists(newer, 1, 2);
    await lists(older, 1);

    await closeWindow(older);
    await until('it is taken over', () => !existsSync(join(plain, 'spanside.db')), 15_000);
    await lists(newer, 1, 2);
    await closeWindow(newer);
    const again = await openWindow(await workspaceStorage(plain));
    await lists(again, 1, 2);
  });
});
