import assert from 'node:assert/strict';
import { RowFlag } from '../../../src/model/columns.ts';
import { spanLabel, spanTooltip, traceLabel, traceTooltip } from '../../../src/views/traces/labels.ts';
import { columns, NOW, type Row, summary } from './builders.ts';

describe('the row of a trace', () => {
  it('says name, duration, age, spans and service', () => {
    const row = traceLabel(summary(), NOW, false);
    assert.equal(row.label, 'POST /chat');
    assert.equal(row.description, '2.41 s · 12 s · 24 spans · shop');
    assert.deepEqual([row.icon, row.error, row.context], ['globe', false, 'trace']);
  });

  it('leaves the service to the group it stands in', () => {
    assert.equal(traceLabel(summary(), NOW, true).description, '2.41 s · 12 s · 24 spans');
  });

  it('marks errors for the eye, the menu and the ear', () => {
    const row = traceLabel(summary({ errorCount: 1 }), NOW, true);
    assert.deepEqual([row.icon, row.error, row.context], ['error', true, 'trace.error']);
    assert.equal(row.spoken, 'Trace POST /chat, 2.41 s, 12 s, 24 spans, 1 error');
  });

  it('says that it is pinned, to the eye, the menu and the ear', () => {
    const row = traceLabel(summary({ pinned: true }), NOW, false);
    assert.equal(row.description, 'pinned · 2.41 s · 12 s · 24 spans · shop');
    assert.equal(row.context, 'trace.pinned');
    assert.match(row.spoken, /^Trace POST \/chat, pinned, /);
    assert.equal(traceLabel(summary({ pinned: true, errorCount: 1 }), NOW, false).context, 'trace.error.pinned');
    assert.ok(traceTooltip(summary({ pinned: true }), 'now').some(line => /^Pinned: /.test(line)));
    assert.ok(!traceTooltip(summary(), 'now').some(line => /pinned/i.test(line)));
  });

  const odd: [string, Parameters<typeof summary>[0], Partial<ReturnType<typeof traceLabel>>][] = [
    ['no name', { name: '' }, { label: '(no name)' }],
    ['one span', { spanCount: 1, service: '' }, { description: '2.41 s · 12 s · 1 span' }],
    ['reversed times', { endTimeUnixNano: 0n, service: '' }, { description: '0 ms · 12 s · 24 spans' }],
    ['a name with line breaks', { name: 'a\nb\u001b[31mc' }, { label: 'a b\ufffd[31mc' }],
    ['another kind of name', { name: 'nightly' }, { icon: 'pulse' }],
    ['a method inside a name', { name: 'POSTGRES query' }, { icon: 'pulse' }],
  ];
  for (const [what, changes, expected] of odd) {
    it(`bears ${what}`, () => {
      const row = traceLabel(summary(changes), NOW, false);
      for (const [key, value] of Object.entries(expected)) assert.equal(row[key as keyof typeof row], value);
    });
  }

  it('cuts a long name', () => {
    assert.ok(traceLabel(summary({ name: 'x'.repeat(100_000) }), NOW, false).label.length <= 120);
  });
});

describe('the row of a span', () => {
  const cases: [string, Row, string[]][] = [
    ['plain', { name: 'work', duration: 842 }, ['work', '842 ms', 'symbol-method', 'span']],
    ['a model call', { name: 'chat', category: 'model' }, ['chat', '1 ms', 'sparkle', 'span']],
    ['HTTP in', { name: 'GET /', category: 'http', kind: 2 }, ['GET /', '1 ms', 'globe', 'span']],
    ['HTTP out', { name: 'GET', category: 'http', kind: 3 }, ['GET', '1 ms', 'cloud-upload', 'span']],
    ['an error', { name: 'x', flags: RowFlag.error }, ['x', '1 ms', 'error', 'span.error']],
    ['a place', { name: 'x', flags: RowFlag.hasCode }, ['x', '1 ms', 'symbol-method', 'span.hasSource']],
    [
      'an exception',
      { name: 'x', flags: RowFlag.error | RowFlag.hasException },
      ['x', '1 ms', 'error', 'span.error.hasSource'],
    ],
    ['no end', { name: 'x', flags: RowFlag.open }, ['x', 'not ended', 'symbol-method', 'span']],
    [
      'a parent that never arrived',
      { name: 'missing parent', flags: RowFlag.missing },
      ['missing parent', 'not arrived', 'question', 'missing'],
    ],
  ];
  for (const [what, row, expected] of cases) {
    it(`shows ${what}`, () => {
      const { label, description, icon, context } = spanLabel(columns([row]), 0);
      assert.deepEqual([label, description, icon, context], expected);
    });
  }
});

describe('tooltips', () => {
  it('of a trace count what there is and leave out what there is not', () => {
    assert.deepEqual(traceTooltip(summary({ services: [''], hasRoot: false, logCount: 2 }), 'today 12:00:00'), [
      'POST /chat',
      '2.41 s, 24 spans, started today 12:00:00',
      '2 log records',
      'Its root span has not arrived.',
      'Trace 0af7651916cd43dd8448eb211c80319c',
    ]);
    const services = Array.from({ length: 10 }, (_, i) => `s${i}`);
    assert.ok(traceTooltip(summary({ services }), '').includes('Services: s0, s1, s2, s3, s4, s5, s6, s7 and 2 more'));
  });

  it('of a span tell what is odd about it', () => {
    const lines = spanTooltip(columns([{ name: 'x', flags: RowFlag.reversed | RowFlag.cycle }]), 0);
    assert.ok(lines.includes('It ends before it starts.'));
    assert.ok(lines.some(line => line.includes('leads back to itself')));
    assert.equal(lines.length, 5);
  });
});
