import assert from 'node:assert/strict';
import { parseSearch } from '../../../../src/model/search/parse.ts';
import { driversOf } from '../../../../src/store/search/driver.ts';
import { Haystack } from '../../../../src/store/search/haystack.ts';
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
    assert.deepEqual(
      neededTexts(driver!.condition).map(({ text }) => text),
      ['one', 'two'],
    );
  });
});

describe('What has to stand in the bytes of a span', () => {
  for (const [search, ...expected] of [
    ['shop.order.id:4fa1', '4fa1'],
    ['shop.note:"two words"', 'two words'],
    ['client.address:10.0.5.*', '10.0.5.'],
    ['shop.note:a*longer*b', 'longer'],
    ['{ span.http.route =~ "/orders/.*" }', '/orders/'],
    ['{ span.http.route =~ "/a\\\\.b/[0-9]+/orders?/x" }', '/orders'.slice(0, -1)],
    ['{ name = "x y" && status = error }', 'x y'],
    // A number or a truth value may be written so, and stands there in another way.
    ['shop.order.id:4711'],
    ['{ span.a = "12.5" }'],
    ['{ span.a = "1e+21" }'],
    ['shop.express:true'],
    ['{ span.a =~ "tru.*" }'],
    ['{ span.a =~ "[0-9]+" }'],
    ['shop.note:*'],
    // Kinds are numbers.
    ['kind:server'],
    ['{ span.a =~ "one|other" }'],
    ['{ span.a =~ "(?i)one" }'],
    ['{ span.a =~ "(one)?" }'],
    ['{ span.a != "one" }'],
    ['{ span.a = "one" || span.a = "other" }'],
  ] as const) {
    it(`${search}: ${expected.join(', ') || 'nothing'}`, () => {
      const [driver] = driversFor(search);
      const texts = driver ? neededTexts(driver.condition).map(({ text }) => text) : [];
      assert.deepEqual(texts, expected);
    });
  }
});

describe('Where a text cannot be', () => {
  const may = (text: string, bytes: string) => {
    const finder = textFinder({ text, fold: true });
    const utf8 = Buffer.from(bytes);
    return finder && finder.find(new Haystack(utf8, 0, utf8.length), 0) >= 0;
  };
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
