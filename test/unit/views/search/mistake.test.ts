import assert from 'node:assert/strict';
import { marked, mistakeIn } from '../../../../src/views/search/mistake.ts';

describe('a mistake in the filter box', () => {
  it('is none in what can be searched for', () => {
    for (const text of ['', 'checkout', 'error service:shop', '{ status = error }']) {
      assert.equal(mistakeIn(text), undefined, text);
    }
  });

  const cases: [string, string, boolean][] = [
    ['service:shop duration:>soon error', 'service:shop duration:>▸soon◂ error', false],
    ['service:', 'service:▸◂', true],
    ['name:"GET', 'name:▸"◂GET', false],
    ['a OR b', 'a ▸OR◂ b', false],
    ['{ name = "a" } | count() > 2', '{ name = "a" } ▸|◂ count() > 2', false],
  ];
  for (const [text, excerpt, isUnfinished] of cases) {
    it(`is shown where it is: ${text}`, () => {
      const mistake = mistakeIn(text);
      assert.equal(mistake?.excerpt, excerpt);
      assert.equal(mistake?.isUnfinished, isUnfinished);
      assert.match(mistake?.message ?? '', /^[A-Z].*[.]$/s);
    });
  }

  it('shows of a long text only what is near', () => {
    const text = `${'a'.repeat(100)} wrong ${'b'.repeat(100)}`;
    assert.equal(marked(text, 101, 106), `…${'a'.repeat(39)} ▸wrong◂ ${'b'.repeat(39)}…`);
  });

  it('shows no control characters and no direction overrides', () => {
    assert.equal(marked('a\u202eb\nc d', 4, 5), 'a\ufffdb ▸c◂ d');
  });
});
