import assert from 'node:assert/strict';
import fc from 'fast-check';
import { assembleTrace } from '../../../src/model/assemble.ts';
import { RowFlag, type TraceColumns } from '../../../src/model/columns.ts';
import type { SpanHead } from '../../../src/model/spanHead.ts';
import { head, idOf, spanIdAt, TRACE_ID } from './heads.ts';

/** Parents of every kind: none, an earlier or later span, the span itself, one that never arrived. */
const heads: fc.Arbitrary<SpanHead[]> = fc.integer({ min: 1, max: 24 }).chain(count =>
  fc.tuple(
    ...Array.from({ length: count }, (_, i) =>
      fc
        .record({
          parent: fc.option(fc.integer({ min: 1, max: count + 3 }), { nil: undefined }),
          start: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined, freq: 8 }),
          end: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined, freq: 8 }),
          service: fc.constantFrom('', 'shop', 'stock'),
          error: fc.boolean(),
        })
        .map(({ parent, start, end, service, error }) => head(i + 1, parent, start, end, { service, error })),
    ),
  ),
);

/** The same, some of them sent again with an end that is theirs alone: of equal ends the order decides. */
const sentAgain = fc.tuple(heads, fc.array(fc.nat())).map(([first, again]) => [
  ...first,
  ...again.map((at, i) => ({
    ...first[at % first.length]!,
    name: `again ${i}`,
    endTimeUnixNano: 1_700_000_001_000_000_000n + BigInt(i),
  })),
]);

const isSet = (columns: TraceColumns, row: number, bit: number) => (columns.flags[row]! & bit) !== 0;
const endOf = (columns: TraceColumns, row: number) => columns.start[row]! + columns.duration[row]!;
const rowsOf = (columns: TraceColumns) => [...columns.parent.keys()];

describe('assembleTrace, for any spans', () => {
  it('gives the same columns whatever the order of the spans', () => {
    const shuffled = sentAgain.chain(all =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        assert.deepStrictEqual(assembleTrace(TRACE_ID, other), assembleTrace(TRACE_ID, all));
      }),
    );
  });

  it('shows every span once, and each missing parent once', () => {
    fc.assert(
      fc.property(sentAgain, all => {
        const columns = assembleTrace(TRACE_ID, all);
        const ids = new Set(all.map(span => span.spanId));
        const parents = new Set(all.map(span => span.parentSpanId).filter(id => id !== '' && !ids.has(id)));
        assert.deepEqual(
          rowsOf(columns)
            .map(row => spanIdAt(columns, row))
            .sort(),
          [...ids, ...parents].sort(),
        );
        assert.equal(columns.spanCount, ids.size);
      }),
    );
  });

  it('makes a forest in display order whose subtree sizes add up', () => {
    fc.assert(
      fc.property(heads, all => {
        const columns = assembleTrace(TRACE_ID, all);
        const { parent, depth, subtree } = columns;
        const sizes = new Array<number>(columns.rows).fill(1);
        for (const row of rowsOf(columns).reverse()) {
          const above = parent[row]!;
          assert.equal(subtree[row], sizes[row]);
          if (above < 0) {
            assert.equal(depth[row], 0);
            continue;
          }
          sizes[above]! += sizes[row]!;
          assert.ok(above < row && row < above + subtree[above]!, 'a child stands in the subtree of its parent');
          assert.equal(depth[row], depth[above]! + 1);
        }
        const tops = rowsOf(columns).filter(row => parent[row]! < 0);
        assert.equal(
          tops.reduce((sum, row) => sum + subtree[row]!, 0),
          columns.rows,
        );
      }),
    );
  });

  it('puts a span under the parent it names, unless it was cut there', () => {
    fc.assert(
      fc.property(heads, all => {
        const columns = assembleTrace(TRACE_ID, all);
        const byId = new Map(all.map(span => [span.spanId, span]));
        for (const row of rowsOf(columns)) {
          const span = byId.get(spanIdAt(columns, row));
          if (span === undefined) continue;
          const above = columns.parent[row]!;
          if (!isSet(columns, row, RowFlag.cycle)) {
            assert.equal(above < 0 ? '' : spanIdAt(columns, above), span.parentSpanId);
            continue;
          }
          // A cut is right where the chain of named parents leads back, and nothing on it stands earlier.
          assert.equal(above, -1);
          const circle = [span];
          for (let next = byId.get(span.parentSpanId); next !== span; next = byId.get(next!.parentSpanId)) {
            assert.ok(next !== undefined && circle.length <= all.length, 'only circles are cut');
            circle.push(next);
          }
          for (const other of circle) {
            const at = rowsOf(columns).find(candidate => spanIdAt(columns, candidate) === other.spanId)!;
            assert.ok(columns.start[row]! <= columns.start[at]!);
          }
        }
      }),
    );
  });

  it('sorts siblings by start, then by end, then by span id', () => {
    fc.assert(
      fc.property(heads, all => {
        const columns = assembleTrace(TRACE_ID, all);
        const last = new Map<number, number>();
        for (const row of rowsOf(columns)) {
          const before = last.get(columns.parent[row]!);
          last.set(columns.parent[row]!, row);
          if (before === undefined) continue;
          const by = (column: Float64Array) => column[before]! - column[row]!;
          const order = by(columns.start) || by(columns.duration);
          assert.ok(order < 0 || (order === 0 && spanIdAt(columns, before) < spanIdAt(columns, row)));
        }
      }),
    );
  });

  it('has the self time that counting millisecond by millisecond gives', () => {
    fc.assert(
      fc.property(heads, all => {
        const columns = assembleTrace(TRACE_ID, all);
        for (const row of rowsOf(columns)) {
          const children = rowsOf(columns).filter(child => columns.parent[child] === row);
          let alone = 0;
          for (let ms = columns.start[row]!; ms < endOf(columns, row); ms++) {
            if (!children.some(child => columns.start[child]! <= ms && ms < endOf(columns, child))) alone++;
          }
          assert.equal(columns.self[row], isSet(columns, row, RowFlag.missing) ? 0 : alone);
        }
      }),
    );
  });

  it('has no negative length, and nothing before the origin or after the end', () => {
    fc.assert(
      fc.property(heads, all => {
        const columns = assembleTrace(TRACE_ID, all);
        for (const row of rowsOf(columns)) {
          assert.ok(columns.start[row]! >= 0 && columns.duration[row]! >= 0);
          assert.ok(endOf(columns, row) <= columns.durationMs);
        }
      }),
    );
  });

  it('has a critical path without overlaps that fills the longest top row', () => {
    fc.assert(
      fc.property(heads, all => {
        // An open span lasts as long as what is below it, which the columns do not show: those are looked at elsewhere.
        const ended = all.map(span =>
          span.endTimeUnixNano === 0n ? { ...span, endTimeUnixNano: span.startTimeUnixNano || 1n } : span,
        );
        const columns = assembleTrace(TRACE_ID, ended);
        const { criticalRow, criticalStart, criticalEnd } = columns;
        let total = 0;
        for (let i = 0; i < criticalRow.length; i++) {
          const row = criticalRow[i]!;
          assert.ok(criticalStart[i]! < criticalEnd[i]!);
          assert.ok(i === 0 || criticalEnd[i - 1]! <= criticalStart[i]!);
          assert.ok(columns.start[row]! <= criticalStart[i]! && criticalEnd[i]! <= endOf(columns, row));
          total += criticalEnd[i]! - criticalStart[i]!;
        }
        const tops = rowsOf(columns).filter(row => columns.parent[row]! < 0);
        const longest = Math.max(...tops.map(row => columns.duration[row]!));
        const top = tops.find(row => columns.duration[row] === longest)!;
        if (isSet(columns, top, RowFlag.missing)) assert.ok(total <= longest);
        else assert.equal(total, longest);
      }),
    );
  });

  it('knows every id it was given, even in one circle of all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 50 }), (count, step) => {
        const all = Array.from({ length: count }, (_, i) => head(i + 1, ((i + step) % count) + 1, i, i + 1));
        const columns = assembleTrace(TRACE_ID, all);
        const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
        assert.equal(columns.rows, count);
        assert.equal(rowsOf(columns).filter(row => isSet(columns, row, RowFlag.cycle)).length, gcd(count, step));
        assert.equal(spanIdAt(columns, 0), idOf(1));
      }),
    );
  });
});
