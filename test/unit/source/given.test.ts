import assert from 'node:assert/strict';
import type { ReportedPlace } from '../../../src/model/location.ts';
import { givenPlace } from '../../../src/source/given.ts';
import { makeSpan, type Plain } from './makeSpan.ts';

const TABLE: [string, Plain, Omit<ReportedPlace, 'source'> | undefined][] = [
  [
    "today's names",
    { 'code.file.path': '/app/a.py', 'code.line.number': 7n, 'code.column.number': 3n, 'code.function.name': 'a.pay' },
    { path: '/app/a.py', line: 7, column: 3, function: 'a.pay' },
  ],
  [
    'the former names',
    {
      'code.filepath': '/app/a.rs',
      'code.lineno': 7n,
      'code.column': 3n,
      'code.function': 'pay',
      'code.namespace': 'shop::cart',
    },
    { path: '/app/a.rs', line: 7, column: 3, function: 'shop::cart::pay' },
  ],
  [
    'numbers as text and as doubles',
    { 'code.file.path': '/app/a.py', 'code.line.number': '7', 'code.column.number': 3 },
    { path: '/app/a.py', line: 7, column: 3 },
  ],
  [
    "today's before the former",
    { 'code.filepath': '/old.py', 'code.lineno': 1n, 'code.file.path': '/new.py', 'code.line.number': 2n },
    { path: '/new.py', line: 2 },
  ],
  [
    'a namespace that the function has already',
    { 'code.filepath': '/a.py', 'code.function': 'shop.pay', 'code.namespace': 'shop' },
    { path: '/a.py', function: 'shop.pay' },
  ],
  ['a line of zero, which is none', { 'code.file.path': '/a.py', 'code.line.number': 0n }, { path: '/a.py' }],
  ['a line that is no number', { 'code.file.path': '/a.py', 'code.line.number': 'seven' }, { path: '/a.py' }],
  ['a line with a fraction', { 'code.file.path': '/a.py', 'code.line.number': 7.5 }, { path: '/a.py' }],
  [
    "Java's bare file with its class",
    {
      'code.filepath': 'Shop.java',
      'code.lineno': 7n,
      'code.namespace': 'com.acme.Shop$Inner',
      'code.function': 'pay',
    },
    { path: 'com/acme/Shop.java', line: 7, function: 'com.acme.Shop$Inner.pay' },
  ],
  [
    "Java's bare file with the method's full name",
    { 'code.file.path': 'Shop.java', 'code.function.name': 'com.acme.Shop.pay' },
    { path: 'com/acme/Shop.java', function: 'com.acme.Shop.pay' },
  ],
  [
    'a stack trace of the code, without its dependencies',
    {
      'code.stacktrace':
        '\tat io.opentelemetry.sdk.trace.SdkSpan.end(SdkSpan.java:9)\n\tat java.base/java.lang.Thread.run(Thread.java:1)\n\tat com.acme.Shop.pay(Shop.java:7)',
    },
    { path: 'com/acme/Shop.java', line: 7, function: 'com.acme.Shop.pay' },
  ],
  ['a function alone', { 'code.function.name': 'com.acme.Shop.pay', 'code.line.number': 7n }, undefined],
  ['nothing', {}, undefined],
  ['an empty path', { 'code.file.path': '' }, undefined],
];

describe('the place a span gives', () => {
  for (const [name, attributes, expected] of TABLE) {
    it(`by ${name}`, () => {
      assert.deepEqual(givenPlace(makeSpan(attributes)), expected && { ...expected, source: 'attributes' });
    });
  }

  it('takes the last value of a key that was sent twice', () => {
    const span = makeSpan({ 'code.file.path': '/a.py' });
    span.attributes = [...span.attributes, { key: 'code.file.path', value: { type: 'string', value: '/b.py' } }];
    assert.equal(givenPlace(span)?.path, '/b.py');
  });
});
