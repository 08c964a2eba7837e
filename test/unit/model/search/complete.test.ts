import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completionsAt, type Vocabulary } from '../../../../src/model/search/complete.ts';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import { SearchError } from '../../../../src/model/search/query.ts';

const STORED: Vocabulary = {
  keys: [
    { key: 'service.name', values: ['checkout', 'stock api'] },
    { key: 'http.route', values: ['/users', '/orders/{id}'] },
    { key: 'http.response.status_code', values: ['200', '500'] },
    { key: 'my key', values: ['a"b'] },
    { key: 'name', values: ['n'] },
    { key: 'flag', values: ['true'] },
    { key: 'span:name', values: ['GET /users', 'enqueue'] },
    { key: 'event:name', values: ['exception', 'cache miss'] },
    { key: 'gen_ai.request.model', values: ['gpt-4o', '7'] },
  ],
};
const NOTHING: Vocabulary = { keys: [] };

/** `|` is the cursor. Answers the text after each completion, with `|` behind what was inserted. */
function completedAt(marked: string, vocabulary: Vocabulary): string[] {
  const cursor = marked.indexOf('|');
  const text = marked.slice(0, cursor) + marked.slice(cursor + 1);
  return completionsAt(text, cursor, vocabulary).map(
    ({ insert, from, to }) => `${text.slice(0, from)}${insert}|${text.slice(to)}`,
  );
}

describe('completions of words and terms', () => {
  const all: [text: string, completed: string[]][] = [
    ['serv|', ['service:|', 'service.name:|', 'root.service:|']],
    ['error Serv|', ['error service:|', 'error service.name:|', 'error root.service:|']],
    ['-serv|', ['-service:|', '-service.name:|', '-root.service:|']],
    ['err|', ['error|']],
    ['check|', ['service:checkout|']],
    ['stock|', ['service:"stock api"|']],
    ['route| x', ['http.route:| x']],
    [
      'ro|ute x',
      ['root.name:| x', 'root.service:| x', 'http.route:| x', 'error| x', 'provider:| x', 'environment:| x'],
    ],
    ['"my|', ['"my key":|']],
    ['my k|', ['my kind:|', 'my "my key":|', 'my service:checkout|', 'my service:"stock api"|']],
    ['service:|', ['service:checkout|', 'service:"stock api"|', 'service:*|']],
    ['service:ST|', ['service:"stock api"|']],
    ['service:"st|ock" x', ['service:"stock api"| x']],
    ['-service:ch|', ['-service:checkout|']],
    ['service:checkout|', []],
    ['service:!=|', ['service:!=checkout|', 'service:!="stock api"|']],
    ['http.route:/us|', ['http.route:"/users"|']],
    ['"my key":|', ['"my key":"a\\"b"|', '"my key":*|']],
    ['"name":|', ['"name":n|', '"name":*|']],
    ['name:|', ['name:"GET /users"|', 'name:enqueue|', 'name:*|']],
    ['enq|', ['name:enqueue|']],
    ['root.name:en|', ['root.name:enqueue|']],
    ['event:|', ['event:exception|', 'event:"cache miss"|', 'event:*|']],
    ['span:n|', []],
    ['model:|', ['model:gpt-4o|', 'model:7|', 'model:*|']],
    ['http.response.status_code:>=|', ['http.response.status_code:>=200|', 'http.response.status_code:>=500|']],
    ['http.route:>|', []],
    ['duration:|', ['duration:>100ms|', 'duration:>1s|', 'duration:<10ms|', 'duration:100ms..1s|', 'duration:*|']],
    ['duration:>|', ['duration:>100ms|', 'duration:>1s|', 'duration:>10ms|']],
    ['status:|', ['status:error|', 'status:ok|', 'status:unset|', 'status:*|']],
    ['since:to|', ['since:today|']],
    ['nowhere:|', ['nowhere:*|']],
    ['http://x|', []],
  ];
  for (const [text, completed] of all) it(text, () => assert.deepEqual(completedAt(text, STORED), completed));

  it('are known keys with a line each before anything is stored', () => {
    const offered = completionsAt('', 0, NOTHING);
    assert.deepEqual(
      offered.slice(0, 4).map(({ label }) => label),
      ['error', 'name:', 'service:', 'status:'],
    );
    for (const { detail } of offered) assert.match(detail, /^[A-Z].{5,70}$/);
  });

  it('are of the term that the cursor is in', () => {
    assert.deepEqual(completedAt('service:| error', STORED)[0], 'service:checkout| error');
    assert.deepEqual(completedAt('a | b', NOTHING)[0], 'a error| b');
    assert.deepEqual(completedAt('kin|d:server', NOTHING), ['kind:|']);
  });

  it('explain attributes by their values', () => {
    const vocabulary = { keys: [{ key: 'shade', values: ['x'.repeat(40), 'b', 'c', 'd'] }] };
    const [{ detail } = { detail: '' }] = completionsAt('shad', 4, vocabulary);
    assert.equal(detail, `Attribute: ${'x'.repeat(29)}…, b, c …`);
  });

  it('are at most 50', () => {
    const keys = Array.from({ length: 1_000 }, (_, i) => ({ key: `zz${i}`, values: ['a'] }));
    assert.equal(completionsAt('zz', 2, { keys }).length, 50);
    assert.equal(completionsAt('{ .zz', 5, { keys }).length, 50);
    const values = Array.from({ length: 1_000 }, (_, i) => `v${i}`);
    assert.equal(completionsAt('k:', 2, { keys: [{ key: 'k', values }] }).length, 50);
  });
});

describe('completions in braces', () => {
  const all: [text: string, completed: string[]][] = [
    ['{ .ht|', ['{ .http.route |', '{ .http.response.status_code |']],
    ['{ .fl|ag = 1', ['{ .flag | = 1']],
    ['{ resource.ser|', ['{ resource.service.name |']],
    ['{ span."my|', ['{ span."my key" |']],
    ['{ stat|', ['{ status |', '{ statusMessage |', '{ .http.response.status_code |']],
    ['{ event:|', ['{ event:name |']],
    ['{ .a && kin|', ['{ .a && kind |']],
    ['{ (kin|', ['{ (kind |']],
    ['{ !kin|', ['{ !kind |']],
    ['{ .a |', ['= ', '!= ', '> ', '>= ', '< ', '<= ', '=~ ', '!~ '].map(one => `{ .a ${one}|`)],
    ['{ .a !|', ['{ .a != |', '{ .a !~ |']],
    ['{ status |', ['{ status = |', '{ status != |']],
    ['{ status = |', ['{ status = error|', '{ status = ok|', '{ status = unset|']],
    ['{ status=er|', ['{ status=error|']],
    ['{ .http.route = |', ['{ .http.route = "/users"|', '{ .http.route = "/orders/{id}"|', '{ .http.route = nil|']],
    ['{ .http.route = "/or|', ['{ .http.route = "/orders/{id}"|']],
    ['{ .http.route = "/u|sers" }', ['{ .http.route = "/users"| }']],
    ['{ span.http.response.status_code >= 5|', ['{ span.http.response.status_code >= 500|']],
    ['{ ."my key" = |', ['{ ."my key" = "a\\"b"|', '{ ."my key" = nil|']],
    ['{ name = |', ['{ name = "GET /users"|', '{ name = "enqueue"|', '{ name = nil|']],
    ['{ event:name = "ca|', ['{ event:name = "cache miss"|']],
    ['{ .span|', []],
    ['{ .flag = t|', ['{ .flag = true|']],
    ['{ duration > 1|', ['{ duration > 10ms|', '{ duration > 100ms|', '{ duration > 1s|', '{ duration > 10s|']],
    ['{ .a = 1 |', ['{ .a = 1 && |', '{ .a = 1 || |', '{ .a = 1 }|']],
    ['{ .a = "x" &|', ['{ .a = "x" && |']],
    ['{ .a } |', ['{ .a } && { |', '{ .a } || { |', '{ .a } >> { |', '{ .a } > { |']],
    ['{ .a } >|', ['{ .a } >> { |', '{ .a } > { |']],
    ['({ .a } |', ['({ .a } && { |', '({ .a } || { |', '({ .a } >> { |', '({ .a } > { |']],
    ['{ .a } >> |', ['{ .a } >> { |']],
    ['(|', ['({ |']],
  ];
  for (const [text, completed] of all) it(text, () => assert.deepEqual(completedAt(text, STORED), completed));

  it('are fields with a line each before anything is stored', () => {
    const offered = completionsAt('{', 1, NOTHING);
    assert.ok(offered.some(({ label }) => label === 'duration'));
    for (const { detail } of offered) assert.match(detail, /^[A-Z].{5,70}$/);
  });
});

describe('completions', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({
      unit: fc.constantFrom(
        '{',
        '}',
        '(',
        '"',
        '`',
        '\\',
        ' ',
        '.',
        ':',
        '=',
        '>',
        '!',
        '&',
        '-',
        'k',
        'service',
        'status',
        '5',
        '/',
      ),
    }),
  );
  const vocabulary = fc.record({
    keys: fc.array(fc.record({ key: fc.string({ minLength: 1 }), values: fc.array(fc.string(), { maxLength: 3 }) }), {
      maxLength: 5,
    }),
  });

  it('go on with any text, at any place of it', () => {
    fc.assert(
      fc.property(text, fc.nat(30), vocabulary, (search, cursor, known) => {
        for (const { from, to, insert } of completionsAt(search, cursor, known)) {
          assert.ok(0 <= from && from <= to && to <= search.length && from <= cursor);
          assert.notEqual(insert, '');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('of an empty search and of an empty pair of braces can be gone on with to a search without a mistake', () => {
    fc.assert(
      fc.property(vocabulary, known => {
        for (const { insert } of completionsAt('', 0, known))
          parseSearch(insert.endsWith(':') ? `${insert}*`.replace(/^(since|until):\*$/, '$1:1h') : insert);
        for (const { insert, label } of completionsAt('{ ', 2, known)) {
          try {
            parseSearch(`{ ${insert} != nil }`);
          } catch (error) {
            assert.ok(error instanceof SearchError);
            assert.fail(`${label}: ${error.message}`);
          }
        }
      }),
    );
  });

  it('take time in proportion to a long text', () => {
    for (const part of ['"', '\\"', 'a:', '{ .a = "', '{ ."', '(((', '`', '{ .a = 1 && ']) {
      const long = part.repeat(10_000 / part.length);
      const start = process.cpuUsage();
      completionsAt(long, long.length, STORED);
      completionsAt(`{${long}`, long.length + 1, STORED);
      const { user, system } = process.cpuUsage(start);
      assert.ok(user + system < 500_000, `${part}: ${user + system} µs`);
    }
  });
});
