import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatAttributeTerm, formatTerm } from '../../../../src/model/search/format.ts';
import { WELL_KNOWN_KEYS } from '../../../../src/model/search/keys.ts';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import type { Field, Literal } from '../../../../src/model/search/query.ts';

/** The field and value of a search that is one comparison. */
function comparison(text: string): { field: Field; value: Literal } {
  const { spans } = parseSearch(text);
  assert.ok(spans.type === 'spans' && spans.condition.type === 'compare', text);
  const { field, operator, value } = spans.condition;
  assert.equal(operator, '=', text);
  return { field, value };
}

const written = (literal: Literal) => (literal.type === 'number' ? literal.text : literal.value);

describe('terms that are written for a value', () => {
  const terms: [key: string, value: string, term: string][] = [
    ['service', 'shop', 'service:shop'],
    ['service', 'stock api', 'service:"stock api"'],
    ['name', 'GET /users', 'name:"GET /users"'],
    ['name', 'a"b\\c', 'name:"a\\"b\\\\c"'],
    ['name', 'gpt*', 'name:"gpt*"'],
    ['name', '>5', 'name:">5"'],
    ['name', '/users', 'name:"/users"'],
    ['name', '-x', 'name:"-x"'],
    ['name', 'a..b', 'name:"a..b"'],
    ['name', '', 'name:""'],
    ['http.route', 'users/5', 'http.route:users/5'],
    ['http.status', '200', 'http.status:200'],
    ['k', '-5', 'k:-5'],
    ['k', '007', 'k:"007"'],
    ['k', '5m', 'k:"5m"'],
    ['k', '9007199254740993', 'k:"9007199254740993"'],
    ['k', 'http://x:80/', 'k:http://x:80/'],
    ['my key', 'x', '"my key":x'],
    ['1st', 'x', '"1st":x'],
    ['a:b', 'x', '"a:b":x'],
    ['-k', 'x', '"-k":x'],
    ['status', 'error', 'status:error'],
    ['duration', '>200ms', 'duration:>200ms'],
    ['duration', '5ms', 'duration:5ms'],
    ['trace', '0af7651916cd43dd8448eb211c80319c', 'trace:0af7651916cd43dd8448eb211c80319c'],
    ['since', '2026-01-31 14:00', 'since:"2026-01-31 14:00"'],
  ];
  for (const [key, value, term] of terms) {
    it(term, () => {
      assert.equal(formatTerm(key, value), term);
      assert.doesNotThrow(() => parseSearch(term));
    });
  }

  const attributes: [key: string, term: string][] = [
    ['http.route', 'http.route:x'],
    ['name', '"name":x'],
    ['Service', '"Service":x'],
    ['rootName', '"rootName":x'],
    ['span.kind', '"span.kind":x'],
    ['event.name', '"event.name":x'],
    ['spans.x', 'spans.x:x'],
  ];
  for (const [key, term] of attributes) it(term, () => assert.equal(formatAttributeTerm(key, 'x'), term));

  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('"', '\\', '*', ' ', ':', '/', '-', '>', '=', '.', 'a', '1', 's', '(', '{', '\n'),
      maxLength: 8,
    }),
    fc.constantFrom(
      'name',
      'error',
      'OR',
      '5s',
      '1.5k',
      '1..2',
      '*',
      '..',
      'span.x',
      '//',
      'constructor',
      '\u2028',
      '1e5',
    ),
    fc.double().map(String),
  );

  it('find just that value of just that attribute', () => {
    const key = anything.filter(text => text !== '');
    fc.assert(
      fc.property(key, anything, (name, value) => {
        const found = comparison(formatAttributeTerm(name, value));
        assert.deepEqual(found.field, { type: 'attribute', scope: 'any', keys: [name] });
        assert.ok(
          found.value.type === 'text' || (found.value.type === 'number' && String(found.value.value) === value),
        );
        assert.equal(written(found.value), value);
      }),
      { numRuns: 2_000 },
    );
  });

  it('find just that value of a well-known field, also denied and next to others', () => {
    const key = fc.constantFrom(...WELL_KNOWN_KEYS.filter(({ kind }) => kind === 'text'));
    fc.assert(
      fc.property(key, anything, ({ key: name, field }, value) => {
        const term = formatTerm(name, value);
        const found = comparison(term);
        assert.deepEqual(found.field, field);
        assert.equal(written(found.value), value);
        const { spans } = parseSearch(`a -${term} ${term}`);
        assert.ok(spans.type === 'and' && spans.parts.length === 2, term);
      }),
      { numRuns: 1_000 },
    );
  });
});
