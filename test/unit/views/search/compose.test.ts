import assert from 'node:assert/strict';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import {
  hasErrors,
  isTimed,
  slowerThan,
  withErrors,
  withoutTimes,
  withValue,
} from '../../../../src/views/search/compose.ts';

describe('changing a search by buttons and menus', () => {
  const errors: [without: string, withErrors: string][] = [
    ['', 'error'],
    ['service:shop', 'error service:shop'],
    ['name:"GET  /error" -health', 'error name:"GET  /error" -health'],
    ['http.route:/a b/', 'error http.route:/a b/'],
    ['{ name = "a" }', '{ name = "a" } && { status = error }'],
    ['{ name = "a" } || { name = "b" }', '{ name = "a" } || { name = "b" } && { status = error }'],
  ];
  for (const [without, wanted] of errors) {
    it(`asks for errors only, and no longer: ${without || '(nothing)'}`, () => {
      assert.equal(hasErrors(without), false);
      assert.equal(withErrors(without, true), wanted);
      assert.equal(hasErrors(wanted), true);
      assert.equal(withErrors(wanted, false), without);
      parseSearch(wanted);
    });
  }

  it('knows every way to ask for errors', () => {
    for (const text of ['errors', 'ERROR', 'a status:error b', '{ status = error }', '{name="a"}&&{status=error}']) {
      assert.equal(hasErrors(text), true, text);
      assert.equal(hasErrors(withErrors(text, false)), false, text);
    }
    for (const text of ['"error"', '-error', 'name:error', 'status:!=error', '"status":error', '{ .error = true }']) {
      assert.equal(hasErrors(text), false, text);
    }
    assert.equal(withErrors('-error shop', true), 'error shop', 'both at once would find nothing');
  });

  const values: [text: string, key: 'service' | 'name', value: string, wanted: string][] = [
    ['', 'service', 'shop', 'service:shop'],
    ['error service:stock x', 'service', 'shop', 'error x service:shop'],
    ['service:stock', 'name', 'GET /users', 'service:stock name:"GET /users"'],
    ['-service:stock', 'service', 'shop', '-service:stock service:shop'],
    ['"service":stock', 'service', 'shop', '"service":stock service:shop'],
    ['{ status = error }', 'service', 'sh"op', '{ status = error } && { resource.service.name = "sh\\"op" }'],
    ['{ status = error }', 'name', 'a\nb', '{ status = error } && { name = "a\\nb" }'],
  ];
  for (const [text, key, value, wanted] of values) {
    it(`asks for ${key} ${JSON.stringify(value)} with ${text || '(nothing)'}`, () => {
      assert.equal(withValue(text, key, value), wanted);
      parseSearch(wanted);
    });
  }

  it('asks for what is slower', () => {
    assert.equal(slowerThan('', '200ms'), 'duration:>200ms');
    assert.equal(slowerThan('error duration:>1s', '200ms'), 'error duration:>200ms');
    assert.equal(slowerThan('{ status = error }', '1.5s'), '{ status = error } && { duration > 1.5s }');
  });

  it('takes the times out of a search', () => {
    assert.equal(isTimed({ text: 'error since:10m' }), true);
    assert.equal(isTimed({ text: '{ }', range: { until: 'today' } }), true);
    assert.equal(isTimed({ text: '"since":10m' }), false);
    assert.equal(withoutTimes('error since:10m until:"2026-01-31 14:00" x'), 'error x');
    assert.equal(withoutTimes('"since":10m'), '"since":10m');
    assert.equal(withoutTimes('{ name = "since:10m" }'), '{ name = "since:10m" }');
  });
});
