import assert from 'node:assert/strict';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import { driversOf } from '../../../../src/store/search/driver.ts';
import { neededTexts, textFinder } from '../../../../src/store/search/textFinder.ts';

const driversFor = (search: string) => driversOf(parseSearch(search).spans);

describe('What a span has to satisfy in every trace that is found', () => {
  for (const [search, count, isEnough] of [
    ['name:a', 1, true],
    ['name:a duration:>1ms', 1, true],
    ['word', 1, true],
    ['{ name = "a" && rootName = "b" }', 1, false],
    ['{ !(name = "a") }', 1, true],
    ['{ name = "a" } >> { name = "b" }', 2, false],
    ['{ name = "a" } && { name = "b" }', 2, false],
    ['{ name = "a" } || { name = "b" }', 1, true],
    ['name:a -name:b', 1, false],
    // Nothing can be said of one span alone.
    ['-name:a', 0, false],
    ['', 0, false],
    ['{ rootName = "a" }', 0, false],
    ['{ name = "a" || rootName = "b" }', 0, false],
    ['{ rootName = "a" } || { name = "b" }', 0, false],
    ['trace:abcdef', 0, false],
    ['span:0011223344556677', 0, false],
  ] as const) {
    it(`${search || 'of everything'}: ${count === 0 ? 'nothing' : isEnough ? 'enough' : 'needed'}`, () => {
      const drivers = driversFor(search);
      assert.deepEqual([drivers.length, drivers[0]?.isEnough ?? false], [count, isEnough]);
    });
  }

  it('may be completed by the text of a log record', () => {
    const [driver] = driversFor('name:a "one" two');
    assert.deepEqual(driver!.texts, ['one', 'two']);
    assert.deepEqual(neededTexts(driver!.condition), ['one', 'two']);
  });
});

describe('Where a text cannot be', () => {
  const may = (text: string, bytes: string) => textFinder(text)?.inBytes(Buffer.from(bytes).toString('latin1'));
  for (const [text, bytes, expected] of [
    ['Stock', 'no sTOCk left', true],
    ['stock', 'no stick left', false],
    ['a.b', 'a.b', true],
    ['a.b', 'axb', false],
    ['(x)[y]$', 'say (X)[y]$', true],
    // What ends up as these letters in lower case.
    ['kelvin', '300 \u212aelv\u0130n'.replace('\u0130', 'i'), true],
    ['i\u0307stanbul', '\u0130stanbul', true],
    ['zürich', 'ZÜRICH', true],
    ['zürich', 'Zürjch', false],
    // Too little to go by.
    ['x', 'nothing', undefined],
    ['ü', 'nothing', undefined],
  ] as const) {
    it(`${text} in ${bytes}: ${expected ?? 'unknown'}`, () => assert.equal(may(text, bytes), expected));
  }
});
