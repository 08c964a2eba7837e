import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ASK_BELOW, resolvePath } from '../../../src/source/resolvePath.ts';
import { WorkspaceFiles } from '../../../src/source/workspaceFiles.ts';
import { makeWorkspace } from './makeWorkspace.ts';

const FILES = {
  'services/orders/src/pay.ts': 9,
  'services/orders/main.py': 9,
  'services/cart/main.py': 9,
  'services/cart/src/index.ts': 9,
  'services/orders/src/index.ts': 9,
  'web/users.ts': 9,
  'web/admin-users.ts': 9,
  'web/app/(shop)/page.tsx': 9,
  'lib/Tax.cs': 9,
  'tests/checkout.py': 9,
  'app/checkout.py': 9,
  'go/go.mod': 'module example.com/shop\n',
  'go/cart/cart.go': 9,
  'gotools/go.mod': 'module example.com/shop/tools\n',
  'gotools/gen/gen.go': 9,
  'jvm/src/main/java/com/acme/Shop.java': 'package com.acme;\nclass Shop {}\n',
  'jvm/src/main/java/com/other/Shop.java': 'package com.other;\nclass Shop {}\n',
  'jvm/src/main/kotlin/Prices.kt': 'package com.acme.prices\nfun x() {}\n',
  'jvm/src/main/java/com/acme/web/Filter.java': 'package com.acme.web;\nclass Filter {}\n',
  'node_modules/dep/deep/thing.js': 9,
  'dist/bundle.js': 9,
  'manage.py': 9,
  'notes/aux.txt': 9,
};

/** The expected files, and whether the answer may be opened: `exact`, `likely`, or `ask`. */
type Row = [reported: string, files: string[], tier: 'exact' | 'likely' | 'ask' | 'nothing', service?: string];

const TABLE: [string, Row[]][] = [
  [
    'containers and build machines',
    [
      ['/app/services/orders/src/pay.ts', ['services/orders/src/pay.ts'], 'likely'],
      ['/usr/src/app/src/pay.ts', ['services/orders/src/pay.ts'], 'likely'],
      ['/app/pay.ts', ['services/orders/src/pay.ts'], 'likely'],
      ['/home/runner/code/shop/shop/web/users.ts', ['web/users.ts'], 'likely'],
      ['/_/lib/Tax.cs', ['lib/Tax.cs'], 'exact'],
      ['/src/LIB/tax.cs', ['lib/Tax.cs'], 'likely'],
    ],
  ],
  [
    'Windows, WSL and URLs',
    [
      ['C:\\agent\\_work\\1\\s\\web\\users.ts', ['web/users.ts'], 'likely'],
      ['/mnt/d/shop/web/users.ts', ['web/users.ts'], 'likely'],
      ['file:///app/web/users.ts', ['web/users.ts'], 'likely'],
      ['webpack://shop/./web/users.ts?a1', ['web/users.ts'], 'exact'],
      ['webpack-internal:///(rsc)/./web/app/(shop)/page.tsx', ['web/app/(shop)/page.tsx'], 'ask'],
      ['http://localhost:3000/web/users.ts', ['web/users.ts'], 'ask'],
    ],
  ],
  [
    'relative paths',
    [
      ['web/users.ts', ['web/users.ts'], 'exact'],
      ['./web/users.ts', ['web/users.ts'], 'exact'],
      ['../web/users.ts', ['web/users.ts'], 'exact'],
      ['users.ts', ['web/users.ts'], 'likely'],
      ['manage.py', ['manage.py'], 'exact'],
      ['dist/bundle.js', ['dist/bundle.js'], 'exact'],
      ['src/index.ts', ['services/cart/src/index.ts', 'services/orders/src/index.ts'], 'ask'],
      ['src/index.ts', ['services/cart/src/index.ts'], 'likely', 'cart-service'],
    ],
  ],
  [
    'whole segments only, and evidence against a match',
    [
      ['/app/min-users.ts', [], 'nothing'],
      ['/app/superadmin-users.ts', [], 'nothing'],
      ['/app/myweb/users.ts', ['web/users.ts'], 'ask'],
      ['/opt/billing/handlers/pay.ts', ['services/orders/src/pay.ts'], 'ask'],
      ['/app/node_modules/dep/deep/thing.js', [], 'nothing'],
      ['/other/deep/thing.js', [], 'nothing'],
    ],
  ],
  [
    'ties',
    [
      ['/app/main.py', ['services/cart/main.py', 'services/orders/main.py'], 'ask'],
      ['/app/main.py', ['services/orders/main.py'], 'likely', 'orders'],
      ['/app/main.py', ['services/orders/main.py'], 'likely', 'Orders_Service'],
      ['/app/src/index.ts', ['services/cart/src/index.ts', 'services/orders/src/index.ts'], 'ask'],
      ['/srv/checkout.py', ['app/checkout.py'], 'likely'],
    ],
  ],
  [
    'modules and packages',
    [
      ['example.com/shop/cart/cart.go', ['go/cart/cart.go'], 'exact'],
      ['example.com/shop/tools/gen/gen.go', ['gotools/gen/gen.go'], 'exact'],
      ['example.com/shop/gone/cart.go', [], 'nothing'],
      ['github.com/other/lib/cart/cart.go', [], 'nothing'],
      ['com/acme/Shop.java', ['jvm/src/main/java/com/acme/Shop.java'], 'exact'],
      ['com/acme/prices/Prices.kt', ['jvm/src/main/kotlin/Prices.kt'], 'likely'],
      ['org/springframework/web/Filter.java', [], 'nothing'],
      ['Shop.java', ['jvm/src/main/java/com/acme/Shop.java', 'jvm/src/main/java/com/other/Shop.java'], 'ask'],
    ],
  ],
];

describe('a reported path in the workspace', () => {
  const { folder, remove } = makeWorkspace(FILES);
  const outside = makeWorkspace({ 'secret/key.ts': 9, 'plain.ts': 9 });
  const files = new WorkspaceFiles([folder]);
  const found = async (reported: string, service?: string): Promise<string[]> =>
    (await resolvePath(reported, files, service === undefined ? {} : { service })).map(one =>
      relative(folder, one.file),
    );

  before(() => {
    symlinkSync(join(outside.folder, 'secret'), join(folder, 'linked'));
    symlinkSync(join(outside.folder, 'plain.ts'), join(folder, 'web/plain.ts'));
    symlinkSync(join(folder, 'web'), join(folder, 'frontend'));
  });
  after(() => {
    remove();
    outside.remove();
  });

  for (const [group, rows] of TABLE) {
    describe(group, () => {
      for (const [reported, expected, tier, service] of rows) {
        it(`${reported}${service ? ` of ${service}` : ''}: ${tier}`, async () => {
          const answer = await resolvePath(reported, files, service === undefined ? {} : { service });
          assert.deepEqual(answer.map(one => relative(folder, one.file)).sort(), expected);
          const [best] = answer;
          const sure = answer.length === 1 && best !== undefined && best.score >= ASK_BELOW;
          const got = !best ? 'nothing' : !sure ? 'ask' : best.how === 'exact' ? 'exact' : 'likely';
          assert.equal(got, tier, JSON.stringify(answer));
          for (const one of answer) assert.ok(one.why.length > 0 && one.score > 0 && one.score <= 1);
        });
      }
    });
  }

  it('finds an absolute path of this machine, however it is spelled', async () => {
    for (const spelled of [
      'web/users.ts',
      'web/../web/./users.ts',
      'frontend/users.ts',
      'node_modules/dep/deep/thing.js',
    ]) {
      const [only] = await resolvePath(`${folder}/${spelled}`, files);
      assert.equal(only?.how, 'exact', spelled);
    }
    const [url] = await resolvePath(`file://${encodeURI(folder)}/web/app/(shop)/page.tsx`, files);
    assert.equal(url?.how, 'exact');
  });

  it('asks where a path of this workspace is gone, though another file ends like it', async () => {
    const [only, ...others] = await resolvePath(join(folder, 'old/web/users.ts'), files);
    assert.deepEqual([only?.file, others], [join(folder, 'web/users.ts'), []]);
    assert.ok(only!.score < ASK_BELOW);
  });

  it('does not follow a link out of the folder, by path or by name', async () => {
    assert.deepEqual(await found(join(folder, 'linked/key.ts')), []);
    assert.deepEqual(await found('/app/linked/key.ts'), []);
    assert.deepEqual(await found(join(folder, 'web/plain.ts')), []);
    assert.deepEqual(await found('web/plain.ts'), []);
    assert.equal(await files.exists(join(folder, 'web/plain.ts')), false);
  });

  it('does not leave the folder by dots, by an absolute path or by a share', async () => {
    const away = [
      join(outside.folder, 'plain.ts'),
      `${folder}/../${relative(join(folder, '..'), outside.folder)}/plain.ts`,
      '/etc/passwd',
      '/proc/self/environ',
      '//server/share/plain.ts',
      '\\\\server\\share\\plain.ts',
      'file://server/share/plain.ts',
      '\\\\?\\C:\\plain.ts',
      '\\\\.\\pipe\\plain.ts',
    ];
    for (const reported of away) assert.deepEqual(await found(reported), [], reported);
    for (const path of away) assert.equal(await files.exists(path), false, path);
  });

  it('opens no device, whatever folder it is named in', async () => {
    for (const name of ['CON', 'nul.ts', 'COM1', 'notes/aux.txt']) {
      assert.equal(await files.exists(join(folder, name)), false, name);
    }
    assert.equal(await files.exists(join(folder, 'web')), false, 'a folder is no file');
    assert.equal(await files.exists(join(folder, 'web/users.ts')), true);
  });

  it('tries a relative path against each folder of the workspace', async () => {
    const second = makeWorkspace({ 'web/users.ts': 3, 'api/only.py': 3 });
    const both = new WorkspaceFiles([folder, second.folder]);
    const tied = await resolvePath('web/users.ts', both);
    assert.deepEqual(
      tied.map(one => one.file).sort(),
      [join(folder, 'web/users.ts'), join(second.folder, 'web/users.ts')].sort(),
    );
    const [only] = await resolvePath('api/only.py', both);
    assert.deepEqual([only?.file, only?.how], [join(second.folder, 'api/only.py'), 'exact']);
    second.remove();
  });

  it('knows files of a folder that was opened through a link by the path programs report', async () => {
    const link = `${outside.folder}/opened`;
    symlinkSync(folder, link);
    const opened = new WorkspaceFiles([link]);
    const [only] = await resolvePath(join(folder, 'web/users.ts'), opened);
    assert.deepEqual([only?.file, only?.how], [join(link, 'web/users.ts'), 'exact']);
  });

  it('sees new files after it was told, and counts a version up', async () => {
    const workspace = makeWorkspace({ 'a/one.ts': 1 });
    const live = new WorkspaceFiles([workspace.folder]);
    assert.deepEqual(await resolvePath('/app/a/two.ts', live), []);
    mkdirSync(join(workspace.folder, 'b'));
    writeFileSync(join(workspace.folder, 'b/two.ts'), 'x\n');
    const before = live.version;
    live.invalidate();
    assert.ok(live.version > before);
    assert.equal((await resolvePath('/app/b/two.ts', live)).length, 1);
    workspace.remove();
  });

  it('indexes a workspace above the bound in part, and says so', async () => {
    const few = new WorkspaceFiles([folder], 3);
    assert.equal(await few.truncated(), true);
    assert.equal(await files.truncated(), false);
    assert.deepEqual((await few.named('pay.ts')).length, 0);
    assert.deepEqual((await files.named('PAY.TS')).length, 1);
  });
});
