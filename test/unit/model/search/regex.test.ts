import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LinearMatcher } from '../../../../src/model/search/regex/linear.ts';
import { parsePattern } from '../../../../src/model/search/regex/pattern.ts';
import { programOf } from '../../../../src/model/search/regex/program.ts';
import { patternProblem, regexTest, splitFlags } from '../../../../src/model/search/regex/regex.ts';

function linear(pattern: string, flags: string): (text: string) => boolean {
  const matcher = new LinearMatcher(programOf(parsePattern(pattern), flags), flags);
  return text => matcher.test(text);
}

describe('regular expressions of a search', () => {
  const taken = [
    '',
    'a',
    '(a+)+',
    '(?:a|b)*',
    '(?<n>a)',
    '[\\]a]',
    '\\p{L}',
    '\\u{1f600}',
    'a{2,3}?',
    '^a$',
    '\\bx\\b',
    '\\/',
  ];
  for (const pattern of taken) {
    it(`takes /${pattern}/`, () => assert.equal(patternProblem(pattern), undefined));
  }

  const refused: [pattern: string, message: RegExp][] = [
    ['(', /cannot be read \(unterminated group\); .*need a \\ in front/],
    ['a{', /cannot be read/],
    ['*', /cannot be read \(nothing to repeat\)/],
    ['[b-a]', /cannot be read/],
    ['\\z', /cannot be read/],
    ['(?P<n>a)', /cannot be read/],
    ['(?=a)', /looks ahead or behind/],
    ['a(?!b)', /looks ahead or behind/],
    ['(?<=a)b', /looks ahead or behind/],
    ['(?<!a)b', /looks ahead or behind/],
    ['(?i:a)', /sets flags/],
    ['(a)\\1', /cannot refer back/],
    ['(?<n>a)\\k<n>', /cannot refer back/],
    ['(a{1000}){1000}', /too large/],
    [`${'('.repeat(101)}${')'.repeat(101)}`, /100 deep/],
  ];
  for (const [pattern, message] of refused) {
    it(`refuses /${pattern.slice(0, 20)}/`, () => assert.match(patternProblem(pattern) ?? '', message));
  }

  const values: [pattern: string, ignoreCase: boolean, yes: string[], no: string[]][] = [
    ['a', false, ['a'], ['A', 'aa', '', 'ab']],
    ['gpt-.*', true, ['gpt-4', 'GPT-4o'], ['a gpt-4', 'gpt']],
    ['.*timeout.*', false, ['timeout', 'a\ntimeout\nb', 'x timeout'], ['time out', 'Timeout']],
    ['(GET|POST)( /.*)?', false, ['GET', 'POST /x/y'], ['PUT', 'GETx']],
    ['(a+)+', false, ['a', 'aaa'], ['', 'ab']],
    ['[^a-c]', false, ['d', '😀'], ['a', 'dd']],
    ['.', false, ['a', '\n', '😀', '\ud800'], ['', 'ab']],
    ['\\bfoo\\b.*\\bbar\\b', false, ['foo bar', 'foo, bar'], ['foobar', 'foo xbar']],
    ['^a.*z$', false, ['az', 'a z'], ['b az']],
    ['a|^b|c$', false, ['a', 'b', 'c'], ['d', 'ab']],
    ['x{2,3}y{0,}', false, ['xx', 'xxxyy'], ['x', 'xxxx']],
    ['(?:){1000000000}a', false, ['a'], ['']],
    ['\\u{1f600}+', false, ['😀', '😀😀'], ['😁']],
    ['\\ud83d\\ude00', false, ['😀'], ['\ud83d']],
  ];
  for (const [pattern, ignoreCase, yes, no] of values) {
    it(`/${pattern}/${ignoreCase ? 'i' : ''} matches whole values, either way of matching`, () => {
      for (const test of [regexTest(pattern, ignoreCase), linear(pattern, ignoreCase ? 'isu' : 'su')]) {
        for (const text of yes) assert.equal(test(text), true, text);
        for (const text of no) assert.equal(test(text), false, text);
      }
    });
  }

  it('tests no more than the first 16,384 characters', () => {
    assert.equal(regexTest('a*', false)(`${'a'.repeat(16_384)}b`), true);
    assert.equal(regexTest('a*', false)(`${'a'.repeat(16_383)}b`), false);
  });

  const explosive = [
    '(a+)+b',
    '(a|a)*b',
    '.*.*.*.*.*=',
    '(a?){50}a{50}b',
    '(.*a){20}b',
    '\\b(\\w+\\s?)*!',
    '(x+x+)+y|a*c',
  ];
  for (const pattern of explosive) {
    it(`/${pattern}/ takes no longer than its value is long`, () => {
      const test = regexTest(pattern, false);
      const start = process.cpuUsage();
      assert.equal(test('a'.repeat(16_000)), false);
      const { user, system } = process.cpuUsage(start);
      assert.ok(user + system < 2_000_000, `${user + system} µs`);
    });
  }

  it('does not keep more states than it may', () => {
    // One state for each set of places at which an x stood within the last twelve characters.
    const test = regexTest('.*x.{12}', false);
    let text = '';
    for (let i = 0; i < 16_000; i++) text += (i * i * 7 + (i >> 3)) % 5 < 2 ? 'x' : 'y';
    assert.equal(test(text), text.at(-13) === 'x');
    assert.equal(test(`${text}xabcdefghijk`), text.at(-1) === 'x');
  });

  it('says what RegExp says, of random patterns and texts', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a]',
      '\\w',
      '\\W',
      '\\s',
      'é',
      '😀',
      '\\b',
      '\\B',
      '^',
      '$',
      'K',
      'ſ',
    );
    const { pattern } = fc.letrec<{ pattern: string }>(tie => ({
      pattern: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        atom,
        fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => left + right),
        fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(?:${left}|${right})`),
        fc
          .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}', '*?'))
          .map(([part, times]) => `(${part})${times}`),
      ),
    }));
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'B', ' ', '\n', 'é', '😀', 'k', 's', '\u212a', '_'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        pattern,
        fc.array(text, { minLength: 5, maxLength: 20 }),
        fc.boolean(),
        (source, texts, ignoreCase) => {
          const flags = ignoreCase ? 'isu' : 'su';
          const regex = new RegExp(`^(?:${source})$`, flags);
          const test = linear(source, flags);
          for (const one of texts) assert.equal(test(one), regex.test(one), JSON.stringify([source, one]));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  const flagged: [written: string, pattern: string, ignoreCase: boolean][] = [
    ['(?i)abc', 'abc', true],
    ['(?s).', '.', false],
    ['(?is)x', 'x', true],
    ['(?:i)x', '(?:i)x', false],
  ];
  for (const [written, pattern, ignoreCase] of flagged) {
    it(`takes the flags off ${written}`, () => assert.deepEqual(splitFlags(written), { pattern, ignoreCase }));
  }
});
