import assert from 'node:assert/strict';
import { evaluate, holds, prepare } from '../../../../src/model/search/evaluate.ts';
import { spanMatcher } from '../../../../src/model/search/matcher.ts';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import { type SpanSketch, spanOf, traceOf } from './trace.ts';

type Attributes = NonNullable<SpanSketch['attributes']>;

function finds(text: string, sketch: SpanSketch): boolean {
  return evaluate(parseSearch(text), traceOf([spanOf(sketch)])).length > 0;
}

describe('what a search finds', () => {
  const values: [value: Attributes[number][2], yes: string[], no: string[]][] = [
    [
      'GPT-4',
      [
        'k:gpt-4',
        'k:"GPT-4"',
        'k:gpt*',
        'k:*4',
        'k:*',
        'k:/gpt-\\d/',
        'k:!=x',
        'k:>a',
        '{ .k = "GPT-4" }',
        '{ .k =~ "GPT.*" }',
        '{ .k !~ "gpt.*" }',
      ],
      [
        'k:gpt',
        'k:4',
        'k:/gpt/',
        'k:!=GPT-4',
        'k:>5',
        '{ .k = "gpt-4" }',
        '{ .k > 5 }',
        '{ .k }',
        'k:>h',
        '{ .k < "A" }',
      ],
    ],
    [
      200n,
      [
        'k:200',
        'k:"200"',
        'k:200.0',
        'k:>199',
        'k:<=200',
        'k:100..200',
        'k:2*',
        'k:/2../',
        'k:!=201',
        '{ .k = 200 }',
        '{ .k = "200" }',
        '{ 100 < .k }',
      ],
      ['k:201', 'k:>200', 'k:!=200', 'k:201..', '{ .k = "0200" }'],
    ],
    [
      9_007_199_254_740_993n,
      ['k:9007199254740993', 'k:>9007199254740992', '{ .k = 9007199254740993 }'],
      ['k:9007199254740992', 'k:>9007199254740993'],
    ],
    [1.5, ['k:1.5', 'k:"1.5"', 'k:>1', 'k:1..2', '{ .k = 1.50 }'], ['k:1', 'k:>1.5', 'k:2..3']],
    [200, ['k:200', 'k:"200"'], ['k:200.1', 'k:"200.0"']],
    [
      Number.NaN,
      ['k:*', '-k:NaN'],
      ['k:NaN', 'k:!=1', 'k:>0', 'k:<0', 'k:<=0', 'k:>=0', '{ .k != "x" }', '{ .k !~ "x" }'],
    ],
    [Number.POSITIVE_INFINITY, ['k:>9999999999', 'k:Infinity'], ['k:<1']],
    [
      true,
      ['k:true', 'k:TRUE', '{ .k }', '{ .k = true }', '{ .k != false }', '{ .k = "true" }', 'k:!=1'],
      ['k:false', 'k:1', '{ !.k }', '{ .k = "TRUE" }', 'k:>a'],
    ],
    ['true', ['k:true', '{ .k }', '{ .k = true }'], ['{ .k = false }']],
    ['007', ['k:007', 'k:7', 'k:>6', 'k:7.0'], ['k:"7"', 'k:!=7']],
    ['5s', ['k:5s', 'k:5S', '{ .k = 5s }'], ['k:5000000000', 'k:>1s']],
    ['1e3', ['k:1000', 'k:>999', 'k:1e3'], ['k:"1000"']],
    [5_000_000_000n, ['k:5s', 'k:>4s', '{ .k > 4s }'], ['k:"5s"']],
    ['', ['k:""', 'k:*', 'k:!=x', '{ .k != nil }'], ['k:x', 'k:0', '{ .k = nil }']],
    [
      ['a', 'B', 3n],
      ['k:a', 'k:b', 'k:3', 'k:>2', 'k:!=a', '{ .k = "B" }', 'k:*'],
      ['k:c', 'k:>3', '{ .k = "b" }'],
    ],
    [[['x']], ['k:x'], ['k:y']],
    ['a/b\\c', ['k:/a\\/b\\\\c/', 'k:/a[/]b[\\\\/]c/', 'k:"a/b\\\\c"'], ['k:/a\\/b/', 'k:/a[\\\\]b.c/']],
    [[], ['k:*'], ['k:x', 'k:!=x']],
    [new Uint8Array([97]), ['k:*', 'k:!=a'], ['k:a', 'k:>0', 'k:YQ==']],
    [undefined, ['k:*', 'k:!=x'], ['k:x', 'k:""']],
    ['x'.repeat(20_000), ['k:x*', 'k:/x+/'], ['k:x']],
    ['\u212aelvin', ['k:kelvin', 'k:k*'], ['{ .k = "kelvin" }']],
  ];
  for (const [value, yes, no] of values) {
    it(`by the value ${typeof value === 'string' ? value.slice(0, 20) : String(value)}`, () => {
      const sketch: SpanSketch = { attributes: [['span', 'k', value]] };
      for (const text of yes) assert.equal(finds(text, sketch), true, text);
      for (const text of no) assert.equal(finds(text, sketch), false, text);
    });
  }

  it('by a list in a list, a thousand deep', () => {
    let value: Attributes[number][2] = 'x';
    for (let i = 0; i < 1_000; i++) value = [value];
    assert.equal(finds('k:x', { attributes: [['span', 'k', value]] }), true);
  });

  const span: SpanSketch = {
    id: 'b7ad6b7169203331',
    parent: 'aaaaaaaaaaaaaaaa',
    name: 'SELECT orders',
    service: 'Shop',
    scopeName: 'pg',
    kind: 3,
    status: 2,
    statusMessage: 'Connection refused',
    duration: 150_000_000n,
    events: ['exception', 'retry'],
    texts: ['SELECT orders', 'out of Café'],
    attributes: [
      ['resource', 'where', 'resource'],
      ['scope', 'where', 'scope'],
      ['event', 'where', 'first event'],
      ['event', 'where', 'second event'],
      ['link', 'where', 'link'],
      ['span', 'twice', 'old'],
      ['span', 'twice', 'new'],
      ['resource', 'session.id', 's1'],
      ['span', 'user', 'eve'],
    ],
  };
  const yes = [
    ...['name:"select orders"', 'name:select*', 'service:shop', 'scope:pg', 'kind:client', 'status:error', 'error'],
    ...[
      'message:*refused*',
      'event:retry',
      'event:!=retry',
      'duration:>100ms',
      'duration:100ms..200ms',
      'duration:150ms',
    ],
    ...[
      'trace:0af7',
      'span:b7ad',
      'span:b7ad6b7169203331',
      'b7ad6b7169203331',
      '0af7651916',
      'CAFÉ',
      '"t ord"',
      'orders of',
    ],
    ...['root.name:"post /chat"', 'root.service:shop', 'trace.duration:5s', 'spans:1', '*', 'where:*', 'nowhere:!=*'],
    ...[
      'where:resource',
      'where:scope',
      'where:link',
      'where:"first event"',
      'where:"second event"',
      'event.where:"first event"',
    ],
    ...[
      'resource.where:resource',
      'twice:new',
      'session:s1',
      'user:eve',
      '-event:timeout',
      '-where:*x*',
      'error -ok -name:foo',
    ],
    ...[
      '{ name = "SELECT orders" && kind = client && status = error }',
      '{ resource.where != nil && span.where = nil }',
    ],
    ...['{ duration > 100ms && duration < .2s }', '{ span:parentID = "AAAAAAAAAAAAAAAA" }', '{ event:name = "retry" }'],
    ...['{ traceDuration >= 5s && rootName = "POST /chat" }', '{ true }', '{ !(name = "x") }', '{ .nowhere = nil }'],
    ...[
      '{ false } || {}',
      '{ link.where = "link" }',
      '{ instrumentation.where = "scope" }',
      '{ trace:id =~ "0af7.*" }',
    ],
  ];
  const no = [
    ...[
      'name:select',
      'name:!="select orders"',
      'service:sho',
      'kind:server',
      'status:ok',
      'kind:!=client',
      'event:timeout',
    ],
    ...[
      'duration:>150ms',
      'duration:..100ms',
      'trace:af7',
      'span:7ad',
      '7ad6b71',
      'cafe',
      'spans:>1',
      '-error',
      '-where:*',
    ],
    ...['resource.where:link', 'span.where:*', 'span.where:!=x', 'twice:old', 'session:s2', 'nowhere:*', 'nowhere:!=x'],
    ...[
      '"user":bob',
      'error -café',
      '{ name = "select orders" }',
      '{ false }',
      '{ .nowhere != "x" }',
      '{ .nowhere !~ "x" }',
    ],
    ...['{ .twice = "old" }', '{ kind != client }', '{ span.where = "resource" }', '{ rootServiceName = "Shop" }'],
  ];
  for (const text of yes) it(`${text} finds it`, () => assert.equal(finds(text, span), true));
  for (const text of no) it(`${text} does not find it`, () => assert.equal(finds(text, span), false));

  it('of a log without a span only what it has', () => {
    const log: SpanSketch = { id: '', service: 'shop', texts: ['boom'], attributes: [['span', 'k', 'v']] };
    for (const text of [
      'boom',
      'service:shop',
      'k:v',
      'trace:0af7',
      'root.service:shop',
      'spans:1',
      '{ span.k = "v" }',
    ]) {
      assert.equal(finds(text, log), true, text);
    }
    const nothing = [
      'status:unset',
      'kind:unspecified',
      'duration:<1s',
      'duration:*',
      'name:*',
      '{ span:id != "x" }',
      '{ status != error }',
    ];
    for (const text of nothing) assert.equal(finds(text, log), false, text);
  });

  it('nothing of what was not said or has no name', () => {
    for (const text of [
      'message:*',
      'message:""',
      'service:!=x',
      '{ statusMessage = "" }',
      'span.x:*',
      '{ span:parentID != nil }',
    ]) {
      assert.equal(finds(text, { kind: 99, status: 7 }), false, text);
    }
    for (const text of ['kind:*', 'kind:!=server', 'status:*', '{ status != ok }']) {
      assert.equal(finds(text, { kind: 99, status: 7 }), false, text);
    }
  });

  it('all terms in one span, no denied one in any', () => {
    const trace = traceOf([spanOf({ name: 'a', texts: ['x'] }), spanOf({ name: 'b', texts: ['y'] })]);
    assert.deepEqual(evaluate(parseSearch('name:a x'), trace), [0]);
    assert.deepEqual(evaluate(parseSearch('name:a y'), trace), []);
    assert.deepEqual(evaluate(parseSearch('name:a -y'), trace), []);
    assert.deepEqual(evaluate(parseSearch('name:b -z'), trace), [0, 1]);
    assert.deepEqual(evaluate(parseSearch('{ name = "a" } && { name = "b" }'), trace), [0, 1]);
    assert.deepEqual(evaluate(parseSearch('{ name = "a" } && { name = "c" }'), trace), []);
    assert.deepEqual(evaluate(parseSearch('{ name = "b" } || { name = "c" }'), trace), [1]);
  });

  it('traces that began within the times, ends included', () => {
    const query = { ...parseSearch(''), since: 1_000n, until: 2_000n };
    for (const [start, found] of [
      [999n, 0],
      [1_000n, 1],
      [2_000n, 1],
      [2_001n, 0],
    ] as const) {
      assert.equal(evaluate(query, traceOf([spanOf({})], { start })).length, found);
    }
  });

  // Names are their own ids; each is written with its parent.
  const trees: [spans: string, search: string, found: string][] = [
    ['a b<a c<b d<a', '{ name = "a" } > {}', 'b d'],
    ['a b<a c<b d<a', '{ name = "a" } >> {}', 'b c d'],
    ['a b<a c<b d<a', '{ name = "b" } >> {}', 'c'],
    ['a b<a c<b d<a', '{ name = "a" } > { name = "b" } > {}', 'c'],
    ['a b<a c<b d<a', '{} >> { name = "a" }', ''],
    ['a b<a c<b d<a', '{ name = "x" } >> {}', ''],
    ['a b<a c<b d<a', '{ name = "a" } >> { name = "x" }', ''],
    ['a b<a c<b', '{ name = "a" } >> ({ name = "b" } || { name = "c" })', 'b c'],
    // An orphan has nothing above it.
    ['a b<x c<b', '{} > {}', 'c'],
    ['a b<x c<b', '{ name = "a" } >> {}', ''],
    // Circles, and one that is its own parent.
    ['a<c b<a c<b d<c', '{ name = "a" } >> {}', 'a b c d'],
    ['a<c b<a c<b d<c', '{ name = "a" } > {}', 'b'],
    ['a<a b<a', '{ name = "a" } > {}', 'a b'],
    // An id that two spans have.
    ['a b<a b<x c<b', '{ name = "a" } >> {}', 'b c'],
    ['a b<a b<x c<b', '{ name = "b" } > {}', 'c'],
  ];
  for (const [spans, search, found] of trees) {
    it(`${search} in ${spans}`, () => {
      const trace = traceOf(
        spans.split(' ').map(one => {
          const [name = '', parent = ''] = one.split('<');
          return spanOf({ id: name, name, parent });
        }),
      );
      const names = evaluate(parseSearch(search), trace).map(index => trace.spans[index]!.name);
      assert.equal(names.join(' '), found);
    });
  }

  it('below a chain of 100,000 spans in time', () => {
    const spans = Array.from({ length: 100_000 }, (_, i) =>
      spanOf({ id: `s${i}`, parent: i === 0 ? '' : `s${i - 1}`, name: `${i}` }),
    );
    const test = prepare(parseSearch('{ name = "0" } >> {} >> { name = "99999" }'));
    const start = process.cpuUsage();
    assert.deepEqual(test(traceOf(spans)), [99_999]);
    const { user, system } = process.cpuUsage(start);
    assert.ok(user + system < 5_000_000, `${user + system} µs`);
  });

  it('as deep as a search can be', () => {
    const alternating = Array.from({ length: 997 }, (_, i) => (i % 2 ? '.a && ' : '.a || ')).join('');
    assert.equal(finds(`{ ${alternating}.b }`, { attributes: [['span', 'b', true]] }), true);
    assert.equal(finds(Array(1_000).fill('{}').join('>>'), {}), false);
  });

  it('conditions one by one', () => {
    const condition = { type: 'contains', text: 'Ä' } as const;
    assert.equal(holds(condition, spanOf({ texts: ['x', 'kä'] }), traceOf([])), true);
    assert.equal(holds(condition, spanOf({ texts: ['a'] }), traceOf([])), false);
  });
});

describe('what a search marks within a trace', () => {
  const marks = (text: string, sketch: SpanSketch) => {
    const span = spanOf(sketch);
    return spanMatcher(parseSearch(text))?.(span, traceOf([span]));
  };
  const cases: [text: string, sketch: SpanSketch, marked: boolean | undefined][] = [
    ['', {}, true],
    ['name:a', { name: 'a' }, true],
    ['name:a', { name: 'b' }, false],
    ['-name:a', { name: 'a' }, false],
    ['-name:a', { name: 'b' }, true],
    ['error -name:a', { name: 'b', status: 2 }, true],
    ['error -name:a', { name: 'a', status: 2 }, false],
    ['{ name = "a" }', { name: 'a' }, true],
    ['{}', {}, true],
    ['{} && {}', {}, undefined],
    ['{} || {}', {}, undefined],
    ['{} >> {}', {}, undefined],
    ['{} > {}', {}, undefined],
  ];
  for (const [text, sketch, marked] of cases) {
    it(`${text || '(nothing)'} ${JSON.stringify(sketch)}`, () => assert.equal(marks(text, sketch), marked));
  }
});
