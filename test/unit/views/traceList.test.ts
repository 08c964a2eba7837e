import assert from 'node:assert/strict';
import type { TraceQuery } from '../../../src/collector/api.ts';
import { RowFlag } from '../../../src/model/columns.ts';
import type { TraceId } from '../../../src/model/ids.ts';
import { spanLabel } from '../../../src/views/traces/labels.ts';
import type { TreeNode } from '../../../src/views/traces/nodes.ts';
import { CHILD_PAGE, type ListCollector, ROOT_PAGE, TraceList } from '../../../src/views/traces/traceList.ts';
import { columns, type Row, summary } from './builders.ts';

/** Traces that can be listed, each with its rows; remembers what it was asked. */
function recorded(traces: { service?: string; rows?: Row[]; version?: number }[]) {
  const asked = { queries: [] as TraceQuery[], columns: 0 };
  const summaries = traces.map((trace, i) =>
    summary({
      traceId: (i + 1).toString(16).padStart(32, '0') as TraceId,
      name: `trace ${i}`,
      service: trace.service ?? 'shop',
      version: trace.version ?? 1,
    }),
  );
  const collector: ListCollector = {
    async listTraces(query) {
      asked.queries.push(query);
      const all = summaries.filter(each => query.service === undefined || each.service === query.service);
      const shown = all.slice(0, query.limit);
      return { traces: shown, total: all.length, ...(shown.length < all.length ? { next: 'more' } : {}) };
    },
    async listServices() {
      const names = [...new Set(summaries.map(each => each.service))];
      return names.map(service => ({
        service,
        traces: summaries.filter(each => each.service === service).length,
        errors: 0,
        latestUnixNano: 0n,
      }));
    },
    async columns(traceId) {
      asked.columns++;
      const rows = traces[Number.parseInt(traceId, 16) - 1]?.rows;
      return rows && columns(rows);
    },
    search: () => assert.fail('Without a filter nothing is searched for.'),
    countMatches: () => assert.fail('Without a filter nothing is counted.'),
  };
  return { collector, asked, summaries };
}

/** The tree below a node as nested tuples: a name, or a name with what is below it. */
type Shape = string | [string, Shape[]];
async function shape(list: TraceList, node?: TreeNode): Promise<Shape[]> {
  const shapes: Shape[] = [];
  for (const child of await list.children(node)) {
    const below = await shape(list, child);
    shapes.push(below.length > 0 ? [nameOf(child), below] : nameOf(child));
  }
  return shapes;
}

function nameOf(node: TreeNode): string {
  if (node.kind === 'service') return node.service.service;
  if (node.kind === 'trace') return node.summary.name;
  if (node.kind === 'more') return `… ${node.left}`;
  if (node.kind === 'action') return node.action;
  return spanLabel(node.columns, node.row).label;
}

describe('the tree of traces', () => {
  it('shows the spans of a trace as a tree; its row stands for the root', async () => {
    const rows = [{ name: 'root', children: [{ name: 'a', children: [{ name: 'b' }] }, { name: 'c' }] }];
    const list = new TraceList(recorded([{ rows }]).collector);
    assert.deepEqual(await shape(list), [['trace 0', [['a', ['b']], 'c']]]);
  });

  it('shows several roots, and a parent that is missing, below the row of the trace', async () => {
    const missing = { name: 'missing parent', flags: RowFlag.missing, children: [{ name: 'a' }] };
    const traces = [{ rows: [{ name: 'one' }, { name: 'two' }] }, { rows: [missing] }];
    const list = new TraceList(recorded(traces).collector);
    assert.deepEqual(await shape(list), [
      ['trace 0', ['one', 'two']],
      ['trace 1', [['missing parent', ['a']]]],
    ]);
  });

  it('groups by service', async () => {
    const list = new TraceList(recorded([{}, { service: 'stock' }, {}]).collector);
    list.grouped = true;
    assert.deepEqual(await shape(list), [
      ['shop', ['trace 0', 'trace 2']],
      ['stock', ['trace 1']],
    ]);
    assert.equal(list.status.matching, 3);
  });

  it('gives every row an id of its own that stays over a refresh', async () => {
    const rows = [{ name: 'root', children: [{ name: 'a', children: [{ name: 'b' }] }] }];
    const { collector } = recorded([{ rows }, { rows, service: 'stock' }]);
    const list = new TraceList(collector);
    const ids = async () => {
      const all: string[] = [];
      const visit = async (node?: TreeNode): Promise<void> => {
        for (const child of await list.children(node)) {
          all.push(child.id);
          await visit(child);
        }
      };
      await visit();
      return all;
    };
    const flat = await ids();
    assert.equal(new Set(flat).size, 6);
    assert.deepEqual(await ids(), flat);
    list.grouped = true;
    const grouped = await ids();
    assert.equal(new Set(grouped).size, 8);
  });

  it('pages the traces', async () => {
    const { collector, asked } = recorded(Array.from({ length: ROOT_PAGE + 30 }, () => ({})));
    const list = new TraceList(collector);
    const first = await list.children();
    assert.equal(first.length, ROOT_PAGE + 1);
    const more = first.at(-1)!;
    assert.equal(nameOf(more), '… 30');
    list.loadMore(more);
    const second = await list.children();
    assert.equal(second.length, ROOT_PAGE + 30);
    assert.ok(second.every(node => node.kind === 'trace'));
    list.grouped = false;
    assert.equal((await list.children()).length, ROOT_PAGE + 1);
    assert.deepEqual(
      asked.queries.map(query => query.limit),
      [ROOT_PAGE, 2 * ROOT_PAGE, ROOT_PAGE],
    );
  });

  it('pages the spans below one parent', async () => {
    const children = Array.from({ length: 2 * CHILD_PAGE + 7 }, (_, i) => ({
      name: `s${i}`,
      children: [{ name: 'x' }],
    }));
    const list = new TraceList(recorded([{ rows: [{ name: 'root', children }] }]).collector);
    const [trace] = await list.children();
    for (const [expected, left] of [
      [CHILD_PAGE, CHILD_PAGE + 7],
      [2 * CHILD_PAGE, 7],
    ] as const) {
      const nodes = await list.children(trace);
      assert.equal(nodes.length, expected + 1);
      assert.equal(nameOf(nodes.at(-1)!), `… ${left}`);
      list.loadMore(nodes.at(-1)!);
    }
    const all = await list.children(trace);
    assert.equal(all.length, children.length);
    assert.equal(nameOf(all.at(-1)!), `s${children.length - 1}`);
  });

  it('asks for the spans of a trace again only when it has changed', async () => {
    const { collector, asked, summaries } = recorded([{ rows: [{ name: 'root', children: [{ name: 'a' }] }] }]);
    const list = new TraceList(collector);
    await shape(list);
    await shape(list);
    assert.equal(asked.columns, 1);
    summaries[0]!.version++;
    await shape(list);
    assert.equal(asked.columns, 2);
  });

  it('asks again after a failure', async () => {
    const { collector } = recorded([{ rows: [{ name: 'root', children: [{ name: 'a' }] }] }]);
    let fail = true;
    const list = new TraceList({
      ...collector,
      columns: id => (fail ? Promise.reject(new Error('too late')) : collector.columns(id)),
    });
    const [trace] = await list.children();
    await assert.rejects(list.children(trace), /too late/);
    fail = false;
    assert.equal((await list.children(trace)).length, 1);
  });
});
