import assert from 'node:assert/strict';
import fc from 'fast-check';
import { oneLine, safeError, safeLines, terminalJson } from '../../../src/model/text.ts';

describe('oneLine', () => {
  const family = '👨‍👩‍👧';
  const cases: { what: string; text: string; max: number; line: string }[] = [
    { what: 'leaves a plain name alone', text: 'GET /users/:id', max: 40, line: 'GET /users/:id' },
    { what: 'leaves other scripts alone', text: '查询 שלום é', max: 40, line: '查询 שלום é' },
    { what: 'leaves a name of exactly the length alone', text: 'abc', max: 3, line: 'abc' },
    {
      what: 'makes a space of line breaks and tabs',
      text: 'SELECT *\r\n\tFROM x\u2028\u0085y',
      max: 40,
      line: 'SELECT * FROM x y',
    },
    { what: 'takes blanks off the ends', text: '\n a \n', max: 40, line: 'a' },
    { what: 'replaces escape codes', text: '\u001b[31mred\u009b0m', max: 40, line: '\ufffd[31mred\ufffd0m' },
    { what: 'replaces NUL, BEL and DEL', text: 'a\0b\u0007c\u007f', max: 40, line: 'a\ufffdb\ufffdc\ufffd' },
    {
      what: 'replaces what turns the direction',
      text: 'a\u202eb\u2066c\u2069',
      max: 40,
      line: 'a\ufffdb\ufffdc\ufffd',
    },
    { what: 'replaces half a surrogate pair', text: 'a\ud83d!', max: 40, line: 'a\ufffd!' },
    { what: 'cuts with an ellipsis', text: 'abcdefgh', max: 5, line: 'abcd…' },
    { what: 'leaves no blank before the ellipsis', text: 'abc defgh', max: 5, line: 'abc…' },
    { what: 'cuts before an emoji of many parts', text: family + family, max: family.length + 3, line: `${family}…` },
    { what: 'cuts before a letter with its accent', text: 'e\u0301'.repeat(9), max: 6, line: 'e\u0301e\u0301…' },
    { what: 'cuts marks heaped upon one letter', text: `z${'\u0301'.repeat(99)}`, max: 4, line: 'z\u0301\u0301…' },
    { what: 'has room for the ellipsis alone', text: 'abc', max: 1, line: '…' },
    { what: 'knows that more follows a long run of blanks', text: `a${' '.repeat(1000)}b`, max: 5, line: 'a…' },
    { what: 'is empty for nothing', text: '', max: 5, line: '' },
  ];
  for (const { what, text, max, line } of cases) it(what, () => assert.equal(oneLine(text, max), line));

  it('is one line, safe, well formed and not too long for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, max) => {
        const line = oneLine(text, max);
        assert.ok(line.length <= max);
        assert.doesNotMatch(line, /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('does not read a name of megabytes to its end', function () {
    this.timeout(1000);
    const huge = 'x'.repeat(16 * 1024 * 1024);
    for (let i = 0; i < 2000; i++) assert.equal(oneLine(huge, 20), `${'x'.repeat(19)}…`);
  });
});

describe('text for a log', () => {
  it('keeps its lines and tabs, and nothing that a terminal obeys', () => {
    assert.equal(safeLines('a\r\n\tb\u001b[31m\u009b\u202ec\ud800'), 'a\n\tb\ufffd[31m\ufffd\ufffdc\ufffd');
    assert.equal(safeLines('x'.repeat(100), 10), `${'x'.repeat(10)}…`);
  });

  it('has the stack of an error, or what was thrown', () => {
    assert.match(safeError(new Error('no\u0007')), /^Error: no\ufffd\n {4}at /);
    assert.equal(safeError('no'), 'no');
  });
});

describe('JSON for a terminal', () => {
  it('is the same JSON', () => {
    const value = { '\u202e': ['\u009b31m', '\u007f', '\u2069é✓'] };
    const json = terminalJson(JSON.stringify(value));
    assert.equal(json, '{"\\u202e":["\\u009b31m","\\u007f","\\u2069é✓"]}');
    assert.deepEqual(JSON.parse(json), value);
  });
});
