import assert from 'node:assert/strict';
import { RowFlag } from '../../../src/model/columns.ts';
import type { ViewAttribute } from '../../../src/model/viewValue.ts';
import type { ViewFrame } from '../../../src/protocol/details.ts';
import { foldFrames, foreignLabel } from '../../../webview/details/frames.ts';
import { overviewFacts } from '../../../webview/details/overviewFacts.ts';
import { layoutOf } from '../../../webview/layout.ts';
import { readState } from '../../../webview/state/savedState.ts';
import { TraceView } from '../../../webview/state/traceView.ts';
import { textPieces, visibleString } from '../../../webview/ui/visibleText.ts';
import { placeLabels } from '../../../webview/waterfall/barLayout.ts';
import { planMinimap } from '../../../webview/waterfall/minimapPlan.ts';
import { createScrollMap } from '../../../webview/waterfall/scrollMap.ts';
import { columnsOf } from './traces.ts';

const frame = (path: string, own = false): ViewFrame => ({ function: 'f', path, own });
const text = (key: string, value: string): ViewAttribute => ({ key, value: { type: 'string', value } });

describe('createScrollMap', () => {
  it('is the identity while an element can be as tall as the rows', () => {
    const map = createScrollMap(2_400_000, 600);
    assert.deepEqual([map.height, map.ratio, map.toPlace(1234), map.toScrollTop(1234)], [2_400_000, 1, 1234, 1234]);
  });

  it('above that leads from end to end', () => {
    const map = createScrollMap(96_000_000, 600);
    assert.equal(map.height, 8_000_000);
    assert.equal(map.toPlace(0), 0);
    assert.equal(Math.round(map.toPlace(map.height - 600)), 96_000_000 - 600);
    assert.equal(Math.round(map.toPlace(map.toScrollTop(50_000_000))), 50_000_000);
    assert.equal(Math.round(map.toScrollTop(1e12)), map.height - 600);
  });
});

describe('placeLabels', () => {
  const cases: [string, number, number, string | undefined, { label: string; link: string }][] = [
    ['a short bar at the start', 0, 10, 'src/a.ts:1', { label: 'after', link: 'after' }],
    ['a short bar at the end', 290, 300, 'src/a.ts:1', { label: 'after', link: 'before' }],
    ['a bar over all of it', 0, 300, 'src/a.ts:1', { label: 'after', link: 'over' }],
    ['a bar over all of it without a link', 0, 300, undefined, { label: 'after', link: 'after' }],
  ];
  for (const [name, start, end, link, sides] of cases) {
    it(name, () => assert.deepEqual(placeLabels({ start, end, track: 300 }, '842 ms', link, 11), sides));
  }
  it('a label too long for the room behind goes before the bar', () => {
    const sides = placeLabels({ start: 280, end: 300, track: 300 }, 'ends before it starts', undefined, 11);
    assert.equal(sides.label, 'before');
  });
});

describe('visible text', () => {
  const cases: [string, string][] = [
    ['plain text', 'plain text'],
    ['a\u0000b', 'a[NUL]b'],
    ['\u001b[31mred', '[ESC][31mred'],
    ['txt.\u202Eexe', 'txt.[U+202E]exe'],
    ['a\u2066b\u2069', 'a[U+2066]b[U+2069]'],
    ['a\u200Bb\uFEFF', 'a[U+200B]b[U+FEFF]'],
    ['two\nlines\tand', 'two↵lines and'],
    ['👩\u200D👧 مرحبا 你好', '👩\u200D👧 مرحبا 你好'],
  ];
  for (const [given, shown] of cases) it(JSON.stringify(given), () => assert.equal(visibleString(given, 100), shown));

  it('is cut', () => assert.equal(visibleString('abcdef', 3), 'abc…'));
  it('keeps line breaks where there are lines', () => {
    assert.deepEqual(textPieces('a\r\nb'), [{ text: 'a\nb', hidden: false }]);
  });
});

describe('frames', () => {
  it('runs of other code are folded, one’s own are not', () => {
    const runs = foldFrames([frame('a.ts', true), frame('node:x'), frame('node:y'), frame('b.ts', true)]);
    assert.deepEqual(
      runs.map(run => [run.own, run.frames.length]),
      [
        [true, 1],
        [false, 2],
        [true, 1],
      ],
    );
  });

  const labels: [string[], string][] = [
    [['/a/node_modules/fastify/lib/x.js', '/a/node_modules/fastify/lib/y.js'], '2 frames of fastify'],
    [['/a/node_modules/@scope/p/x.js'], '1 frame of @scope/p'],
    [['/a/node_modules/p/x.js', '/a/node_modules/q/x.js'], '2 frames of node_modules'],
    [['C:\\a\\node_modules\\p\\x.js'], '1 frame of p'],
    [['node:internal/timers', 'node:net'], '2 frames of node'],
    [['/venv/lib/python3.12/site-packages/httpx/_client.py'], '1 frame of httpx'],
    [['/go/pkg/mod/google.golang.org/grpc@v1.76.0/server.go'], '1 frame of google.golang.org/grpc'],
    [['java.base/java.lang.Thread', 'org.x.Y'], '2 frames of other code'],
    [['node:net', '/a/node_modules/q/x.js'], '2 frames of other code'],
  ];
  for (const [paths, label] of labels) {
    it(label, () => assert.equal(foreignLabel(paths.map(path => frame(path))), label));
  }
});

describe('overviewFacts', () => {
  const keys = (attributes: ViewAttribute[], category: Parameters<typeof overviewFacts>[1]) =>
    overviewFacts(attributes, category).map(({ key }) => key);

  it('the current name of a thing is shown and its old name is not', () => {
    const sent = [text('http.method', 'GET'), text('http.request.method', 'GET'), text('http.status_code', '200')];
    assert.deepEqual(keys(sent, 'http'), ['http.request.method', 'http.status_code']);
  });
  it('what a program says of its own comes after, where it is short', () => {
    const sent = [
      text('app.big', 'x'.repeat(500)),
      text('app.small', 'x'),
      text('db.statement', 'SELECT 1'),
      text('code.lineno', '1'),
    ];
    assert.deepEqual(keys(sent, 'database'), ['db.statement', 'app.small']);
  });
  it('of a key sent twice the last value counts', () => {
    assert.deepEqual(overviewFacts([text('rpc.method', 'old'), text('rpc.method', 'new')], 'rpc'), [
      text('rpc.method', 'new'),
    ]);
  });
});

describe('readState', () => {
  const whole = {
    version: 1,
    traceId: 'a',
    selected: 'b',
    collapsed: ['c'],
    tab: 'raw',
    nameWidth: 200,
    detailsShare: 0.5,
  };
  it('takes what it wrote', () => assert.deepEqual(readState(whole), whole));
  it('leaves out what is none', () => {
    const odd = {
      version: 1,
      traceId: 'a',
      selected: 5,
      collapsed: ['c', 6],
      tab: {},
      nameWidth: '9',
      detailsShare: Number.NaN,
    };
    assert.deepEqual(readState(odd), { version: 1, traceId: 'a', collapsed: ['c'] });
  });
  for (const none of [undefined, null, 'text', {}, { ...whole, version: 2 }, { ...whole, traceId: 7 }]) {
    it(`is no state: ${JSON.stringify(none)}`, () => assert.equal(readState(none), undefined));
  }
});

describe('layoutOf', () => {
  const cases: [number, number, string][] = [
    [1101, 400, 'beside'],
    [1100, 601, 'below'],
    [1100, 600, 'page'],
    [520, 900, 'page'],
    [521, 900, 'below'],
  ];
  for (const [width, height, mode] of cases) {
    it(`${width} × ${height} is ${mode}`, () => assert.equal(layoutOf({ width, height }, undefined).mode, mode));
  }
  it('a share is held within what both parts need', () => {
    assert.equal(layoutOf({ width: 700, height: 800 }, 0.99).details, 560);
    assert.equal(layoutOf({ width: 700, height: 800 }, 0.01).details, 160);
  });
});

describe('TraceView', () => {
  it('finds every row by its span, and none by another id', () => {
    const columns = columnsOf('shop');
    const trace = new TraceView(columns, 'shop', 0);
    for (let row = 0; row < columns.rows; row++) assert.equal(trace.rowOf(trace.spanIdOf(row)), row);
    assert.equal(trace.rowOf('ffffffffffffffff'), -1);
    assert.equal(trace.rowOf('no id'), -1);
  });

  it('an error starts at the lowest row that has it', () => {
    const columns = columnsOf('shop');
    const trace = new TraceView(columns, 'shop', 0);
    const starting = Array.from({ length: columns.rows }, (_, row) => row).filter(row => trace.startsError(row));
    assert.deepEqual(
      starting.map(row => trace.nameOf(row)),
      ['StockService/Reserve'],
    );
  });

  it('the own stretches of every row add up to its own time', () => {
    for (const name of ['shop', 'names', 'broken'] as const) {
      const columns = columnsOf(name);
      const trace = new TraceView(columns, name, 0);
      for (let row = 0; row < columns.rows; row++) {
        // A row that stands for a missing parent did nothing itself.
        if (trace.has(row, RowFlag.missing)) continue;
        const sum = trace.selfOf(row).reduce((ms, { start, end }) => ms + end - start, 0);
        assert.ok(
          Math.abs(sum - columns.self[row]!) < 1e-6,
          `${name} ${trace.nameOf(row)}: ${sum} ${columns.self[row]}`,
        );
      }
    }
  });

  it('the minimap of many rows draws few, and an error of a line always', () => {
    const trace = new TraceView(columnsOf('large'), 'large', 0);
    const plan = planMinimap(trace, 10);
    assert.ok(plan.length < 200, String(plan.length));
    assert.equal(new Set(plan.filter(line => line.error).map(line => line.y)).size, 10);
    const few = planMinimap(new TraceView(columnsOf('shop'), 'shop', 0), 20);
    assert.equal(new Set(few.map(line => line.row)).size, 13);
  });
});
