import assert from 'node:assert/strict';
import { WorkspaceFolders } from '../../../../src/collector/handover/folders.ts';

const folders = [
  { path: '/home/me/shop', window: undefined },
  { path: '/home/me/shop/stock', window: 'stock' },
  { path: '/home/me/mail server/', window: 'mail' },
  { path: '/home/me/mail server', window: 'later' },
  { path: 'C:\\Work\\Books', window: 'books' },
  { path: '/', window: 'root' },
];

describe('workspace folders', () => {
  const posix = new WorkspaceFolders(folders, false);
  const windows = new WorkspaceFolders(folders, true);

  const paths: [path: string, found: string | undefined | 'here'][] = [
    ['/home/me/shop', 'here'],
    ['/home/me/shop/', 'here'],
    ['/home/me/shop/src/a.ts', 'here'],
    ['/home/me/shop/stock/src/a.ts', 'stock'],
    ['/home/me/shop/stock', 'stock'],
    ['/home/me/shop/stocks', 'here'],
    ['/home/me/shopping/a.ts', undefined],
    ['/home/me/shop/../mail server/a.py', 'mail'],
    ['/home/me/shop/../../me/./shop//stock/a', 'stock'],
    ['file:///home/me/mail%20server/a.py', 'mail'],
    ['home/me/shop/a.ts', undefined],
    ['./a.ts', undefined],
    ['', undefined],
    ['/', undefined],
    ['/etc/passwd', undefined],
    ['C:\\Work\\Books\\a.cs', 'books'],
    ['c:/Work/Books/a.cs', 'books'],
    ['C:\\Work\\Books2\\a.cs', undefined],
    [`/home/me/shop/${'x'.repeat(10_000)}`, undefined],
    ['/home/me/shop/\0', undefined],
  ];
  for (const [path, found] of paths) {
    it(`${JSON.stringify(path.slice(0, 60))} is in ${found ?? 'none'}`, () => {
      const match = posix.ofPaths([path]);
      assert.equal(match && (match.window ?? 'here'), found);
    });
  }

  it('of several paths the one in the longest folder counts', () => {
    assert.equal(posix.ofPaths(['/home/me/shop/a', '/home/me/shop/stock/a', '/home/me/shop/b'])?.window, 'stock');
  });

  it('where it ignores case, so do the paths', () => {
    assert.equal(windows.ofPaths(['c:\\WORK\\books\\A.CS'])?.window, 'books');
    assert.equal(posix.ofPaths(['/HOME/me/shop/a']), undefined);
  });

  const texts: [text: string, found: string | undefined][] = [
    ['Error: no\n    at buy (/home/me/shop/stock/src/buy.ts:3:1)', 'stock'],
    ['Error: no\n    at buy (file:///home/me/shop/stock/src/buy.ts:3:1)', 'stock'],
    ['  File "/home/me/mail server/app.py", line 3, in send', 'mail'],
    ['   at Books.Sell() in C:\\Work\\Books\\Sell.cs:line 7', 'books'],
    ['at a (/home/me/shop-old/a.ts:1:1)', undefined],
    ['at a (/mnt/home/me/shop/stock/a.ts:1:1)', undefined],
    ['at a (/home/me/shop/stock)', 'here'],
    ['', undefined],
    [`${'x'.repeat(20_000)} /home/me/shop/a.ts`, undefined],
  ];
  for (const [text, found] of texts) {
    it(`the trace ${JSON.stringify(text.slice(0, 60))} is of ${found ?? 'none'}`, () => {
      const match = posix.ofText(text);
      assert.equal(match && (match.window ?? 'here'), found);
    });
  }

  it('a long hostile text takes no time', () => {
    const many = Array.from({ length: 50 }, (_, i) => ({ path: `/a/${'b/'.repeat(i)}c`, window: String(i) }));
    const began = performance.now();
    new WorkspaceFolders(many, false).ofText('/a/b/'.repeat(100_000));
    assert.ok(performance.now() - began < 200);
  });
});
