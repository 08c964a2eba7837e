import assert from 'node:assert/strict';
import { RowFlag, type TraceColumns } from '../../src/model/columns.ts';
import { parseSpanId, parseTraceId } from '../../src/model/ids.ts';
import { VisibleRows } from '../../src/model/rows.ts';
import { SpanKind } from '../../src/model/span.ts';
import { childRows } from '../../src/views/traces/nodes.ts';
import { CHILD_PAGE, TraceList } from '../../src/views/traces/traceList.ts';
import { Collected, idOf, nameAt, outline, rowNamed, START, span, spanIdAt } from './support/collected.ts';
import { spansBody } from './support/spanBodies.ts';

const WEB = [['service.name', 'web']] as const;
const SHOP = [['service.name', 'shop']] as const;

const isSet = (columns: TraceColumns, row: number, flag: number) => (columns.flags[row]! & flag) !== 0;

/** What must hold of the rows of any trace, whatever its shape. */
function assertSound(columns: TraceColumns, spans: number): void {
  const { rows, parent, depth, subtree } = columns;
  let shown = 0;
  const ids = new Set<string>();
  const size = new Uint32Array(rows).fill(1);
  for (let row = rows - 1; row >= 0; row--) {
    const above = parent[row]!;
    assert.ok(above < row);
    assert.equal(depth[row], above < 0 ? 0 : depth[above]! + 1);
    if (above >= 0) size[above]! += size[row]!;
    if (isSet(columns, row, RowFlag.missing)) continue;
    shown++;
    ids.add(spanIdAt(columns, row));
  }
  assert.deepEqual(subtree, size);
  assert.equal(shown, spans);
  assert.equal(ids.size, spans);
  assert.equal(columns.spanCount, spans);
}

describe('spans that share an id or come again', () => {
  const collected = Collected.start();

  it('S-13: a server with the id of its client is shown below it with an id of its own, its children below it', async () => {
    const trace = collected.traceId();
    const call = { kind: SpanKind.client, name: 'GET /stock' };
    const serve = { kind: SpanKind.server, name: '/stock' };
    // The server's half first: what is shown does not depend on who was quicker.
    const server = [span(trace, 2, 1, serve), span(trace, 3, 2, { name: 'SELECT' })];
    await collected.send(spansBody(server, SHOP));
    await collected.send(spansBody([span(trace, 1, undefined, { name: 'page' }), span(trace, 2, 1, call)], WEB));
    const columns = await collected.columns(trace);
    assert.deepEqual(outline(columns), ['page', '  GET /stock', '    /stock', '      SELECT']);
    assertSound(columns, 4);
    const row = rowNamed(columns, '/stock');
    assert.notEqual(spanIdAt(columns, row), idOf(2));
    assert.equal(columns.strings[columns.service[row]!], 'shop');
    assert.ok(isSet(columns, row, RowFlag.shared));
    assert.ok(!isSet(columns, rowNamed(columns, 'GET /stock'), RowFlag.updated));

    // Each opens as itself.
    for (const name of ['/stock', 'GET /stock']) {
      const spanId = spanIdAt(columns, rowNamed(columns, name));
      const found = await collected.collector.span(trace, parseSpanId(spanId)!);
      assert.deepEqual([found?.details.name, found?.details.spanId, found?.details.warnings], [name, spanId, []]);
    }
    const whole = await collected.collector.trace(trace);
    assert.deepEqual(whole?.spans.map(each => each.name).sort(), ['/stock', 'GET /stock', 'SELECT', 'page']);

    // What is kept is what was sent.
    const otlp = JSON.parse((await collected.collector.otlp(trace))!);
    const kept = otlp.resourceSpans.flatMap(
      (each: { scopeSpans: { spans: { name: string; spanId: string; parentSpanId?: string }[] }[] }) =>
        each.scopeSpans[0]!.spans,
    ) as { name: string; spanId: string; parentSpanId?: string }[];
    const sent = kept.map(each => [each.name, each.spanId, each.parentSpanId]).sort();
    assert.deepEqual(sent, [
      ['/stock', idOf(2), idOf(1)],
      ['GET /stock', idOf(2), idOf(1)],
      ['SELECT', idOf(3), idOf(2)],
      ['page', idOf(1), undefined],
    ]);
  });

  it('S-15: a span sent again is shown as it ended last, in whatever order it came, and marked', async () => {
    const running = { name: 'in progress', end: 0n };
    const ended = { name: 'done', end: START + 5_000_000n };
    const longer = { name: 'done, with more time', end: START + 9_000_000n };
    for (const order of [
      [running, ended, longer],
      [longer, running, ended],
      [ended, longer, running],
    ]) {
      const trace = collected.traceId();
      for (const version of order) await collected.send(spansBody([span(trace, 1, undefined, version)]));
      const columns = await collected.columns(trace);
      assert.deepEqual(outline(columns), ['done, with more time']);
      assert.equal(columns.flags[0], RowFlag.updated);
      assert.equal(columns.warnings.length, 1);
      const found = await collected.collector.span(trace, parseSpanId(idOf(1))!);
      assert.equal(found?.details.name, 'done, with more time');
      assert.equal(found?.details.durationNano, String(9_000_000n - 1_000n));
    }
  });

  it('S-15: of two versions that end together the row and the details show the same, whatever came first', async () => {
    const shown: string[] = [];
    for (const names of [
      ['one', 'other'],
      ['other', 'one'],
    ]) {
      const trace = collected.traceId();
      for (const name of names) await collected.send(spansBody([span(trace, 1, undefined, { name })]));
      const found = await collected.collector.span(trace, parseSpanId(idOf(1))!);
      shown.push(...outline(await collected.columns(trace)), found!.details.name);
    }
    assert.equal(new Set(shown).size, 1, shown.join());
  });

  it('S-15: a span in progress is shown as such until its end comes', async () => {
    const trace = collected.traceId();
    const before = await collected.columnsOf(trace, [span(trace, 1, undefined, { end: 0n })]);
    assert.equal(before.flags[0], RowFlag.open);
    const after = await collected.columnsOf(trace, [span(trace, 1, undefined)]);
    assert.equal(after.flags[0], RowFlag.updated);
  });

  it('S-35: one span id in two traces is two spans', async () => {
    const [one, other] = [collected.traceId(), collected.traceId()];
    await collected.send(
      spansBody([span(one, 7, undefined, { name: 'here' }), span(other, 7, undefined, { name: 'there' })]),
    );
    assert.deepEqual(outline(await collected.columns(one)), ['here']);
    assert.deepEqual(outline(await collected.columns(other)), ['there']);
    const spanId = parseSpanId(idOf(7))!;
    assert.equal((await collected.collector.span(one, spanId))?.span.name, 'here');
    assert.equal((await collected.collector.span(other, spanId))?.span.name, 'there');
  });

  it('S-35: one trace id from two services is one trace', async () => {
    const trace = collected.traceId();
    await collected.send(spansBody([span(trace, 1, undefined)], WEB));
    await collected.send(spansBody([span(trace, 2, 1)], SHOP));
    const columns = await collected.columns(trace);
    assert.deepEqual(outline(columns), ['span 1', '  span 2']);
    assert.deepEqual(columns.services, ['web', 'shop']);
    const summary = await collected.collector.summary(trace);
    assert.deepEqual([summary?.services, summary?.spanCount], [['shop', 'web'], 2]);
  });

  it('S-35: a trace id in capitals is the same trace', async () => {
    const small = '00000000000000000000000000abcdef';
    const json = (traceId: string, spanId: string, parentSpanId: string) => ({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  traceId,
                  spanId,
                  parentSpanId,
                  name: spanId,
                  startTimeUnixNano: `${START}`,
                  endTimeUnixNano: `${START}`,
                },
              ],
            },
          ],
        },
      ],
    });
    await collected.send(json(small.toUpperCase(), '00000000000000AB', ''));
    await collected.send(json(small, '00000000000000cd', '00000000000000Ab'));
    const columns = await collected.columns(parseTraceId(small)!);
    assert.deepEqual(outline(columns), ['00000000000000AB', '  00000000000000cd']);
    assert.deepEqual([spanIdAt(columns, 0), spanIdAt(columns, 1)], ['00000000000000ab', '00000000000000cd']);
  });
});

describe('parents that are missing or go round', () => {
  const collected = Collected.start();

  it('S-30: orphans stand under a row for the parent they name, and under the parent when it comes', async () => {
    const trace = collected.traceId();
    const root = span(trace, 1, undefined);
    const early = await collected.columnsOf(trace, [root, span(trace, 3, 2), span(trace, 4, 2), span(trace, 6, 5)]);
    assert.deepEqual(outline(early), [
      'span 1',
      `missing parent ${idOf(2)}`,
      '  span 3',
      '  span 4',
      `missing parent ${idOf(5)}`,
      '  span 6',
    ]);
    assertSound(early, 4);
    const missing = rowNamed(early, `missing parent ${idOf(2)}`);
    assert.equal(spanIdAt(early, missing), idOf(2));
    assert.equal(early.flags[missing], RowFlag.missing);
    assert.equal(early.start[missing], early.start[missing + 1]);
    assert.deepEqual(early.warnings, ['3 spans name a parent that has not arrived.']);

    const late = await collected.columnsOf(trace, [span(trace, 2, 1), span(trace, 5, 4)]);
    assert.deepEqual(outline(late), [
      'span 1',
      '  span 2',
      '    span 3',
      '    span 4',
      '      span 5',
      '        span 6',
    ]);
    assert.deepEqual(late.warnings, []);
    assert.ok(late.flags.every(flags => flags === 0));
  });

  it('S-30: the list shows the same, and keeps the selection when the parent comes', async () => {
    const trace = collected.traceId();
    await collected.send(spansBody([span(trace, 1, undefined), span(trace, 3, 2)]));
    const list = new TraceList(collected.collector);
    const open = async () => {
      const found = (await list.children()).find(node => node.kind === 'trace' && node.summary.traceId === trace);
      assert.ok(found);
      return list.children(found);
    };
    const [first, missing] = await open();
    assert.equal(first?.kind === 'span' && nameAt(first.columns, first.row), 'span 1');
    assert.equal(missing?.kind === 'span' && nameAt(missing.columns, missing.row), `missing parent ${idOf(2)}`);
    const [orphan] = await list.children(missing);
    await collected.send(spansBody([span(trace, 2, 1)]));
    const [parent] = await open();
    const [child] = await list.children(parent);
    assert.equal(child?.id, orphan?.id);
  });

  const cycles: [what: string, parents: (number | undefined)[], shown: string[], cuts: number][] = [
    ['a span that is its own parent', [1], ['span 1'], 1],
    ['two that are parents of each other', [2, 1], ['span 1', '  span 2'], 1],
    ['three in a circle', [3, 1, 2], ['span 1', '  span 2', '    span 3'], 1],
    ['a circle with a tail', [2, 1, 2, 3], ['span 1', '  span 2', '    span 3', '      span 4'], 1],
    ['a circle beside a root', [undefined, 3, 2], ['span 1', 'span 2', '  span 3'], 1],
    ['two circles', [2, 1, 4, 3], ['span 1', '  span 2', 'span 3', '  span 4'], 2],
    ['nothing but spans that are their own', [1, 2, 3], ['span 1', 'span 2', 'span 3'], 3],
    ['a tail that comes before its circle', [2, 3, 2], ['span 2', '  span 1', '  span 3'], 1],
  ];
  for (const [what, parents, shown, cuts] of cycles)
    it(`S-31: ${what}: cut at its earliest span, marked, everything shown once`, async () => {
      for (const isReversed of [false, true]) {
        const trace = collected.traceId();
        const spans = parents.map((parent, i) => span(trace, i + 1, parent));
        const columns = await collected.columnsOf(trace, isReversed ? spans.reverse() : spans);
        assert.deepEqual(outline(columns), shown);
        assertSound(columns, parents.length);
        const marked = [...columns.flags.keys()].filter(row => isSet(columns, row, RowFlag.cycle));
        assert.equal(marked.length, cuts);
        assert.ok(marked.every(row => columns.parent[row] === -1));
        assert.equal(columns.warnings.length, 1);
        assert.match(columns.warnings[0]!, /own ancestor/);
      }
    });
});

describe('traces that are deep, long or wide', function () {
  this.timeout(60_000);
  const collected = Collected.start();

  it('S-32: a chain 100,000 deep is shown to its end', async () => {
    const trace = collected.traceId();
    const chain = Array.from({ length: 100_000 }, (_, i) => span(trace, i + 1, i === 0 ? undefined : i));
    // The deepest first, so that every span is an orphan when it comes.
    const columns = await collected.columnsOf(trace, chain.reverse());
    assertSound(columns, 100_000);
    assert.equal(columns.depth.at(-1), 99_999);
    assert.equal(nameAt(columns, 99_999), 'span 100000');
    assert.deepEqual(columns.warnings, []);
    const rows = new VisibleRows(columns);
    rows.collapseAll();
    assert.equal(rows.count, 1);
    assert.equal(rows.reveal(99_999), 99_999);
    assert.ok(rows.guides(99_999).length <= 64);
    const last = await collected.collector.span(trace, parseSpanId(spanIdAt(columns, 99_999))!);
    assert.equal(last?.details.name, 'span 100000');
  });

  it('S-32: a circle of 100,000 spans is cut once', async () => {
    const trace = collected.traceId();
    const circle = Array.from({ length: 100_000 }, (_, i) => span(trace, i + 1, i === 0 ? 100_000 : i));
    const columns = await collected.columnsOf(trace, circle);
    assertSound(columns, 100_000);
    assert.equal(columns.flags[0]! & RowFlag.cycle, RowFlag.cycle);
    assert.equal(columns.flags.filter(flags => flags !== 0).length, 1);
  });

  it('S-34: 100,000 children of one span are all there, and listed a page at a time', async () => {
    const trace = collected.traceId();
    const fan = Array.from({ length: 100_001 }, (_, i) => span(trace, i + 1, i === 0 ? undefined : 1));
    const columns = await collected.columnsOf(trace, fan);
    assertSound(columns, 100_001);
    assert.ok(columns.depth.every((depth, row) => depth === (row === 0 ? 0 : 1)));
    const first = childRows(columns, 0, CHILD_PAGE);
    assert.deepEqual([first.rows.length, first.left], [CHILD_PAGE, 100_000 - CHILD_PAGE]);
    const list = new TraceList(collected.collector);
    const found = (await list.children()).find(node => node.kind === 'trace' && node.summary.traceId === trace);
    const children = await list.children(found);
    assert.equal(children.length, CHILD_PAGE + 1);
    const more = children.at(-1)!;
    assert.deepEqual(more.kind === 'more' && [more.shown, more.left], [CHILD_PAGE, 100_000 - CHILD_PAGE]);
    list.loadMore(more);
    assert.equal((await list.children(found)).length, 2 * CHILD_PAGE + 1);
  });

  it('S-34: 10,000 events of one span are kept; the first thousand are shown, and it is said', async () => {
    const trace = collected.traceId();
    const events = Array.from({ length: 10_000 }, (_, i) => `event ${i}`);
    await collected.send(spansBody([span(trace, 1, undefined, { events })]));
    const found = (await collected.collector.span(trace, parseSpanId(idOf(1))!))!;
    assert.equal(found.details.events.length, 1_000);
    assert.deepEqual(found.details.warnings, [
      'Only the first 1000 of its 10000 events are shown; the raw document has all.',
    ]);
    const raw = JSON.parse((await collected.collector.rawSpan(trace, parseSpanId(idOf(1))!))!);
    assert.equal(raw.events.length, 10_000);
    assert.equal(raw.events[9_999].name, 'event 9999');
  });
});
