import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AnyValue } from '../../../src/model/value.ts';
import { displayValue, isCut, toViewAttributes, toViewValue, type ViewValue } from '../../../src/model/viewValue.ts';

const string = (value: string): AnyValue => ({ type: 'string', value });
const bytes = (length: number): AnyValue => ({ type: 'bytes', value: Uint8Array.from({ length }, (_, i) => i) });

describe('toViewValue', () => {
  const cases: { what: string; value: AnyValue; view: ViewValue; text: string }[] = [
    { what: 'no value', value: { type: 'empty' }, view: { type: 'empty' }, text: '(no value)' },
    { what: 'an empty string', value: string(''), view: { type: 'string', value: '' }, text: '' },
    { what: 'a string', value: string('a "b"\n'), view: { type: 'string', value: 'a "b"\n' }, text: 'a "b"\n' },
    { what: 'a boolean', value: { type: 'bool', value: false }, view: { type: 'bool', value: false }, text: 'false' },
    {
      what: 'the least integer',
      value: { type: 'int', value: -(2n ** 63n) },
      view: { type: 'int', value: '-9223372036854775808' },
      text: '-9223372036854775808',
    },
    { what: 'a double', value: { type: 'double', value: 0.5 }, view: { type: 'double', value: 0.5 }, text: '0.5' },
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(value => ({
      what: String(value),
      value: { type: 'double', value } as AnyValue,
      view: { type: 'double', value: String(value) } as ViewValue,
      text: String(value),
    })),
    { what: 'minus zero', value: { type: 'double', value: -0 }, view: { type: 'double', value: '-0' }, text: '-0' },
    {
      what: 'bytes',
      value: { type: 'bytes', value: Uint8Array.of(0, 0xfb, 0xff) },
      view: { type: 'bytes', value: 'APv/', length: 3 },
      text: '0x00fbff (3 bytes)',
    },
    { what: 'one byte', value: bytes(1), view: { type: 'bytes', value: 'AA==', length: 1 }, text: '0x00 (1 byte)' },
    {
      what: 'a mixed list',
      value: { type: 'array', values: [string('a"'), { type: 'int', value: 2n }, { type: 'empty' }, bytes(2)] },
      view: {
        type: 'array',
        values: [
          { type: 'string', value: 'a"' },
          { type: 'int', value: '2' },
          { type: 'empty' },
          { type: 'bytes', value: 'AAE=', length: 2 },
        ],
      },
      text: '["a\\"", 2, null, 0x0001 (2 bytes)]',
    },
    {
      what: 'a map with a key twice, one of them __proto__',
      value: {
        type: 'map',
        entries: [
          { key: 'k', value: { type: 'bool', value: true } },
          { key: 'k', value: { type: 'map', entries: [] } },
          { key: '__proto__', value: string('x') },
        ],
      },
      view: {
        type: 'map',
        entries: [
          { key: 'k', value: { type: 'bool', value: true } },
          { key: 'k', value: { type: 'map', entries: [] } },
          { key: '__proto__', value: { type: 'string', value: 'x' } },
        ],
      },
      text: '{"k": true, "k": {}, "__proto__": "x"}',
    },
  ];
  for (const { what, value, view, text } of cases) {
    it(what, () => {
      const converted = toViewValue(value, 1000);
      assert.deepStrictEqual(converted, view);
      assert.deepStrictEqual(JSON.parse(JSON.stringify(converted)), view);
      assert.equal(displayValue(converted), text);
    });
  }

  it('cuts a long string and says how long it was', () => {
    const view = toViewValue(string('abcdef'), 4);
    assert.deepStrictEqual(view, { type: 'string', value: 'abcd', cutFrom: 6 });
    assert.equal(displayValue(view), 'abcd…');
  });

  it('leaves a string of exactly the length whole', () => {
    assert.deepStrictEqual(toViewValue(string('abcd'), 4), { type: 'string', value: 'abcd' });
  });

  it('does not cut through a character', () => {
    assert.deepStrictEqual(toViewValue(string('a👍b'), 2), { type: 'string', value: 'a', cutFrom: 4 });
  });

  it('cuts bytes to whole bytes', () => {
    const view = toViewValue(bytes(100), 10);
    assert.deepStrictEqual(view, { type: 'bytes', value: 'AAECAwQF', length: 100 });
    assert.equal(displayValue(view), '0x000102030405… (100 bytes)');
  });

  it('writes out the first 64 of many bytes', () => {
    assert.equal(displayValue(toViewValue(bytes(65), 1000)).length, '0x'.length + 128 + '… (65 bytes)'.length);
  });

  it('cuts a long list as a whole, not each element', () => {
    const million = { type: 'array', values: new Array<AnyValue>(1_000_000).fill(string('12345678')) } as AnyValue;
    const view = toViewValue(million, 27);
    assert.equal(view.type === 'array' && view.values.length, 3);
    assert.equal(view.type === 'array' && view.cutFrom, 1_000_000);
    assert.equal(displayValue(view), '["12345678", "12345678", "12345678", …]');
  });

  it('cuts a long map', () => {
    const entries = Array.from({ length: 100 }, (_, i) => ({ key: `key ${i}`, value: string('v') }));
    const view = toViewValue({ type: 'map', entries }, 14);
    assert.equal(displayValue(view), '{"key 0": "v", "key 1": "v", …}');
  });

  it('does not follow a value that nests ten thousand deep', () => {
    let value: AnyValue = { type: 'empty' };
    for (let i = 0; i < 10_000; i++) value = { type: 'array', values: [value] };
    assert.match(displayValue(toViewValue(value, 1_000_000)), /^\[{101}…\]{101}$/);
  });

  it('never exceeds the room by more than a short value, whatever the value', () => {
    const { value: any } = fc.letrec<{ value: AnyValue }>(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ maxLength: 30 }).map(string),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(value => ({ type: 'int', value }) as AnyValue),
        fc.uint8Array({ maxLength: 30 }).map(value => ({ type: 'bytes', value }) as AnyValue),
        fc.array(tie('value'), { maxLength: 5 }).map(values => ({ type: 'array', values }) as AnyValue),
        fc
          .array(fc.record({ key: fc.string({ maxLength: 9 }), value: tie('value') }), { maxLength: 5 })
          .map(entries => ({ type: 'map', entries }) as AnyValue),
      ),
    }));
    const length = (view: ViewValue): number => {
      if (view.type === 'array') return view.values.reduce((sum, v) => sum + length(v), 0);
      if (view.type === 'map') return view.entries.reduce((sum, e) => sum + e.key.length + length(e.value), 0);
      return view.type === 'empty' ? 0 : String(view.value).length;
    };
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 200 }), (value, max) => {
        assert.ok(length(toViewValue(value, max)) <= max + 20);
      }),
    );
  });
});

describe('toViewAttributes', () => {
  it('keeps the order and the repetition of keys, and cuts a key of megabytes', () => {
    const attributes = [
      { key: 'b', value: string('1') },
      { key: 'a', value: { type: 'empty' } as AnyValue },
      { key: 'b', value: string('2') },
      { key: 'k'.repeat(5_000_000), value: string('') },
    ];
    const view = toViewAttributes(attributes, 100);
    assert.deepEqual(
      view.map(entry => entry.key),
      ['b', 'a', 'b', 'k'.repeat(100)],
    );
    assert.deepEqual(
      view.map(entry => displayValue(entry.value)),
      ['1', '(no value)', '2', ''],
    );
  });
});

describe('whether something of a value is left out', () => {
  const bytes = (length: number) => toViewValue({ type: 'bytes', value: new Uint8Array(length) }, 1_000);
  const text = (value: string) => toViewValue({ type: 'string', value }, 10);
  const cases: [what: string, value: ViewValue, cut: boolean][] = [
    ['a short text', text('x'.repeat(10)), false],
    ['a long text', text('x'.repeat(11)), true],
    ['bytes that are written out', bytes(64), false],
    ['more bytes', bytes(65), true],
    ['a number', { type: 'int', value: '1' }, false],
    ['a list of short texts', { type: 'array', values: [text('a')] }, false],
    ['a list that ends early', { type: 'array', values: [], cutFrom: 1 }, true],
    [
      'a long text deep inside',
      { type: 'map', entries: [{ key: 'k', value: { type: 'array', values: [text('x'.repeat(11))] } }] },
      true,
    ],
  ];
  for (const [what, value, cut] of cases) it(what, () => assert.equal(isCut(value), cut));
});
