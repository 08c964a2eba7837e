import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSearch } from '../../../src/model/search/parse.ts';
import { SearchError } from '../../../src/model/search/query.ts';

const RUNS = process.env['SPANSIDE_LONG'] === undefined ? 4_000 : 400_000;

/** What queries are made of, so that what is put together of it goes a long way through the parser. */
const PIECES = [
  ...['{', '}', '(', ')', '"', '`', '\\', '/', '*', '-', '!', '=', '!=', '<', '<=', '>', '>=', '=~', '!~', '&&', '||'],
  ...['>>', '|', '&', '~', '..', '.', ',', ':', ' ', '\t', '\n', 'nil', 'true', 'error', 'name', 'duration', 'status'],
  ...['span.', 'resource.', 'event:name', 'trace:id', '.http.status', 'since:', 'until:10m', 'name:', 'kind:server'],
  ...[
    'duration:>',
    '1s',
    '5',
    '1.5k',
    '0x1',
    '9'.repeat(40),
    '1e999',
    '-5',
    'NaN',
    'user',
    '__proto__',
    'constructor:x',
  ],
  ...[
    '"a b"',
    '`x`',
    '/a+/',
    '(a+)+',
    '[',
    'ü',
    '日本',
    '\ud83d\ude00',
    '\ud800',
    '\u0000',
    '\u202e',
    'OR',
    'AND',
    'trace:abc',
  ],
];

/** Whether it can be read; where not, checks what it says. */
function reads(query: string): boolean {
  try {
    parseSearch(query);
    return true;
  } catch (error) {
    assert.ok(error instanceof SearchError, `${JSON.stringify(query.slice(0, 200))}: ${String(error)}`);
    const { position, end, message } = error;
    assert.ok(Number.isInteger(position) && Number.isInteger(end), message);
    // What is missing at the end stands one behind it.
    assert.ok(position >= 0 && position < end && end <= query.length + 1, `${position} to ${end} of ${query.length}`);
    assert.match(message, /^[\s\S]{10,1000}[.;)]$/);
    return false;
  }
}

describe('any text as a search', () => {
  it('is read, or its mistake is pointed at', () => {
    let read = 0;
    const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 24 }).map(all => all.join(''));
    const texts = fc.oneof(pieces, pieces, fc.string({ unit: 'binary' }), fc.string());
    fc.assert(
      fc.property(texts, text => {
        if (reads(text)) read++;
      }),
      { numRuns: RUNS },
    );
    // Both happen, so both are looked at.
    assert.ok(read > RUNS / 20 && read < RUNS, `${read} of ${RUNS} could be read`);
  });

  const braces = fc.array(fc.constantFrom(...PIECES), { maxLength: 16 });
  it('is so within braces too', () => {
    fc.assert(
      fc.property(braces, braces, (first, second) => {
        reads(`{ ${first.join(' ')} }`);
        reads(`({ .a = 1 ${first.join('')}} ${second.join(' ')})`);
      }),
      { numRuns: RUNS },
    );
  });

  const many = (text: string, times: number) => text.repeat(times);
  const texts: [string, string][] = [
    ['10,000 letters', many('x', 10_000)],
    ['more letters than are taken', many('x', 10_001)],
    ['a million letters', many('x', 1_000_000)],
    ['10,000 blanks', many(' ', 10_000)],
    ['open parentheses', many('(', 5_000)],
    ['open parentheses in braces', `{ ${many('(', 5_000)}`],
    ['closed parentheses in braces', `{ ${many('(', 4_000)}.a = 1${many(')', 4_000)} }`],
    ['denials in braces', `{ ${many('!', 5_000)}(.a = 1) }`],
    ['braces in braces', many('{', 5_000)],
    ['parentheses around braces', `${many('(', 4_000)}{ }${many(')', 4_000)}`],
    ['conditions without end', `{ .a = 1${many(' && .a = 1', 900)} }`],
    ['sets without end', `{ }${many(' >> { }', 1_200)}`],
    ['words without end', many('a ', 5_000)],
    ['minus signs', many('-', 9_000)],
    ['quotes', many('"', 9_999)],
    ['backslashes in a quote', `"${many('\\', 9_000)}`],
    ['stars', `name:${many('*a', 4_000)}*`],
    ['a long regular expression', `name:/${many('a?', 4_000)}/`],
    ['a deep regular expression', `name:/${many('(', 3_000)}a${many(')', 3_000)}/`],
    ['a long number', `a:>${many('9', 9_000)}`],
    ['a long duration', `duration:>${many('1h', 4_000)}`],
    ['a long range', `a:1..${many('9', 9_000)}`],
  ];
  for (const [title, text] of texts) {
    it(`is answered at once where it is of ${title}`, () => {
      const began = performance.now();
      reads(text);
      assert.ok(performance.now() - began < 500);
    });
  }

  it('is taken up to 10,000 characters', () => {
    assert.ok(reads('x'.repeat(10_000)));
    assert.ok(!reads('x'.repeat(10_001)));
  });
});
