import assert from 'node:assert/strict';
import { framesByBlame, parseStack } from '../../../../src/source/stack/parse.ts';

/** One line of a trace, and its frame as [function, path, line, column, own]; `undefined` where it is no frame. */
type Line = [
  text: string,
  expected: [string, string, (number | undefined)?, (number | undefined)?, (boolean | undefined)?] | undefined,
];

function check(language: string, head: string, table: readonly Line[]): void {
  for (const [text, expected] of table) {
    it(text.trim(), () => {
      const frames = parseStack(`${head}${text}`, language).flatMap(one => one.frames);
      if (!expected) return assert.deepEqual(frames, []);
      assert.equal(frames.length, 1);
      const { function: fn, path, line, column, own } = frames[0]!;
      assert.deepEqual([fn, path, line, column, own], [...expected, ...Array(5 - expected.length).fill(undefined)]);
    });
  }
}

describe('frames of V8', () => {
  check('nodejs', 'Error: x\n', [
    ['    at new Cart (C:\\shop app\\cart.js:3:4)', ['new Cart', 'C:\\shop app\\cart.js', 3, 4, true]],
    ['    at async Shop.pay [as run] (file:///app/a.mjs:1:2)', ['Shop.pay [as run]', 'file:///app/a.mjs', 1, 2, true]],
    ['    at async file:///app/a.mjs:1:2', ['', 'file:///app/a.mjs', 1, 2, true]],
    ['    at f (/app/.pnpm/x@1_y@2(z@3)/a.js:5:6)', ['f', '/app/.pnpm/x@1_y@2(z@3)/a.js', 5, 6, true]],
    [
      '    at eval (webpack-internal:///(rsc)/./app/page.tsx:9:1)',
      ['eval', 'webpack-internal:///(rsc)/./app/page.tsx', 9, 1, true],
    ],
    ['    at f (webpack://shop/./src/a.ts?1f:7:3)', ['f', 'webpack://shop/./src/a.ts?1f', 7, 3, true]],
    [
      '    at a (eval at b (eval at c (/app/t.js:2:3), <anonymous>:1:1), <anonymous>:4:5)',
      ['a', '/app/t.js', 2, 3, true],
    ],
    [
      '    at Layer.handle (/app/node_modules/express/lib/layer.js:95:5)',
      ['Layer.handle', '/app/node_modules/express/lib/layer.js', 95, 5, false],
    ],
    [
      '    at processTicks (node:internal/process/task_queues:95:5)',
      ['processTicks', 'node:internal/process/task_queues', 95, 5, false],
    ],
    [
      '    at App (http://localhost:5173/src/App.tsx?t=1:7:3)',
      ['App', 'http://localhost:5173/src/App.tsx?t=1', 7, 3, undefined],
    ],
    ['    at async Promise.all (index 0)', undefined],
    ['    at midnight we close', undefined],
  ]);
});

describe('frames of Firefox and Safari', () => {
  check('webjs', '', [
    ['pay@https://shop.example/js/cart.js:10:20', ['pay', 'https://shop.example/js/cart.js', 10, 20, undefined]],
    [
      'async*pay@https://shop.example/js/@app/cart.js:10:20',
      ['pay', 'https://shop.example/js/@app/cart.js', 10, 20, undefined],
    ],
    ['@file:///app/cart.js:1:2', ['', 'file:///app/cart.js', 1, 2, true]],
    ['f@https://shop.example/a.js line 25 > eval:2:3', ['f', 'https://shop.example/a.js', 25, undefined, undefined]],
    ['someone@example.com:25', undefined],
  ]);
});

describe('frames of Python', () => {
  const head = 'Traceback (most recent call last):\n';
  check('python', head, [
    ['  File "C:\\shop\\a b.py", line 3, in pay', ['pay', 'C:\\shop\\a b.py', 3, undefined, true]],
    [
      '  File "/venv/lib/python3.12/site-packages/flask/app.py", line 9, in f',
      ['f', '/venv/lib/python3.12/site-packages/flask/app.py', 9, undefined, false],
    ],
    [
      '  File "C:\\Python311\\Lib\\json\\decoder.py", line 1, in f',
      ['f', 'C:\\Python311\\Lib\\json\\decoder.py', 1, undefined, false],
    ],
    [
      '  File "<frozen importlib._bootstrap>", line 1, in _call',
      ['_call', '<frozen importlib._bootstrap>', 1, undefined, false],
    ],
    ['  File "/app/a.py", line 0, in zero', ['zero', '/app/a.py', undefined, undefined, true]],
    ['  File "/app/a.py", line three, in word', undefined],
  ]);
});

describe('chains of Python exceptions', () => {
  const one = (line: number, title: string): string =>
    `Traceback (most recent call last):\n  File "/app/a.py", line ${line}, in f\n    f()\n${title}\n`;
  const CAUSE = '\nThe above exception was the direct cause of the following exception:\n\n';
  const CONTEXT = '\nDuring handling of the above exception, another exception occurred:\n\n';

  it('are given from the exception to the root, and what led to a mere context is none of its causes', () => {
    const text = one(1, 'A: 1') + CAUSE + one(2, 'B: 2') + CONTEXT + one(3, 'C: 3') + CAUSE + one(4, 'D: 4');
    const read = parseStack(text, 'python').map(made => [made.relation, made.title, made.frames[0]?.line]);
    assert.deepEqual(read, [
      ['exception', 'D: 4', 4],
      ['cause', 'C: 3', 3],
      ['context', 'B: 2', 2],
      ['context', 'A: 1', 1],
    ]);
    assert.deepEqual(
      framesByBlame(parseStack(text, 'python')).map(call => call.line),
      [3, 4, 2, 1],
    );
  });
});

describe('frames of Java and Kotlin', () => {
  check('java', 'a.B: x\n', [
    [
      '\tat java.base/java.util.ArrayList.get(ArrayList.java:427)',
      ['java.util.ArrayList.get', 'java/util/ArrayList.java', 427, undefined, false],
    ],
    ['\tat app//com.acme.Shop.pay(Shop.java:7)', ['com.acme.Shop.pay', 'com/acme/Shop.java', 7]],
    ['\tat shop@1.2/com.acme.Shop$Inner.<init>(Shop.java:7)', ['com.acme.Shop$Inner.<init>', 'com/acme/Shop.java', 7]],
    [
      '\tat com.acme.MainKt$run$1.invokeSuspend(Main.kt:4)',
      ['com.acme.MainKt$run$1.invokeSuspend', 'com/acme/Main.kt', 4],
    ],
    ['\tat com.acme.Shop.pay(Shop.java:7) ~[classes/:na]', ['com.acme.Shop.pay', 'com/acme/Shop.java', 7]],
    ['\tat com.acme.Shop$$Lambda$14/0x0001.run(Unknown Source)', ['com.acme.Shop$$Lambda$14/0x0001.run', '']],
    ['\tat Shop.main(Shop.java:3)', ['Shop.main', 'Shop.java', 3]],
    [
      '\tat io.opentelemetry.context.Context.lambda$wrap$1(Context.java:1)',
      ['io.opentelemetry.context.Context.lambda$wrap$1', 'io/opentelemetry/context/Context.java', 1, undefined, false],
    ],
    ['\tat sun.misc.Unsafe.park(Native Method)', ['sun.misc.Unsafe.park', '', undefined, undefined, false]],
  ]);
  describe('in the shape OpenTelemetry for PHP gives them', () => {
    check('php', 'Exception: x\n', [['\tat App.Orders.pay(Orders.php:12)', ['App.Orders.pay', 'Orders.php', 12]]]);
  });
});

describe('frames of .NET', () => {
  check('dotnet', 'System.Exception: x\n', [
    [
      '   at Shop.Cart.Pay(String card, Int32 n) in C:\\a b\\Cart.cs:line 7',
      ['Shop.Cart.Pay', 'C:\\a b\\Cart.cs', 7, undefined, true],
    ],
    ['   bei Shop.Cart.Pay() in /_/src/Cart.cs:Zeile 7', ['Shop.Cart.Pay', '/_/src/Cart.cs', 7, undefined, true]],
    ['   à Shop.Cart.Pay() dans /src/Cart.cs:ligne 7', ['Shop.Cart.Pay', '/src/Cart.cs', 7, undefined, true]],
    [
      '   at Shop.Cart.<PayAsync>d__3.MoveNext() in /src/Cart.cs:line 8',
      ['Shop.Cart.PayAsync', '/src/Cart.cs', 8, undefined, true],
    ],
    [
      '   at Program.<>c__DisplayClass0_0.<<Main>b__0>d.MoveNext() in /src/P.cs:line 9',
      ['Program.Main', '/src/P.cs', 9, undefined, true],
    ],
    ['   at Program.<<Main>$>g__Local|0_1() in /src/P.cs:line 9', ['Program.Main', '/src/P.cs', 9, undefined, true]],
    [
      '   at System.Collections.Generic.Dictionary`2.get_Item(TKey key)',
      ['System.Collections.Generic.Dictionary`2.get_Item', '', undefined, undefined, false],
    ],
    ['--- End of stack trace from previous location ---', undefined],
  ]);

  it('keeps inner exceptions, which are printed first, as causes of the outer one', () => {
    const text = [
      'Shop.OrderException: bad order',
      ' ---> System.IO.IOException: disk',
      ' ---> System.Exception: root',
      '   at Shop.Disk.Write() in /src/Disk.cs:line 1',
      '   --- End of inner exception stack trace ---',
      '   at Shop.Store.Save() in /src/Store.cs:line 2',
      '--- End of stack trace from previous location ---',
      '   at Shop.Store.Flush() in /src/Store.cs:line 3',
      '   --- End of inner exception stack trace ---',
      '   at Shop.Orders.Place() in /src/Orders.cs:line 4',
    ].join('\n');
    const sections = parseStack(text, 'dotnet');
    assert.deepEqual(
      sections.map(one => [one.relation, one.title, one.frames.map(call => call.line)]),
      [
        ['exception', 'Shop.OrderException: bad order', [4]],
        ['cause', 'System.IO.IOException: disk', [2, 3]],
        ['cause', 'System.Exception: root', [1]],
      ],
    );
    assert.equal(framesByBlame(sections)[0]?.path, '/src/Disk.cs');
  });

  it('reads a trace without symbols, which has no places', () => {
    const [only] = parseStack('Shop.E: x\n   at Shop.Cart.Pay()\n   at Shop.Program.Main(String[] args)', 'dotnet');
    assert.deepEqual(
      only?.frames.map(call => [call.function, call.path]),
      [
        ['Shop.Cart.Pay', ''],
        ['Shop.Program.Main', ''],
      ],
    );
  });
});

describe('frames of Ruby', () => {
  check('ruby', '', [
    ["/app/cart.rb:3:in 'Cart#pay': no card (ArgumentError)", ['Cart#pay', '/app/cart.rb', 3, undefined, true]],
    ["/app/cart.rb:3:in `block in pay'", ['block in pay', '/app/cart.rb', 3, undefined, true]],
    [
      "\tfrom /usr/lib/ruby/3.3.0/net/http.rb:3:in 'get'",
      ['get', '/usr/lib/ruby/3.3.0/net/http.rb', 3, undefined, false],
    ],
    ["\tfrom <internal:kernel>:187:in 'loop'", ['loop', '<internal:kernel>', 187, undefined, false]],
  ]);

  it('begins a cause where the message of the next exception stands', () => {
    const text = "/a.rb:1:in 'x': outer (E)\n\tfrom /a.rb:2:in 'y'\n/b.rb:3:in 'z': inner (F)\n\tfrom /a.rb:1:in 'x'";
    const read = parseStack(text, 'ruby').map(one => [one.relation, one.title, one.frames.map(call => call.line)]);
    assert.deepEqual(read, [
      ['exception', 'outer (E)', [1, 2]],
      ['cause', 'inner (F)', [3, 1]],
    ]);
  });
});

describe('frames of PHP', () => {
  it('gives each place to the function it lies in, and the header place to the innermost', () => {
    const text = [
      'RuntimeException: no card in stock in /app/src/Cart.php:12',
      'Stack trace:',
      '#0 /app/src/Shop.php(30): App\\Cart->pay()',
      '#1 [internal function]: App\\Shop->App\\{closure}(Object(Card))',
      '#2 /app/vendor/lib/run.php(5): array_map(Object(Closure), Array)',
      '#3 {main}',
      '',
      'Next LogicException: outer in /app/src/Shop.php:40',
      'Stack trace:',
      '#0 {main}',
    ].join('\n');
    const read = parseStack(text, 'php').map(one => [
      one.relation,
      one.title,
      one.frames.map(call => [call.function, call.path, call.line, call.own]),
    ]);
    assert.deepEqual(read, [
      ['exception', 'LogicException: outer', [['{main}', '/app/src/Shop.php', 40, true]]],
      [
        'cause',
        'RuntimeException: no card in stock',
        [
          ['App\\Cart->pay', '/app/src/Cart.php', 12, true],
          ['App\\Shop->App\\{closure}', '/app/src/Shop.php', 30, true],
          ['{main}', '/app/vendor/lib/run.php', 5, false],
        ],
      ],
    ]);
  });
});

describe('frames of Go', () => {
  const frames = (text: string): (string | number | boolean | undefined)[][] =>
    parseStack(text, 'go').flatMap(one => one.frames.map(call => [call.function, call.path, call.line, call.own]));

  it('leaves out the SDK, the standard library and modules of the cache', () => {
    const text = [
      'goroutine 7 [running]:',
      'go.opentelemetry.io/otel/sdk/trace.recordStackTrace()',
      '\tgo.opentelemetry.io/otel/sdk@v1.40.0/trace/span.go:517 +0x45',
      'net/http.HandlerFunc.ServeHTTP(0xc0001?, {0x1, 0x2}, 0x3)',
      '\t/opt/go/src/net/http/server.go:2220 +0x29',
      'log.Print(...)',
      '\t/home/u/log/log.go:3',
      'github.com/a/b.F({0x1, (0x2)})',
      '\t/home/u/go/pkg/mod/github.com/a/b@v1.2.3/f.go:4 +0x1',
    ].join('\n');
    assert.deepEqual(frames(text), [
      [
        'go.opentelemetry.io/otel/sdk/trace.recordStackTrace',
        'go.opentelemetry.io/otel/sdk@v1.40.0/trace/span.go',
        517,
        false,
      ],
      ['net/http.HandlerFunc.ServeHTTP', '/opt/go/src/net/http/server.go', 2220, false],
      ['log.Print', '/home/u/log/log.go', 3, true],
      ['github.com/a/b.F', '/home/u/go/pkg/mod/github.com/a/b@v1.2.3/f.go', 4, false],
    ]);
  });

  it('drops a place that the full buffer of the SDK may have cut within its line number', () => {
    const head = 'goroutine 1 [running]:\nmain.a()\n\t/app/a.go:1 +0x1\n';
    const filler = `main.${'f'.repeat(2048 - head.length - 'main.()\n\t/app/b.go:12'.length)}()\n\t/app/b.go:12`;
    assert.equal((head + filler).length, 2048);
    assert.deepEqual(
      frames(head + filler).map(call => call[1]),
      ['/app/a.go'],
    );
    // The same text with the offset behind it was not cut there.
    assert.deepEqual(
      frames(`${head}${filler} +0x1`).map(call => call[1]),
      ['/app/a.go', '/app/b.go'],
    );
  });
});

describe('text that is no stack trace', () => {
  for (const text of ['', '\n\n', 'boom', 'meet me at noon (12:30)', 'see #0 and #1', 'a@b', '{"at": "x"}']) {
    it(JSON.stringify(text), () => assert.deepEqual(parseStack(text), []));
  }
});
