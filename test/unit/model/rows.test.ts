import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assembleTrace } from '../../../src/model/assemble.ts';
import type { TraceColumns } from '../../../src/model/columns.ts';
import { MAX_GUIDES, VisibleRows } from '../../../src/model/rows.ts';
import type { SpanHead } from '../../../src/model/spanHead.ts';
import { head, TRACE_ID } from './heads.ts';

/** Parents by position; position i starts at i, so that the rows stand in this order where it is depth first. */
function trace(...parents: (number | undefined)[]): TraceColumns {
  return assembleTrace(
    TRACE_ID,
    parents.map((parent, i) => head(i + 1, parent === undefined ? undefined : parent + 1, i, 1000)),
  );
}

const shown = (rows: VisibleRows) => Array.from({ length: rows.count }, (_, index) => rows.rowAt(index));

// 0 ─┬ 1 ─┬ 2 ── 3
//    │    └ 4
//    └ 5
// 6 ── 7
const columns = trace(undefined, 0, 1, 2, 1, 0, undefined, 6);

describe('VisibleRows', () => {
  it('shows all rows at first', () => {
    assert.deepEqual(shown(new VisibleRows(columns)), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('hides what is below a collapsed row and brings it back as it was', () => {
    const rows = new VisibleRows(columns);
    assert.equal(rows.toggle(2), true);
    assert.deepEqual(shown(rows), [0, 1, 2, 4, 5, 6, 7]);
    rows.toggle(0);
    assert.deepEqual(shown(rows), [0, 6, 7]);
    assert.deepEqual(rows.collapsedRows(), [0, 2]);
    rows.toggle(0);
    assert.deepEqual(shown(rows), [0, 1, 2, 4, 5, 6, 7]);
  });

  it('starts from given rows, which it does not change', () => {
    const collapsed = new Uint8Array(columns.rows);
    collapsed[1] = 1;
    const rows = new VisibleRows(columns, collapsed);
    assert.deepEqual(shown(rows), [0, 1, 5, 6, 7]);
    rows.expandAll();
    assert.equal(collapsed[1], 1);
  });

  it('does not collapse a row without children', () => {
    const rows = new VisibleRows(columns);
    assert.equal(rows.toggle(3), false);
    assert.equal(rows.isCollapsed(3), false);
    assert.equal(rows.set(1, false), false);
    assert.equal(rows.count, 8);
  });

  it('collapses and expands all', () => {
    const rows = new VisibleRows(columns);
    rows.collapseAll();
    assert.deepEqual(shown(rows), [0, 6]);
    assert.deepEqual(rows.collapsedRows(), [0, 1, 2, 6]);
    rows.expandAll();
    assert.equal(rows.count, 8);
  });

  it('reveals a row by expanding its ancestors and nothing else', () => {
    const rows = new VisibleRows(columns);
    rows.collapseAll();
    assert.equal(rows.reveal(4), 3);
    assert.deepEqual(shown(rows), [0, 1, 2, 4, 5, 6]);
    assert.deepEqual(rows.collapsedRows(), [2, 6]);
  });

  it('knows where a row is, or what hides it', () => {
    const rows = new VisibleRows(columns);
    rows.toggle(1);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map(row => rows.indexOf(row)),
      [0, 1, -1, -1, -1, 2, 3, 4],
    );
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map(row => rows.shownFor(row)),
      [0, 1, 1, 1, 1, 5, 6, 7],
    );
    assert.deepEqual([rows.rowAt(-1), rows.rowAt(5), rows.shownFor(8), rows.shownFor(-1)], [-1, -1, -1, -1]);
  });

  it('has no rows for no spans', () => {
    const rows = new VisibleRows(trace());
    assert.deepEqual([rows.count, rows.rowAt(0), rows.indexOf(0), rows.shownFor(0)], [0, -1, -1, -1]);
    rows.collapseAll();
    assert.equal(rows.count, 0);
  });

  it('draws the lines of ancestors that have a child to come', () => {
    const rows = new VisibleRows(columns);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map(row => rows.guides(row)),
      [[], [0], [0, 1], [0, 1], [0], [], [], []],
    );
  });

  it('shows a row exactly when no ancestor is collapsed, for any tree', () => {
    const parents = fc.array(fc.option(fc.nat()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(parents, fc.array(fc.nat(), { maxLength: 10 }), (named, toggles) => {
        const any = trace(...named.map((parent, i) => (parent === null || i === 0 ? undefined : parent % i)));
        const rows = new VisibleRows(any);
        for (const toggle of toggles) rows.toggle(toggle % any.rows);
        const expected: number[] = [];
        for (let row = 0; row < any.rows; row++) {
          let hidden = false;
          for (let above = any.parent[row]!; above >= 0; above = any.parent[above]!) hidden ||= rows.isCollapsed(above);
          if (!hidden) expected.push(row);
        }
        assert.deepEqual(shown(rows), expected);
        for (const [index, row] of expected.entries()) assert.equal(rows.indexOf(row), index);
      }),
    );
  });

  it('keeps painting cheap in a chain 100,000 deep', function () {
    this.timeout(8000);
    const many = 100_000;
    const heads: SpanHead[] = [];
    // Every span of the chain has a second child, so that every level has a line to draw.
    for (let i = 0; i < many; i++) {
      heads.push(
        head(2 * i + 1, i === 0 ? undefined : 2 * i - 1, i, 300_000),
        head(2 * i + 2, 2 * i + 1, 200_000, 200_001),
      );
    }
    const deep = assembleTrace(TRACE_ID, heads);
    const rows = new VisibleRows(deep);
    const deepest = deep.depth.indexOf(many - 1);
    assert.equal(rows.guides(deepest).length, MAX_GUIDES);
    assert.equal(rows.guides(deepest).at(-1), many - 2);
    for (let i = 0; i < 10_000; i++) rows.guides(deepest);
    for (let i = 0; i < 100; i++) rows.toggle(deepest - 1 - i);
    assert.equal(rows.reveal(deepest), deepest);
  });
});
