import assert from 'node:assert/strict';
import { assembleTrace } from '../../../src/model/assemble.ts';
import { adjustClocks } from '../../../src/model/clockSkew.ts';
import { RowFlag, type TraceColumns } from '../../../src/model/columns.ts';
import { hostOf } from '../../../src/model/host.ts';
import { SpanKind } from '../../../src/model/span.ts';
import type { SpanHead } from '../../../src/model/spanHead.ts';
import type { AnyValue } from '../../../src/model/value.ts';
import { head, outline, rowNamed, TRACE_ID } from './heads.ts';

/** A parent on host a from 1,000 to 1,100 ms after a root that begins at 0, and a child elsewhere. */
function family(child: [from: number, to: number], more: Partial<SpanHead> = {}): TraceColumns {
  return assembleTrace(TRACE_ID, [
    head(1, undefined, 0, 5_000, { host: 'a', name: 'root' }),
    head(2, 1, 1_000, 1_100, { host: 'a', name: 'parent' }),
    head(3, 2, ...child, { host: 'b', service: 'stock', name: 'child', ...more }),
  ]);
}

/** From where to where, in milliseconds. */
function stretch(columns: TraceColumns, name: string): [number, number] {
  const row = rowNamed(columns, name);
  return [columns.start[row]!, columns.start[row]! + columns.duration[row]!];
}

describe('clocks that differ', () => {
  const cases: [what: string, child: [number, number], more: Partial<SpanHead>, shown: [number, number]][] = [
    ['a child that fits stays', [1_010, 1_090], {}, [1_010, 1_090]],
    ['one that begins too early is put in the middle', [900, 960], {}, [1_020, 1_080]],
    ['one that ends too late is put in the middle', [1_050, 1_110], {}, [1_020, 1_080]],
    ['one that lasts longer begins with its parent', [900, 1_400], {}, [1_000, 1_500]],
    ['one that lasts longer and begins later stays', [1_050, 1_400], {}, [1_050, 1_400]],
    ['one of the same host stays', [900, 960], { host: 'a' }, [900, 960]],
    ['one whose host is not named is taken for another', [900, 960], { host: '' }, [1_020, 1_080]],
    ['a consumer may be late', [3_000, 3_010], { kind: SpanKind.consumer }, [3_000, 3_010]],
    ['but not early', [900, 910], { kind: SpanKind.consumer }, [1_000, 1_010]],
  ];
  for (const [what, child, more, shown] of cases) {
    it(what, () => {
      const columns = family(child, more);
      assert.deepEqual(stretch(adjustClocks(columns)?.columns ?? columns, 'child'), shown);
    });
  }

  it('an open child is only kept from beginning early', () => {
    const open = { endTimeUnixNano: 0n };
    assert.equal(adjustClocks(family([1_090, 0], open)), undefined);
    assert.deepEqual(stretch(adjustClocks(family([990, 0], open))!.columns, 'child'), [1_000, 1_000]);
  });

  it('a shift of more than the most is not made, and said', () => {
    const spans = [
      head(1, undefined, 0, 100, { host: 'a' }),
      head(2, 1, 7_200_000, 7_200_010, { host: 'b', name: 'far' }),
      head(3, 1, 110, 120, { host: 'c', name: 'near' }),
    ];
    const columns = assembleTrace(TRACE_ID, spans);
    const adjusted = adjustClocks(columns)!.columns;
    assert.deepEqual(stretch(adjusted, 'far'), [7_200_000, 7_200_010]);
    assert.deepEqual(stretch(adjusted, 'near'), [45, 55]);
    assert.deepEqual(adjusted.warnings, [
      'Clocks are adjusted: 1 span is moved by up to 65 ms.',
      '1 span is too far from the parent for a clock that is off, and not moved.',
    ]);
    assert.deepEqual(stretch(adjustClocks(columns, 10_000_000)!.columns, 'far'), [45, 55]);
  });

  it('what is below on the same host moves along, and another host is measured against what was moved', () => {
    const columns = assembleTrace(TRACE_ID, [
      head(1, undefined, 0, 100, { host: 'a', name: 'root' }),
      head(2, 1, 500, 560, { host: 'b', name: 'serve' }),
      head(3, 2, 510, 550, { host: 'b', name: 'work' }),
      head(4, 3, 900, 920, { host: 'c', name: 'store' }),
    ]);
    const adjusted = adjustClocks(columns)!;
    assert.deepEqual(stretch(adjusted.columns, 'serve'), [20, 80]);
    assert.deepEqual(stretch(adjusted.columns, 'work'), [30, 70]);
    assert.deepEqual(stretch(adjusted.columns, 'store'), [40, 60]);
    assert.deepEqual([...adjusted.shiftMs], [0, -480, -480, -860]);
    assert.equal(adjusted.columns.durationMs, 100);
    assert.deepEqual([...adjusted.columns.self], [40, 20, 20, 20]);
    assert.deepEqual(
      [...adjusted.columns.flags].map(flags => flags & RowFlag.moved),
      [0, RowFlag.moved, RowFlag.moved, RowFlag.moved],
    );
  });

  it('siblings stand in the order of their new starts, every column with its span', () => {
    const columns = assembleTrace(TRACE_ID, [
      head(1, undefined, 0, 100, { host: 'a', name: 'root', service: 'web' }),
      head(2, 1, 10, 20, { host: 'a', name: 'first', service: 'web' }),
      head(3, 1, -300, -240, { host: 'b', name: 'late clock', service: 'stock', kind: 2, error: true }),
      head(4, 3, -290, -250, { host: 'b', name: 'below', service: 'stock', category: 'database' }),
    ]);
    assert.deepEqual(outline(columns), ['root', '  late clock', '    below', '  first']);
    const { columns: adjusted } = adjustClocks(columns)!;
    assert.deepEqual(outline(adjusted), ['root', '  first', '  late clock', '    below']);
    assert.equal(BigInt(adjusted.originUnixNano) - BigInt(columns.originUnixNano), 300_000_000n);
    const row = rowNamed(adjusted, 'late clock');
    assert.equal(adjusted.strings[adjusted.service[row]!], 'stock');
    assert.equal(adjusted.strings[adjusted.host[row]!], 'b');
    assert.equal(adjusted.kind[row], 2);
    assert.equal(adjusted.flags[row], RowFlag.error | RowFlag.moved);
    assert.deepEqual([...adjusted.parent], [-1, 0, 0, 2]);
    assert.deepEqual([...adjusted.subtree], [4, 1, 2, 1]);
    assert.deepEqual(stretch(adjusted, 'late clock'), [20, 80]);
  });

  it('children of a parent that has not arrived stay; those below are moved, and the missing row with them', () => {
    const columns = assembleTrace(TRACE_ID, [
      head(2, 99, 0, 100, { host: 'a', name: 'orphan' }),
      head(3, 2, -500, -440, { host: 'b', name: 'below' }),
    ]);
    const { columns: adjusted } = adjustClocks(columns)!;
    assert.deepEqual(stretch(adjusted, 'orphan'), [0, 100]);
    assert.deepEqual(stretch(adjusted, 'below'), [20, 80]);
    assert.deepEqual(stretch(adjusted, 'missing parent 0000000000000063'), [0, 100]);
  });

  it('spans of one service that name no host count as of one host', () => {
    const spans = [head(1, undefined, 0, 10), head(2, 1, 20, 25)];
    assert.equal(adjustClocks(assembleTrace(TRACE_ID, spans)), undefined);
    const other = [spans[0]!, { ...spans[1]!, service: 'stock' }];
    assert.deepEqual(stretch(adjustClocks(assembleTrace(TRACE_ID, other))!.columns, 'span 2'), [2.5, 7.5]);
  });

  it('the columns given stay as they were', () => {
    const columns = family([900, 960]);
    const before = structuredClone(columns);
    adjustClocks(columns);
    assert.deepEqual(columns, before);
  });

  it('a chain 100,000 deep over two hosts is adjusted without recursion', () => {
    const spans = Array.from({ length: 100_000 }, (_, i) =>
      head(i + 1, i === 0 ? undefined : i, i % 2 === 0 ? i * 1e-3 : i * 1e-3 + 1_000, 1_000 - i * 1e-3, {
        host: i % 2 === 0 ? 'a' : 'b',
      }),
    );
    const adjusted = adjustClocks(assembleTrace(TRACE_ID, spans))!;
    assert.equal(adjusted.columns.rows, 100_000);
    assert.equal(adjusted.columns.depth.at(-1), 99_999);
  });
});

describe('the host of a resource', () => {
  const text = (value: string): AnyValue => ({ type: 'string', value });
  const cases: [what: string, attributes: Record<string, AnyValue>, host: string][] = [
    ['its id first', { 'host.name': text('n'), 'host.ip': text('10.0.0.1'), 'host.id': text('i') }, 'i'],
    [
      'then its first address',
      { 'host.name': text('n'), 'host.ip': { type: 'array', values: [text('10.0.0.1'), text('::1')] } },
      '10.0.0.1',
    ],
    ['an address that is no list', { 'host.ip': text('10.0.0.1') }, '10.0.0.1'],
    ['then its name', { 'host.name': text('n'), 'host.ip': { type: 'array', values: [] } }, 'n'],
    ['an empty id is none', { 'host.name': text('n'), 'host.id': text('') }, 'n'],
    ['nothing', { 'service.name': text('shop') }, ''],
  ];
  for (const [what, attributes, host] of cases) {
    it(what, () => {
      const list = Object.entries(attributes).map(([key, value]) => ({ key, value }));
      assert.equal(hostOf({ attributes: list, droppedAttributesCount: 0, schemaUrl: '' }), host);
    });
  }
});
