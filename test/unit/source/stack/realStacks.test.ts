import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { StackSection } from '../../../../src/source/stack/frame.ts';
import { framesByBlame, parseStack } from '../../../../src/source/stack/parse.ts';

/** Printed by small programs under Node 24, Python 3.11, Java 17, Go 1.26 and Rust 1.95. */
const FOLDER = new URL('../../../fixtures/stacks/', import.meta.url);

interface Expected {
  file: string;
  language: string;
  title: string;
  /** Per section: relation, frames elided, and the frames as `function@path:line:column` (own ones with a star). */
  sections: [StackSection['relation'], number, string[]][];
  /** The place to open. */
  blame: string;
}

const TABLE: Expected[] = [
  {
    file: 'node-async.txt',
    language: 'nodejs',
    title: 'TypeError: no card',
    sections: [
      [
        'exception',
        0,
        [
          '*Orders.charge@/app/src/orders.js:4:11',
          '*@/app/src/orders.js:8:47',
          'Array.map@',
          '*Orders.place@/app/src/orders.js:8:30',
          '*main@/app/src/orders.js:21:3',
        ],
      ],
    ],
    blame: '/app/src/orders.js:4',
  },
  {
    file: 'node-cause.txt',
    language: 'nodejs',
    title: 'Error: bad order',
    sections: [
      ['exception', 0, ['*wrapped@/app/src/orders.js:15:11', '*main@/app/src/orders.js:22:9']],
      ['cause', 0, ['JSON.parse@', '*wrapped@/app/src/orders.js:13:10', '*main@/app/src/orders.js:22:9']],
    ],
    blame: '/app/src/orders.js:13',
  },
  {
    file: 'node-eval.txt',
    language: 'nodejs',
    title: 'ReferenceError: missing is not defined',
    sections: [
      [
        'exception',
        0,
        ['*inner@/app/src/orders.js:23:9', '*eval@/app/src/orders.js:23:9', '*main@/app/src/orders.js:23:9'],
      ],
    ],
    blame: '/app/src/orders.js:23',
  },
  {
    file: 'node-internal.txt',
    language: 'nodejs',
    title:
      "TypeError [ERR_INVALID_ARG_VALUE]: The argument 'path' must be a string, Uint8Array, or URL without null bytes. Received '/no/such\\x00'",
    sections: [
      [
        'exception',
        0,
        ['Object.openSync@node:fs:622:5', 'Object.readFileSync@node:fs:487:35', '*main@/app/src/orders.js:24:28'],
      ],
    ],
    blame: '/app/src/orders.js:24',
  },
  {
    file: 'python-cause.txt',
    language: 'python',
    title: 'ValueError: bad order',
    sections: [
      [
        'exception',
        0,
        ['*place@/app/src/orders.py:16', '*<lambda>@/app/src/orders.py:41', '*<module>@/app/src/orders.py:48'],
      ],
      ['cause', 0, ['*charge@/app/src/orders.py:9', '*place@/app/src/orders.py:14']],
    ],
    blame: '/app/src/orders.py:9',
  },
  {
    file: 'python-context.txt',
    language: 'python',
    title: 'RuntimeError: while handling',
    sections: [
      ['exception', 0, ['*handled@/app/src/orders.py:23', '*<module>@/app/src/orders.py:48']],
      [
        'context',
        0,
        [
          'raw_decode@/usr/lib/python3.11/json/decoder.py:353',
          'decode@/usr/lib/python3.11/json/decoder.py:337',
          'loads@/usr/lib/python3.11/json/__init__.py:346',
          '*handled@/app/src/orders.py:21',
        ],
      ],
    ],
    blame: '/app/src/orders.py:23',
  },
  {
    file: 'python-group.txt',
    language: 'python',
    title: 'ExceptionGroup: two failed (2 sub-exceptions)',
    sections: [
      ['exception', 0, ['*group@/app/src/orders.py:37', '*<module>@/app/src/orders.py:48']],
      ['cause', 0, ['*charge@/app/src/orders.py:9', '*group@/app/src/orders.py:34']],
      ['cause', 0, ['*charge@/app/src/orders.py:9', '*group@/app/src/orders.py:34']],
    ],
    blame: '/app/src/orders.py:9',
  },
  {
    file: 'python-recursion.txt',
    language: 'python',
    title: 'RecursionError: maximum recursion depth exceeded',
    sections: [
      [
        'exception',
        995,
        [
          '*deep@/app/src/orders.py:27',
          '*deep@/app/src/orders.py:27',
          '*deep@/app/src/orders.py:27',
          '*<lambda>@/app/src/orders.py:43',
          '*<module>@/app/src/orders.py:48',
        ],
      ],
    ],
    blame: '/app/src/orders.py:27',
  },
  {
    file: 'python-syntax.txt',
    language: 'python',
    title: "SyntaxError: '(' was never closed",
    sections: [
      [
        'exception',
        0,
        ['*@/app/src/broken.py:1', '*<lambda>@/app/src/orders.py:45', '*<module>@/app/src/orders.py:48'],
      ],
    ],
    blame: '/app/src/broken.py:1',
  },
  {
    file: 'java-cause.txt',
    language: 'java',
    title: 'java.lang.RuntimeException: bad order',
    sections: [
      [
        'exception',
        0,
        [
          '?com.acme.shop.Orders.place@com/acme/shop/Orders.java:28',
          '?com.acme.shop.Orders.main@com/acme/shop/Orders.java:34',
        ],
      ],
      [
        'cause',
        1,
        [
          '?com.acme.shop.Orders$Cart.charge@com/acme/shop/Orders.java:11',
          '?com.acme.shop.Orders.lambda$place$0@com/acme/shop/Orders.java:24',
          'java.lang.Iterable.forEach@java/lang/Iterable.java:75',
          '?com.acme.shop.Orders.place@com/acme/shop/Orders.java:22',
        ],
      ],
      [
        'suppressed',
        3,
        [
          '?com.acme.shop.Orders$Cart.close@com/acme/shop/Orders.java:16',
          '?com.acme.shop.Orders.lambda$place$0@com/acme/shop/Orders.java:23',
        ],
      ],
    ],
    blame: 'com/acme/shop/Orders.java:11',
  },
  {
    file: 'go-panic.txt',
    language: 'go',
    title: '',
    sections: [
      [
        'exception',
        0,
        [
          '*example.com/shop/cart.(*Cart).Charge@/app/src/cart/cart.go:6',
          '*main.place.func2@/app/src/main.go:18',
          '*example.com/shop/cart.Each@/app/src/cart/cart.go:10',
          '*main.place@/app/src/main.go:18',
          '*main.main@/app/src/main.go:23',
        ],
      ],
      [
        'context',
        0,
        [
          'runtime/debug.Stack@/usr/local/go/src/runtime/debug/stack.go:26',
          '*main.place.func1@/app/src/main.go:14',
          'panic@/usr/local/go/src/runtime/panic.go:860',
        ],
      ],
    ],
    blame: '/app/src/cart/cart.go:6',
  },
  {
    file: 'go-goroutine.txt',
    language: 'go',
    title: '',
    sections: [
      [
        'exception',
        0,
        [
          '*example.com/shop/cart.(*Cart).Charge@/app/src/cart/cart.go:6',
          '*main.place.func2@/app/src/main.go:18',
          '*example.com/shop/cart.Each@/app/src/cart/cart.go:10',
          '*main.place@/app/src/main.go:18',
          '*main.main.func1@/app/src/main.go:26',
          '*main.main@/app/src/main.go:25',
        ],
      ],
      [
        'context',
        0,
        [
          'runtime/debug.Stack@/usr/local/go/src/runtime/debug/stack.go:26',
          '*main.place.func1@/app/src/main.go:14',
          'panic@/usr/local/go/src/runtime/panic.go:860',
        ],
      ],
    ],
    blame: '/app/src/cart/cart.go:6',
  },
  {
    file: 'go-trimpath.txt',
    language: 'go',
    title: '',
    sections: [
      [
        'exception',
        0,
        [
          '*example.com/shop/cart.(*Cart).Charge@example.com/shop/cart/cart.go:6',
          '*main.place.func2@example.com/shop/main.go:18',
          '*example.com/shop/cart.Each@example.com/shop/cart/cart.go:10',
          '*main.place@example.com/shop/main.go:18',
          '*main.main@example.com/shop/main.go:23',
        ],
      ],
      [
        'context',
        0,
        [
          'runtime/debug.Stack@runtime/debug/stack.go:26',
          '*main.place.func1@example.com/shop/main.go:14',
          'panic@runtime/panic.go:860',
        ],
      ],
    ],
    blame: 'example.com/shop/cart/cart.go:6',
  },
];

function written(sections: readonly StackSection[]): Expected['sections'] {
  return sections.map(one => [
    one.relation,
    one.elided,
    one.frames.map(call => {
      const mark = call.own === true ? '*' : call.own === undefined ? '?' : '';
      const place = [call.path, call.line, call.column].filter(part => part !== undefined).join(':');
      return `${mark}${call.function}@${place}`;
    }),
  ]);
}

describe('stack traces of real programs', () => {
  for (const { file, language, title, sections, blame } of TABLE) {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');

    it(`${file}: sections, frames innermost first`, () => {
      const parsed = parseStack(text, language);
      assert.equal(parsed[0]?.title, title);
      assert.deepEqual(written(parsed), sections);
    });

    it(`${file}: is recognised without being told the language, and with a wrong one`, () => {
      assert.deepEqual(written(parseStack(text)), sections);
      assert.deepEqual(written(parseStack(text, language === 'ruby' ? 'python' : 'ruby')), sections);
    });

    it(`${file}: reads the same with Windows line ends and colours`, () => {
      const coloured = text.replaceAll('\n', '\u001b[0m\r\n');
      assert.deepEqual(written(parseStack(coloured, language)), sections);
    });

    it(`${file}: the frame to blame`, () => {
      const own = framesByBlame(parseStack(text, language)).find(call => call.own !== false && call.path !== '');
      assert.equal(`${own?.path}:${own?.line}`, blame);
    });
  }

  it('rust-panic.txt: the place of the panic and the frames of the program', () => {
    const [only] = parseStack(readFileSync(new URL('rust-panic.txt', FOLDER), 'utf8'), 'rust');
    assert.equal(only?.title, 'index out of bounds: the len is 0 but the index is 3');
    const own = only?.frames.filter(call => call.own).map(call => `${call.function}@${call.path}:${call.line}`);
    assert.deepEqual(own, ['@main.rs:1', 'main::cart::charge@./main.rs:1', 'main::main@./main.rs:2']);
    assert.equal(only?.frames.length, 7);
  });
});
