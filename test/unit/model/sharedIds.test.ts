import assert from 'node:assert/strict';
import { assembleTrace } from '../../../src/model/assemble.ts';
import { RowFlag } from '../../../src/model/columns.ts';
import { distinctSpans } from '../../../src/model/distinct.ts';
import { groupVersions, separateSharedIds } from '../../../src/model/sharedIds.ts';
import { SpanKind } from '../../../src/model/span.ts';
import { head, idOf, nameAt, outline, rowNamed, spanIdAt, TRACE_ID } from './heads.ts';

const { unspecified, internal, server, client, producer, consumer } = SpanKind;

describe('contents under one id', () => {
  const cases: [string, [number, string][], number[][]][] = [
    [
      'the same kind and service',
      [
        [client, 'a'],
        [client, 'a'],
      ],
      [[0, 1]],
    ],
    [
      'the same kind of another service: its resource has changed',
      [
        [internal, 'a'],
        [internal, 'b'],
      ],
      [[0, 1]],
    ],
    [
      'a kind that came with the end',
      [
        [unspecified, 'a'],
        [server, 'a'],
      ],
      [[0, 1]],
    ],
    [
      'client and server',
      [
        [client, 'a'],
        [server, 'b'],
      ],
      [[0], [1]],
    ],
    [
      'server and client',
      [
        [server, 'b'],
        [client, 'a'],
      ],
      [[1], [0]],
    ],
    [
      'client and server of one service, which calls itself',
      [
        [client, 'a'],
        [server, 'a'],
      ],
      [[0], [1]],
    ],
    [
      'client and server that name no service',
      [
        [client, ''],
        [server, ''],
      ],
      [[0], [1]],
    ],
    [
      'producer and consumer',
      [
        [consumer, 'b'],
        [producer, 'a'],
      ],
      [[1], [0]],
    ],
    [
      'another kind of another service',
      [
        [internal, 'a'],
        [server, 'b'],
      ],
      [[0], [1]],
    ],
    [
      'each side sent again',
      [
        [server, 'b'],
        [client, 'a'],
        [unspecified, 'b'],
        [client, 'a'],
      ],
      [
        [1, 3],
        [0, 2],
      ],
    ],
    ['one content', [[server, 'a']], [[0]]],
  ];
  for (const [what, versions, groups] of cases) {
    it(what, () => {
      const given = versions.map(([kind, service]) => ({ kind, service }));
      assert.deepEqual(
        groupVersions(given).map(group => [...group].sort()),
        groups,
      );
    });
  }
});

describe('spans that share an id', () => {
  const root = head(1, undefined, 0, 100, { service: 'web', kind: server });
  const calling = head(2, 1, 10, 90, { service: 'web', kind: client, name: 'call' });
  const called = head(2, 1, 20, 80, { service: 'shop', kind: server, name: 'serve' });
  const below = head(3, 2, 30, 70, { service: 'shop', name: 'work' });
  const beside = head(4, 2, 12, 15, { service: 'web', name: 'look up the address' });
  const all = [root, calling, called, below, beside];

  it('stand below their caller, what they did below them', () => {
    const columns = assembleTrace(TRACE_ID, all);
    assert.deepEqual(outline(columns), ['span 1', '  call', '    look up the address', '    serve', '      work']);
    const [call, serve] = [rowNamed(columns, 'call'), rowNamed(columns, 'serve')];
    assert.equal(spanIdAt(columns, call), idOf(2));
    assert.notEqual(spanIdAt(columns, serve), idOf(2));
    assert.equal(columns.flags[serve], RowFlag.shared);
    assert.equal(columns.flags[call], 0);
    assert.equal(columns.spanCount, 5);
    assert.deepEqual(columns.warnings, [
      '1 span was sent with the ID of its caller; it is shown below the caller with an ID of its own.',
    ]);
  });

  it('look the same whatever came first, and whatever else is there', () => {
    const columns = assembleTrace(TRACE_ID, all);
    assert.deepEqual(assembleTrace(TRACE_ID, [...all].reverse()), columns);
    const more = assembleTrace(TRACE_ID, [head(9, undefined, 0, 1), ...all]);
    assert.equal(spanIdAt(more, rowNamed(more, 'serve')), spanIdAt(columns, rowNamed(columns, 'serve')));
  });

  it('are updated each for itself', () => {
    const started = { ...called, endTimeUnixNano: 0n, name: 'starting' };
    const columns = assembleTrace(TRACE_ID, [root, called, calling, started, below]);
    assert.deepEqual(outline(columns), ['span 1', '  call', '    serve', '      work']);
    assert.equal(columns.flags[rowNamed(columns, 'serve')], RowFlag.shared | RowFlag.updated);
    assert.equal(columns.flags[rowNamed(columns, 'call')], 0);
  });

  it('have the logs of the id, both', () => {
    const columns = assembleTrace(TRACE_ID, all, { logs: new Map([[idOf(2), 1]]) });
    const logged = [...columns.flags.keys()].filter(row => (columns.flags[row]! & RowFlag.hasLogs) !== 0);
    assert.deepEqual(
      logged.map(row => nameAt(columns, row)),
      ['call', 'serve'],
    );
  });

  it('leave what was given as it was, and say which of it each span is', () => {
    const given = structuredClone(all);
    const { spans, from, shared } = distinctSpans(given);
    assert.deepEqual(given, all);
    assert.deepEqual([...from], [0, 1, 2, 3, 4]);
    assert.deepEqual([...shared.values()], [idOf(2)]);
    assert.equal(spans[3]?.parentSpanId, spans[2]?.spanId);
    assert.equal(spans[4]?.parentSpanId, idOf(2));
  });

  it('never take an id that another span has', () => {
    const [taken] = separateSharedIds(all).shared.keys();
    const other = { ...head(5, 1, 0, 1), spanId: taken! };
    const [own] = separateSharedIds([...all, other]).shared.keys();
    assert.notEqual(own, taken);
    assert.equal(distinctSpans([...all, other]).spans.length, 6);
  });

  it('may do so at every step of a call', () => {
    const hop = (n: number, from: string, to: string) => [
      head(n, n - 1, n, 200 - n, { service: from, kind: client, name: `${from} calls ${to}` }),
      head(n, n - 1, n + 0.5, 199 - n, { service: to, kind: server, name: `${to} serves` }),
    ];
    const columns = assembleTrace(TRACE_ID, [root, ...hop(2, 'web', 'shop'), ...hop(3, 'shop', 'stock')]);
    assert.deepEqual(outline(columns), [
      'span 1',
      '  web calls shop',
      '    shop serves',
      '      shop calls stock',
      '        stock serves',
    ]);
  });
});
