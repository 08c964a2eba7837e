import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spanId, TRACE, traceId, traceRequest } from '../harness/requests.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { post, type Server, serve, spanside } from './program.ts';

describe('the reading commands', () => {
  const folder = temporaryFolder();
  let server: Server;
  let storage: string;
  beforeEach(async () => {
    storage = join(folder(), 'store');
    server = await serve(storage);
  });
  afterEach(() => server.kill());

  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line));

  it('lists traces, newest first, limited and filtered', async () => {
    for (let n = 1; n <= 5; n++) {
      const span = {
        spanId: spanId(1),
        traceId: traceId(n),
        name: n === 3 ? 'POST /chat' : `GET /${n}`,
        start: `${n}000000000`,
        error: n === 2,
      };
      await post(server.url, traceRequest([span], n === 4 ? 'stock' : 'shop'));
    }
    const all = await spanside(['traces', '--json', '--storage', storage]);
    assert.deepEqual(
      lines(all.out).map(trace => trace.traceId),
      [5, 4, 3, 2, 1].map(traceId),
    );
    const two = await spanside(['traces', '--json', '--limit', '2', '--storage', storage]);
    assert.equal(lines(two.out).length, 2);
    for (const [query, n] of [
      ['chat', 3],
      ['error', 2],
      ['service:stock', 4],
    ] as const) {
      const found = await spanside(['traces', query, '--json', '--storage', storage]);
      assert.deepEqual(
        lines(found.out).map(trace => trace.traceId),
        [traceId(n)],
        query,
      );
    }
    const words = await spanside(['traces', '-service:stock', 'GET', '-error', '--json', '--storage', storage]);
    assert.deepEqual(
      lines(words.out).map(trace => trace.traceId),
      [5, 1].map(traceId),
      'several words are one query, also where they begin with a minus',
    );
    const text = await spanside(['traces', '--storage', storage]);
    assert.match(text.out.split('\n')[0] ?? '', /^0{31}5.*1 span .*GET \/5/);
  });

  it('finds by attributes, times and structure, prints JSON lines alone, and says when there is more', async () => {
    for (let n = 1; n <= 4; n++) {
      const spans = [
        { spanId: spanId(1), traceId: traceId(n), name: 'root', start: `${1_700_000_000 + 60 * n}000000000` },
        {
          spanId: spanId(2),
          parentSpanId: spanId(1),
          traceId: traceId(n),
          name: `step ${n}`,
          start: `${1_700_000_000 + 60 * n}000000000`,
          attributes: { 'shop.product': n % 2 === 0 ? 'kettle' : 'Sugar Bowl' },
        },
      ];
      await post(server.url, traceRequest(spans, 'shop'));
    }
    const find = (...args: string[]) => spanside(['traces', '--json', '--storage', storage, ...args]);
    const cases: [string[], number[]][] = [
      [['shop.product:"sugar bowl"'], [3, 1]],
      [['shop.product:ket*', '-name:/step [34]/'], [2]],
      [['{ name = "root" } > { .shop.product = "kettle" }'], [4, 2]],
      [['--since', '2023-11-14T22:15:00Z', '--until', '2023-11-14T22:15:30Z'], [2]],
      [
        ['root', 'since:2023-11-14T22:16:00Z'],
        [4, 3],
      ],
      [[traceId(3)], [3]],
      [['nowhere'], []],
    ];
    for (const [args, expected] of cases) {
      const { code, out } = await find(...args);
      assert.equal(code, 0);
      assert.deepEqual(
        lines(out).map(trace => trace.traceId),
        expected.map(traceId),
        args.join(' '),
      );
    }
    for (const query of [[], ['root']]) {
      const some = await find(...query, '--limit', '3');
      assert.equal(lines(some.out).length, 3);
      assert.match(some.err, /There are more/);
      const all = await find(...query, '--limit', '4');
      assert.equal(lines(all.out).length, 4);
      assert.equal(all.err, '');
    }
  });

  it('points at the character of a mistake in a query', async () => {
    const cases: [string[], message: RegExp, query: string, carets: string][] = [
      [
        ['service:shop', 'duration:>soon', 'x'],
        /duration/,
        'service:shop duration:>soon x',
        '                       ^^^^',
      ],
      [['名前 a OR b'], /braces/, '名前 a OR b', '       ^^'],
      [['{ name = "a" } | count() > 2'], /not supported/, '{ name = "a" } | count() > 2', '               ^'],
      [[`${'a'.repeat(90)} key:`], /value/, `…${'a'.repeat(55)} key:`, `${' '.repeat(61)}^`],
    ];
    for (const [query, message, shown, carets] of cases) {
      // Where no store is, the query is looked at all the same.
      const { code, out, err } = await spanside(['traces', ...query, '--storage', join(folder(), 'none')]);
      assert.deepEqual([code, out], [2, '']);
      const [first, second, third] = err.split('\n');
      assert.match(first ?? '', message);
      assert.deepEqual([second, third], [`  ${shown}`, `  ${carets}`]);
    }
    const { code, err } = await spanside(['traces', '--since', 'soon', '--storage', storage]);
    assert.equal(code, 2);
    assert.match(err, /^spanside: --since soon: .*10m/);
  });

  it('shows a trace for people and for programs', async () => {
    const spans = [
      { spanId: spanId(1), name: 'root\u001b[31m', attributes: { a: 'b' } },
      { spanId: spanId(2), parentSpanId: spanId(1), name: 'child', error: true },
      { spanId: spanId(3), parentSpanId: spanId(9), name: 'lost' },
    ];
    await post(server.url, traceRequest(spans));
    const text = await spanside(['trace', TRACE, '--storage', storage]);
    assert.ok(!text.out.includes('\u001b'), 'escape codes reach the terminal');
    assert.match(text.out, /\n {2}child .*error/);
    const json = JSON.parse((await spanside(['trace', TRACE, '--json', '--storage', storage])).out);
    assert.equal(json.spans[0].attributes.a, 'b');
    assert.equal(json.spans[1].parentSpanId, spanId(1));
    assert.equal(json.warnings.length, 1);
  });

  it('explains itself where there is nothing', async () => {
    const cases: [string[], RegExp][] = [
      [['traces', '--storage', join(folder(), 'none')], /no traces in/],
      [['trace', TRACE, '--storage', storage], /no trace/],
      [['trace', 'xyz', '--storage', storage], /no trace id/],
      [['traces', '--workspace', folder()], /No editor with Spanside/],
      [['locate', '--workspace', folder()], /Name one of these/],
      [['locate', '--otlp', join(folder(), 'none'), '--workspace', folder()], /cannot be read/],
    ];
    await post(server.url, traceRequest([{ spanId: spanId(1), traceId: traceId(7) }]));
    for (const [args, message] of cases) {
      const { code, err } = await spanside(args, { HOME: folder() });
      assert.equal(code, 1, args.join(' '));
      assert.match(err, message);
      assert.ok(!err.includes('    at '), `a stack trace: ${err}`);
    }
  });

  it('locates the spans of a file and of a store', async () => {
    const workspace = join(folder(), 'shop');
    mkdirSync(join(workspace, 'src'), { recursive: true });
    writeFileSync(join(workspace, 'src', 'agent.ts'), 'one\ntwo\nthree\n');
    const request = traceRequest([
      {
        spanId: spanId(1),
        name: 'given',
        attributes: { 'code.file.path': join(workspace, 'src', 'agent.ts'), 'code.line.number': '2' },
      },
      { spanId: spanId(2), name: 'nothing' },
      {
        spanId: spanId(3),
        name: 'container',
        attributes: { 'code.filepath': '/app/src/agent.ts', 'code.lineno': '3' },
      },
    ]);
    const file = join(folder(), 'spans.jsonl');
    writeFileSync(file, `${JSON.stringify(request)}\n\n${JSON.stringify(request)}\n`);
    const fromFile = await spanside(['locate', '--otlp', file, '--workspace', workspace, '--json']);
    assert.equal(fromFile.code, 0, fromFile.err);
    const [given, nothing, container] = lines(fromFile.out);
    assert.equal(lines(fromFile.out).length, 6);
    assert.deepEqual([given.tier, given.file, given.line], ['exact', 'src/agent.ts', 2]);
    assert.equal(nothing.tier, 'none');
    assert.deepEqual(
      [container.file ?? container.candidates[0].file, container.candidates[0].line],
      ['src/agent.ts', 3],
    );
    assert.notEqual(container.tier, 'exact');

    await post(server.url, request);
    for (const which of [[TRACE], ['--all']]) {
      const stored = await spanside(['locate', ...which, '--storage', storage, '--workspace', workspace, '--json']);
      assert.deepEqual(
        lines(stored.out)
          .map(line => [line.spanId, line.tier])
          .sort(),
        lines(fromFile.out)
          .slice(0, 3)
          .map(line => [line.spanId, line.tier])
          .sort(),
      );
    }
    const here = await spanside(['locate', TRACE, '--storage', storage, '--json'], {}, workspace);
    assert.equal(lines(here.out).find(line => line.spanId === spanId(1)).file, 'src/agent.ts');
    const text = await spanside(['locate', TRACE, '--storage', storage, '--workspace', workspace]);
    assert.match(text.out, /exact\s+src\/agent\.ts:2/);
  });
});
