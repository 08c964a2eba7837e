import assert from 'node:assert/strict';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import { explain } from '../../../../src/views/search/explain.ts';

describe('what a search looks for, in words', () => {
  const cases: [string, string][] = [
    ['', 'any span'],
    ['*', 'any span'],
    ['checkout', 'a span with “checkout”'],
    ['error service:shop', 'a span whose status is error and whose service is shop'],
    ['-health', 'no span with “health”'],
    ['error -name:"GET /health"', 'a span whose status is error; no span whose name is “GET /health”'],
    ['duration:>200ms', 'a span whose duration is above 200 ms'],
    ['duration:1s..2.5s', 'a span whose duration is at least 1 s and whose duration is at most 2.5 s'],
    ['trace.duration:<=1m', 'a span whose trace’s duration is at most 1 min'],
    ['http.route:/api.*/', 'a span whose http.route matches /api.*/'],
    ['name:GET*', 'a span whose name is like GET*'],
    ['http.route:*', 'a span that has http.route'],
    ['resource.region:eu', 'a span whose resource’s region is eu'],
    ['user:jo', 'a span whose user.id (or alike) is jo'],
    ['c0ffee1', 'a span with “c0ffee1”, or with an id that begins so'],
    ['{}', 'any span'],
    [
      '{ name = "a" && (kind = server || kind = client) }',
      'a span whose name is a and (whose kind is server or whose kind is client)',
    ],
    ['{ !(name = "a") }', 'a span not (whose name is a)'],
    ['{ name = "a" } >> { status = error }', 'a span whose status is error somewhere below a span whose name is a'],
    ['{ name = "a" } > { name = "b" }', 'a span whose name is b directly below a span whose name is a'],
    ['{ name = "a" } && { name = "b" }', 'a span whose name is a; a span whose name is b'],
    ['{ name = "a" } || { name = "b" }', 'a span whose name is a or a span whose name is b'],
  ];
  for (const [text, words] of cases) {
    it(text === '' ? '(nothing)' : text, () => assert.equal(explain(parseSearch(text).spans), words));
  }

  it('is short, whatever the search is', () => {
    const long = Array.from({ length: 100 }, (_, i) => `key${i}:${'x'.repeat(90)}`).join(' ');
    const words = explain(parseSearch(long).spans);
    assert.ok(words.length <= 240 && words.endsWith('…'), words);
    assert.ok(!explain(parseSearch('name:"a\u202eb\nc"').spans).match(/[\u202e\n]/));
  });
});
