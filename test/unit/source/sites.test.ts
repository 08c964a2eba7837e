import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportedSite, SiteMap } from '../../../src/source/sites.ts';
import { WorkspaceFiles } from '../../../src/source/workspaceFiles.ts';
import { makeSpan } from './makeSpan.ts';
import { makeWorkspace } from './makeWorkspace.ts';

describe('the site a span reports', () => {
  const thrown = 'Error: x\n    at f (node:fs:1:1)\n    at pay (/app/src/pay.ts:2:9)';

  it('is what it names, else the innermost own frame of its exception', () => {
    const named = makeSpan({ 'code.filepath': '/app/a.ts', 'code.lineno': 7n }, [thrown]);
    assert.deepEqual(reportedSite(named), { path: '/app/a.ts', line: 7, source: 'attributes' });
    assert.deepEqual(reportedSite(makeSpan({}, [thrown])), {
      path: '/app/src/pay.ts',
      line: 2,
      column: 9,
      function: 'pay',
      source: 'exception',
    });
  });

  it('is not a dependency, nor a file without a line', () => {
    const dependency = { 'code.file.path': '/app/node_modules/d/i.js', 'code.line.number': 7n };
    assert.equal(reportedSite(makeSpan(dependency)), undefined);
    assert.equal(reportedSite(makeSpan(dependency, [thrown]))?.path, '/app/src/pay.ts');
    assert.equal(reportedSite(makeSpan({ 'code.file.path': '/app/a.ts' })), undefined);
    assert.equal(reportedSite(makeSpan({})), undefined);
  });
});

describe('sites by file', () => {
  const { folder, remove } = makeWorkspace({
    'src/pay.ts': 9,
    'orders/main.py': 9,
    'cart/main.py': 9,
    'web/pay.ts': 9,
  });
  const files = new WorkspaceFiles([folder]);
  after(remove);

  const lines = async (
    map: SiteMap<{ path: string; line: number; services?: string[]; id: number }>,
    path: string,
  ): Promise<[number, number[]][]> =>
    (await map.forFile(join(folder, path))).map(one => [one.line, one.stats.map(stats => stats.id)]);

  it('joins what reaches one line by different paths, lines ascending', async () => {
    const map = new SiteMap<{ path: string; line: number; id: number }>(files);
    map.update([
      { path: '/app/src/pay.ts', line: 7, id: 1 },
      { path: join(folder, 'src/pay.ts'), line: 2, id: 2 },
      { path: 'C:\\shop\\src\\pay.ts', line: 7, id: 3 },
      { path: '/app/web/pay.ts', line: 3, id: 4 },
      { path: '/app/src/other.ts', line: 3, id: 5 },
    ]);
    assert.deepEqual(await lines(map, 'src/pay.ts'), [
      [2, [2]],
      [7, [1, 3]],
    ]);
    assert.deepEqual(await lines(map, 'web/pay.ts'), [[3, [4]]]);
    assert.deepEqual(await lines(map, 'src/none.ts'), []);
  });

  it('shows nothing where a path fits several files, unless the only service decides', async () => {
    const map = new SiteMap<{ path: string; line: number; services?: string[]; id: number }>(files);
    map.update([
      { path: '/app/main.py', line: 1, services: ['orders', 'cart'], id: 1 },
      { path: '/app/main.py', line: 2, services: ['orders'], id: 2 },
    ]);
    assert.deepEqual(await lines(map, 'orders/main.py'), [[2, [2]]]);
    assert.deepEqual(await lines(map, 'cart/main.py'), []);
  });

  it('replaces the statistics, and looks anew where files changed', async () => {
    const workspace = makeWorkspace({ 'a/one.ts': 9 });
    const live = new WorkspaceFiles([workspace.folder]);
    const map = new SiteMap<{ path: string; line: number }>(live);
    const count = async (): Promise<number> => (await map.forFile(join(workspace.folder, 'a/one.ts'))).length;
    map.update([{ path: '/app/one.ts', line: 1 }]);
    assert.equal(await count(), 1);
    map.update([
      { path: '/app/one.ts', line: 1 },
      { path: '/app/one.ts', line: 2 },
    ]);
    assert.equal(await count(), 2);
    mkdirSync(join(workspace.folder, 'b'));
    writeFileSync(join(workspace.folder, 'b/one.ts'), 'x\n');
    live.invalidate();
    assert.equal(await count(), 0, 'two files have the name now');
    map.update([]);
    assert.equal(await count(), 0);
    workspace.remove();
  });

  it('looks for each reported path once', async () => {
    let asked = 0;
    class Counting extends WorkspaceFiles {
      override named(name: string): Promise<readonly string[]> {
        asked++;
        return super.named(name);
      }
    }
    const map = new SiteMap<{ path: string; line: number }>(new Counting([folder]));
    const sites = Array.from({ length: 500 }, (_, line) => ({ path: '/app/src/pay.ts', line: line + 1 }));
    for (let i = 0; i < 3; i++) {
      map.update(sites);
      assert.equal((await map.forFile(join(folder, 'src/pay.ts'))).length, 500);
    }
    assert.equal(asked, 1);
  });
});
