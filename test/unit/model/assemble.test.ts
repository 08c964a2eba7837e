import assert from 'node:assert/strict';
import { assembleTrace } from '../../../src/model/assemble.ts';
import { RowFlag } from '../../../src/model/columns.ts';
import type { SpanHead } from '../../../src/model/spanHead.ts';
import { BASE, head, idOf, nameAt, outline, rowNamed, spanIdAt, TRACE_ID } from './heads.ts';

const assemble = (...heads: SpanHead[]) => assembleTrace(TRACE_ID, heads);

function flagsOf(columns: ReturnType<typeof assemble>, name: string): string[] {
  const flags = columns.flags[rowNamed(columns, name)]!;
  return Object.entries(RowFlag)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([flag]) => flag);
}

describe('assembleTrace', () => {
  it('lays out a tree whose spans arrive children first', () => {
    const columns = assemble(
      head(4, 2, 3, 4, { service: 'stock' }),
      head(3, 1, 6, 9),
      head(2, 1, 1, 5, { service: 'agent', error: true }),
      head(1, undefined, 0, 10),
    );
    assert.deepEqual(outline(columns), ['span 1', '  span 2', '    span 4', '  span 3']);
    assert.deepEqual([...columns.parent], [-1, 0, 1, 0]);
    assert.deepEqual([...columns.subtree], [4, 2, 1, 1]);
    assert.deepEqual([...columns.start], [0, 1, 3, 6]);
    assert.deepEqual([...columns.duration], [10, 4, 1, 3]);
    assert.deepEqual([...columns.self], [3, 3, 1, 3]);
    assert.deepEqual(columns.services, ['shop', 'agent', 'stock']);
    assert.equal(columns.originUnixNano, BASE.toString());
    assert.equal(columns.durationMs, 10);
    assert.equal(columns.spanCount, 4);
    assert.equal(columns.errorCount, 1);
    assert.deepEqual(columns.warnings, []);
    assert.deepEqual(flagsOf(columns, 'span 2'), ['error']);
  });

  it('gives no rows for no spans', () => {
    const columns = assemble();
    assert.equal(columns.rows, 0);
    assert.equal(columns.durationMs, 0);
    assert.equal(columns.originUnixNano, '0');
    assert.deepEqual(columns.services, []);
  });

  it('orders siblings and roots by start, then by end, then by span id', () => {
    const columns = assemble(
      head(9, undefined, 5, 6),
      head(1, undefined, 5, 9),
      head(8, undefined, 5, 6),
      head(7, undefined, 2, 3),
    );
    assert.deepEqual(outline(columns), ['span 7', 'span 8', 'span 9', 'span 1']);
  });

  it('takes a parent of zeros for none', () => {
    assert.deepEqual(outline(assemble(head(1, 0, 0, 1))), ['span 1']);
  });

  describe('spans sent more than once', () => {
    const cases: { what: string; heads: SpanHead[]; name: string; updated: boolean }[] = [
      {
        what: 'the same again',
        heads: [head(1, undefined, 0, 5), head(1, undefined, 0, 5)],
        name: 'span 1',
        updated: false,
      },
      {
        what: 'a later end after an earlier one',
        heads: [head(1, undefined, 0, 5), head(1, undefined, 0, 6, { name: 'later' })],
        name: 'later',
        updated: true,
      },
      {
        what: 'a later end before an earlier one',
        heads: [head(1, undefined, 0, 6, { name: 'later' }), head(1, undefined, 0, 5)],
        name: 'later',
        updated: true,
      },
      {
        what: 'an end after none',
        heads: [head(1, undefined, 0, 5, { name: 'ended' }), head(1, undefined, 0, undefined)],
        name: 'ended',
        updated: true,
      },
      {
        what: 'the same end with another name',
        heads: [head(1, undefined, 0, 5), head(1, undefined, 0, 5, { name: 'second' })],
        name: 'second',
        updated: true,
      },
    ];
    for (const { what, heads, name, updated } of cases) {
      it(what, () => {
        const columns = assemble(...heads);
        assert.deepEqual(outline(columns), [name]);
        assert.equal(columns.spanCount, 1);
        assert.deepEqual(flagsOf(columns, name), updated ? ['updated'] : []);
        assert.equal(columns.warnings.length, updated ? 1 : 0);
      });
    }
  });

  const differences: [string, Partial<SpanHead>][] = [
    ['start', { startTimeUnixNano: BASE + 1n }],
    ['end', { endTimeUnixNano: BASE + 1n }],
    ['name', { name: 'other' }],
    ['parent', { parentSpanId: idOf(2) }],
    ['error', { error: true }],
  ];
  for (const [what, difference] of differences) {
    it(`flags a span sent again with another ${what}`, () => {
      const columns = assemble(head(1, undefined, 0, 5), head(1, undefined, 0, 5, difference));
      const row = columns.rows - 1;
      assert.ok((columns.flags[row]! & RowFlag.updated) !== 0);
    });
  }

  it('counts a span in error once, as it was sent last', () => {
    const columns = assemble(head(1, undefined, 0, 5, { error: true }), head(1, undefined, 0, 6));
    assert.equal(columns.errorCount, 0);
  });

  it('puts orphans under one row per parent that has not arrived', () => {
    const columns = assemble(head(1, undefined, 0, 2), head(5, 4, 7, 9), head(3, 4, 3, 8), head(6, 2, 20, 21));
    assert.deepEqual(outline(columns), [
      'span 1',
      'missing parent 0000000000000004',
      '  span 3',
      '  span 5',
      'missing parent 0000000000000002',
      '  span 6',
    ]);
    assert.equal(spanIdAt(columns, 1), idOf(4));
    assert.equal(spanIdAt(columns, 4), idOf(2));
    assert.deepEqual([columns.start[1], columns.duration[1], columns.self[1]], [3, 6, 0]);
    assert.equal(columns.strings[columns.service[1]!], '');
    assert.deepEqual(flagsOf(columns, 'missing parent 0000000000000002'), ['missing']);
    assert.deepEqual(flagsOf(columns, 'span 5'), ['orphan']);
    assert.equal(columns.spanCount, 4);
    assert.deepEqual(columns.services, ['shop']);
    assert.deepEqual(columns.warnings, ['3 spans name a parent that has not arrived.']);
  });

  it('puts the orphan under its parent when that has arrived', () => {
    const columns = assemble(head(3, 4, 3, 8), head(4, undefined, 1, 9));
    assert.deepEqual(outline(columns), ['span 4', '  span 3']);
    assert.deepEqual(flagsOf(columns, 'span 3'), []);
  });

  it('writes what it can of a missing parent whose id is none', () => {
    const columns = assemble(head(1, undefined, 0, 1, { parentSpanId: 'abc__proto__' }));
    assert.equal(spanIdAt(columns, 0), 'abc0000000000000');
    assert.deepEqual(outline(columns), ['missing parent abc__proto__', '  span 1']);
  });

  describe('cycles', () => {
    const cases: { what: string; heads: SpanHead[]; rows: string[]; cut: string[] }[] = [
      { what: 'a span that is its own parent', heads: [head(1, 1, 0, 5)], rows: ['span 1'], cut: ['span 1'] },
      {
        what: 'two spans that are each other’s parent, and nothing else',
        heads: [head(1, 2, 4, 5), head(2, 1, 0, 9)],
        rows: ['span 2', '  span 1'],
        cut: ['span 2'],
      },
      {
        what: 'a circle of equal starts is cut at the lowest span id',
        heads: [head(3, 2, 1, 5), head(2, 1, 1, 5), head(1, 3, 1, 5)],
        rows: ['span 1', '  span 2', '    span 3'],
        cut: ['span 1'],
      },
      {
        what: 'a circle with a tail, beside a root',
        heads: [head(1, undefined, 0, 1), head(2, 4, 2, 9), head(3, 2, 3, 9), head(4, 3, 4, 9), head(5, 3, 5, 6)],
        rows: ['span 1', 'span 2', '  span 3', '    span 4', '    span 5'],
        cut: ['span 2'],
      },
      {
        what: 'two circles',
        heads: [head(1, 2, 0, 1), head(2, 1, 1, 2), head(3, 4, 2, 3), head(4, 3, 3, 4)],
        rows: ['span 1', '  span 2', 'span 3', '  span 4'],
        cut: ['span 1', 'span 3'],
      },
    ];
    for (const { what, heads, rows, cut } of cases) {
      it(what, () => {
        const columns = assemble(...heads);
        assert.deepEqual(outline(columns), rows);
        const flagged = [...columns.flags.keys()].filter(row => (columns.flags[row]! & RowFlag.cycle) !== 0);
        assert.deepEqual(
          flagged.map(row => nameAt(columns, row)),
          cut,
        );
        assert.match(columns.warnings[0]!, cut.length === 1 ? /^1 span is its own ancestor/ : /^2 spans are their own/);
      });
    }
  });

  describe('times', () => {
    it('does not let a zero start pull the origin to 1970', () => {
      const columns = assemble(head(1, undefined, 10, 30), head(2, 1, undefined, 15), head(3, 1, undefined, undefined));
      assert.equal(columns.originUnixNano, (BASE + 10_000_000n).toString());
      assert.equal(columns.durationMs, 20);
      const row = rowNamed(columns, 'span 2');
      assert.deepEqual([columns.start[row], columns.duration[row]], [5, 0]);
      assert.equal(columns.start[rowNamed(columns, 'span 3')], 0);
      assert.deepEqual(columns.warnings, ['2 spans have no start time.', '1 span has no end time yet.']);
    });

    it('counts from the earliest end where no span has a start', () => {
      const columns = assemble(head(1, undefined, undefined, 12), head(2, undefined, undefined, 10));
      assert.equal(columns.originUnixNano, (BASE + 10_000_000n).toString());
      assert.deepEqual(outline(columns), ['span 2', 'span 1']);
      assert.equal(columns.durationMs, 2);
    });

    it('takes a span without any time', () => {
      const columns = assemble(head(1, undefined, undefined, undefined));
      assert.deepEqual([columns.originUnixNano, columns.durationMs, columns.duration[0]], ['0', 0, 0]);
    });

    it('shows a reversed span as a point, and says so', () => {
      const columns = assemble(head(1, undefined, 5, 3), head(2, undefined, 8, 1), head(3, undefined, 8, 8));
      assert.deepEqual([...columns.duration], [0, 0, 0]);
      assert.deepEqual([...columns.self], [0, 0, 0]);
      assert.deepEqual(flagsOf(columns, 'span 1'), ['reversed']);
      assert.deepEqual(flagsOf(columns, 'span 3'), []);
      assert.deepEqual(columns.warnings, ['2 spans end before they start.']);
    });

    it('flags a span without an end as open, not as reversed', () => {
      const columns = assemble(head(1, undefined, 5, undefined));
      assert.deepEqual(flagsOf(columns, 'span 1'), ['open']);
      assert.equal(columns.duration[0], 0);
    });

    it('takes the first and the last nanosecond there is, to a few microseconds', () => {
      const columns = assemble(
        head(1, undefined, 0, 1, { startTimeUnixNano: 1n, endTimeUnixNano: 2n }),
        head(2, undefined, 0, 0, { startTimeUnixNano: 2n ** 64n - 1001n, endTimeUnixNano: 2n ** 64n - 1n }),
      );
      assert.ok(Math.abs(columns.duration[1]! - 0.001) < 0.005);
      assert.ok(Number.isFinite(columns.durationMs));
    });
  });

  describe('self time', () => {
    const cases: { what: string; children: [number, number][]; self: number }[] = [
      { what: 'without children', children: [], self: 10 },
      {
        what: 'children side by side count once',
        children: [
          [1, 5],
          [2, 4],
          [3, 7],
        ],
        self: 4,
      },
      {
        what: 'a child inside another does not shorten it',
        children: [
          [1, 9],
          [2, 3],
          [8, 10],
        ],
        self: 1,
      },
      {
        what: 'a child is clipped to its parent',
        children: [
          [-5, 2],
          [8, 20],
        ],
        self: 6,
      },
      {
        what: 'a child outside of its parent does not count',
        children: [
          [-5, 0],
          [10, 20],
          [30, 40],
        ],
        self: 10,
      },
      {
        what: 'children one after the other',
        children: [
          [0, 5],
          [5, 10],
        ],
        self: 0,
      },
    ];
    for (const { what, children, self } of cases) {
      it(what, () => {
        const columns = assemble(
          head(1, undefined, 0, 10),
          ...children.map(([from, to], i) => head(i + 2, 1, from, to)),
        );
        assert.equal(columns.self[rowNamed(columns, 'span 1')], self);
      });
    }

    it('does not sink below zero for want of precision', () => {
      const columns = assemble(head(1, undefined, 0.1, 0.3), head(2, 1, 0.1, 0.2), head(3, 1, 0.2, 0.3));
      assert.equal(columns.self[0], 0);
    });
  });

  it('says which spans carry code, exceptions, events, links and logs', () => {
    const all = { hasCode: true, hasException: true, hasEvents: true, hasLinks: true };
    const logs = new Map([
      [idOf(1), 2],
      [idOf(2), 0],
    ]);
    const columns = assembleTrace(TRACE_ID, [head(1, undefined, 0, 2, all), head(2, 1, 0, 1)], { logs });
    assert.deepEqual(flagsOf(columns, 'span 1'), ['hasCode', 'hasException', 'hasEvents', 'hasLinks', 'hasLogs']);
    assert.deepEqual(flagsOf(columns, 'span 2'), []);
  });

  it('keeps one copy of a text, cuts one of megabytes, and minds no prototype key', () => {
    const columns = assemble(
      head(1, undefined, 0, 3, { name: '__proto__', service: 'constructor' }),
      head(2, 1, 1, 2, { name: '__proto__', service: 'constructor' }),
      head(3, 1, 2, 3, { name: 'x'.repeat(3_000_000), service: '', kind: 300 }),
    );
    assert.deepEqual(columns.strings.slice(0, 2), ['__proto__', 'constructor']);
    assert.equal(columns.strings.length, 4);
    assert.equal(nameAt(columns, 2).length, 2048);
    assert.deepEqual(columns.services, ['constructor']);
    assert.equal(columns.kind[2], 0);
  });

  // Their timeouts are what fails when a walk turns quadratic or recursive.
  describe('100,000 spans', () => {
    const many = 100_000;
    const shapes: { what: string; parent: (i: number) => number | undefined; rows: number; deepest: number }[] = [
      { what: 'in a chain', parent: i => (i === 1 ? undefined : i - 1), rows: many, deepest: many - 1 },
      { what: 'in a fan', parent: i => (i === 1 ? undefined : 1), rows: many, deepest: 1 },
      { what: 'in one circle', parent: i => (i === 1 ? many : i - 1), rows: many, deepest: many - 1 },
      { what: 'all orphans of different parents', parent: i => many + i, rows: 2 * many, deepest: 1 },
    ];
    for (const { what, parent, rows, deepest } of shapes) {
      it(what, function () {
        this.timeout(8000);
        const heads: SpanHead[] = [];
        for (let i = many; i >= 1; i--)
          heads.push(head(i, parent(i), i / 1000, 201 + (what === 'in a fan' ? i : -i) / 1000));
        const columns = assembleTrace(TRACE_ID, heads);
        assert.equal(columns.rows, rows);
        assert.equal(columns.spanCount, many);
        assert.equal(
          columns.depth.reduce((a, b) => Math.max(a, b), 0),
          deepest,
        );
        if (what === 'in a chain') assert.equal(columns.criticalRow.length, 2 * many - 1);
      });
    }
  });
});
