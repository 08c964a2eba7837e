import assert from 'node:assert/strict';
import type { TreeNode } from '../../../../src/views/traces/nodes.ts';
import { GROUPED_MATCHES, SEARCH_FIRST, SEARCH_PAGE, TraceList } from '../../../../src/views/traces/traceList.ts';
import { found, many, searched, settled } from './searches.ts';

/** A row by its name; "Load more" by how many are left. */
function nameOf(node: TreeNode): string {
  if (node.kind === 'service') return `${node.service.service} ${node.service.traces}${node.more ? '+' : ''}`;
  if (node.kind === 'trace') return node.summary.name;
  if (node.kind === 'more') return `more ${node.left ?? '?'}`;
  return node.kind === 'action' ? node.action : 'span';
}

/** A list with a filter, and its rows once the search that they wait for has been answered. */
function filtered(total: number, text = 'shop', count?: { traces: number; isComplete: boolean }) {
  const all = searched(total, count);
  let changes = 0;
  const list = new TraceList(all.collector, () => changes++);
  list.filter = { text };
  const rows = async (node?: TreeNode) => (await list.children(node)).map(nameOf);
  return { ...all, all, list, rows, changes: () => changes };
}

describe('a filtered list', () => {
  it('asks for the first traces, and shows them with all there are', async () => {
    const { list, rows, last } = filtered(5);
    const shown = rows();
    assert.deepEqual(last().search, { text: 'shop', limit: SEARCH_FIRST });
    await last().answer([found('a'), found('b')]);
    assert.deepEqual(await shown, ['a', 'b']);
    assert.deepEqual(list.status, { filter: { text: 'shop' }, matching: 2, isExact: true, total: 5 });
  });

  it('shows what is found while it looks, and how far it has looked', async () => {
    const { list, rows, last, changes } = filtered(5);
    const before = rows();
    last().progress({ traces: [found('a')], looked: 420 });
    assert.equal(changes(), 1);
    assert.deepEqual(await before, ['a'], 'the first rows wait for no others');
    assert.deepEqual(await rows(), ['a']);
    assert.deepEqual(list.status.looking, { looked: 420, spans: 1_000 });
    assert.equal(list.status.isExact, false);
    last().progress({ traces: [found('b')], looked: 900 });
    assert.deepEqual(await rows(), ['a', 'b']);
    await last().answer([found('a'), found('b')]);
    assert.deepEqual(await rows(), ['a', 'b']);
    assert.equal(list.status.looking, undefined);
  });

  it('waits for the first result no longer than a moment', async () => {
    const { list, rows, last } = filtered(5);
    assert.deepEqual(await rows(), []);
    assert.equal(list.isSearching, true);
    await last().answer([]);
    assert.deepEqual(await rows(), ['changeFilter', 'clearFilter']);
  });

  it('keeps what is shown until the same search has looked again', async () => {
    const { list, rows, last, searches } = filtered(5);
    const first = rows();
    await last().answer([found('a'), found('b')]);
    await first;
    assert.deepEqual(await rows(), ['a', 'b']);
    assert.equal(searches.length, 1, 'rows that were found are not looked for again');
    list.invalidate();
    assert.deepEqual(await rows(), ['a', 'b']);
    assert.equal(searches.length, 2);
    last().progress({ traces: [found('new')] });
    assert.deepEqual(await rows(), ['a', 'b']);
    await last().answer([found('new'), found('a')]);
    assert.deepEqual(await rows(), ['new', 'a']);
  });

  it('loads page after page behind what is shown, and looks again for as many', async () => {
    const { list, rows, last, searches } = filtered(1_000);
    const first = rows();
    await last().answer(many(SEARCH_FIRST), 'page 2');
    assert.deepEqual((await first).slice(-2), [`trace ${SEARCH_FIRST - 1}`, 'more ?']);
    const more = (await list.children()).at(-1)!;
    list.loadMore(more);
    assert.deepEqual(last().search, { text: 'shop', limit: SEARCH_PAGE, after: 'page 2' });
    last().progress({ traces: many(3, SEARCH_FIRST) });
    assert.equal((await rows()).length, SEARCH_FIRST + 4);
    await last().answer(many(7, SEARCH_FIRST));
    assert.deepEqual((await rows()).at(-1), `trace ${SEARCH_FIRST + 6}`);
    assert.equal(searches.length, 2);
    list.invalidate();
    await rows();
    assert.deepEqual(last().search, { text: 'shop', limit: SEARCH_FIRST + SEARCH_PAGE });
  });

  it('shows no more what is deleted while a further page is looked for', async () => {
    const { list, rows, last } = filtered(1_000);
    const first = rows();
    await last().answer([found('a'), found('b')], 'page 2');
    await first;
    list.loadMore((await list.children()).at(-1)!);
    list.forget(new Set([found('a').traceId, found('c').traceId]));
    last().progress({ traces: [found('c'), found('d')] });
    assert.deepEqual((await rows()).slice(0, 2), ['b', 'd']);
    await last().answer([found('c'), found('d')]);
    assert.deepEqual(await rows(), ['b', 'd']);
  });

  it('shows a trace once that is found again on a later page, as it is now', async () => {
    const { list, rows, last } = filtered(1_000);
    const first = rows();
    await last().answer([found('a'), found('b')], 'page 2');
    await first;
    list.loadMore((await list.children()).at(-1)!);
    const again = { ...found('b'), name: 'b with its root' };
    last().progress({ traces: [again, found('c')] });
    assert.deepEqual((await rows()).slice(0, 3), ['a', 'b with its root', 'c']);
    await last().answer([again, found('c')]);
    assert.deepEqual(await rows(), ['a', 'b with its root', 'c']);
  });

  it('gives up what nobody waits for any more', async () => {
    const { list, rows, searches } = filtered(5);
    void rows();
    list.invalidate();
    void rows();
    assert.deepEqual(
      searches.map(({ signal }) => signal?.aborted),
      [true, false],
    );
    list.filter = { text: 'other' };
    assert.equal(searches[1]?.signal?.aborted, true);
    const shown = rows();
    assert.equal(searches[2]?.search.text, 'other');
    searches[0]?.progress({ traces: [found('late')] });
    await searches[2]?.answer([found('right')]);
    assert.deepEqual(await shown, ['right']);
    assert.equal(list.status.failure, undefined);
  });

  it('has no page twice that failed once', async () => {
    const { list, rows, last } = filtered(1_000);
    const first = rows();
    await last().answer(many(SEARCH_FIRST), 'page 2');
    await first;
    const more = (await list.children()).at(-1)!;
    list.loadMore(more);
    last().progress({ traces: many(3, SEARCH_FIRST) });
    await last().fail(new Error('the disk is gone'));
    assert.equal((await rows()).length, SEARCH_FIRST + 1);
    list.loadMore(more);
    await last().answer(many(7, SEARCH_FIRST));
    const all = await rows();
    assert.equal(all.length, SEARCH_FIRST + 7);
    assert.equal(new Set(all).size, all.length);
  });

  it('shows no more what was deleted, however long the search takes', async () => {
    const { list, rows, last } = filtered(5);
    const first = rows();
    await last().answer([found('a'), found('b')]);
    await first;
    list.forget(new Set([found('a').traceId]));
    list.invalidate();
    assert.deepEqual(await rows(), ['b']);
    assert.equal(list.isSearching, true);
  });

  it('counts on where there is more than a page, and not at every change', async () => {
    const { all, list, rows, last } = filtered(12_345, 'shop', { traces: 1_204, isComplete: true });
    const first = rows();
    await last().answer(many(SEARCH_FIRST), 'more');
    await first;
    assert.deepEqual([list.status.matching, list.status.isExact], [SEARCH_FIRST, false]);
    await new Promise(resolve => setTimeout(resolve, 5));
    assert.deepEqual([list.status.matching, list.status.isExact, list.status.total], [1_204, true, 12_345]);
    assert.equal((await rows()).at(-1), `more ${1_204 - SEARCH_FIRST}`);
    for (let i = 0; i < 3; i++) {
      list.invalidate();
      const again = rows();
      await last().answer(many(SEARCH_FIRST), 'more');
      await again;
    }
    await new Promise(resolve => setTimeout(resolve, 5));
    assert.equal(all.counts, 1);
    list.dispose();
  });

  it('leaves nine tenths of the time to others while traces arrive', async () => {
    const { list, rows, last } = filtered(5);
    assert.equal(list.refreshMs, 250);
    const shown = rows();
    await new Promise(resolve => setTimeout(resolve, 60));
    await last().answer([]);
    await shown;
    assert.ok(list.refreshMs >= 600, `${list.refreshMs} ms`);
  });

  it('says why it could not search, and recovers', async () => {
    const { list, rows, last } = filtered(5);
    const shown = rows();
    await last().fail(new Error('the disk is gone'));
    assert.deepEqual(await shown, ['changeFilter', 'clearFilter']);
    assert.match(String(list.status.failure), /the disk is gone/);
    list.invalidate();
    await rows();
    await last().answer([found('a')]);
    assert.deepEqual(await rows(), ['a']);
    assert.equal(list.status.failure, undefined);
  });

  it('offers all of the time where only a part of it was searched', async () => {
    const { list, rows, last } = filtered(5);
    list.filter = { text: '', range: { since: '15m' } };
    const shown = rows();
    const since = last().search.since ?? 0n;
    const wanted = BigInt(Date.now() - 15 * 60_000) * 1_000_000n;
    assert.ok(since > wanted - 5_000_000_000n && since < wanted + 5_000_000_000n, String(since));
    assert.equal(last().search.until, undefined);
    await last().answer([]);
    assert.deepEqual(await shown, ['changeFilter', 'clearFilter', 'searchAllTime']);
  });

  it('groups what was found by service, and looks below each for its own', async () => {
    const { list, rows, last, searches } = filtered(5_000);
    list.grouped = true;
    const shown = rows();
    assert.equal(last().search.limit, GROUPED_MATCHES);
    const services = ['shop', 'stock', 'shop'].map((service, i) => found(`t${i}`, { service, errorCount: i }));
    await last().answer(services, 'more');
    assert.deepEqual(await shown, ['shop 2+', 'stock 1+']);
    const [shop] = await list.children();
    const below = rows(shop);
    assert.deepEqual(last().search, { text: 'shop', service: 'shop', limit: SEARCH_FIRST });
    await last().answer([found('t0')]);
    assert.deepEqual(await below, ['t0']);
    assert.equal(searches.length, 2);
    await settled();
    list.dispose();
  });

  it('is the whole list again without a filter', async () => {
    const { list, rows, searches } = filtered(0);
    list.filter = { text: '' };
    assert.deepEqual(await rows(), []);
    assert.equal(searches.length, 0);
  });
});
