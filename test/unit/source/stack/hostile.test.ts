import assert from 'node:assert/strict';
import { parseDotnet } from '../../../../src/source/stack/dotnet.ts';
import type { StackParser } from '../../../../src/source/stack/frame.ts';
import { parseGo } from '../../../../src/source/stack/go.ts';
import { parseJava } from '../../../../src/source/stack/java.ts';
import { parseGecko, parseV8 } from '../../../../src/source/stack/javascript.ts';
import { keepBothEnds, stackLines } from '../../../../src/source/stack/lines.ts';
import { parseStack } from '../../../../src/source/stack/parse.ts';
import { parsePhp } from '../../../../src/source/stack/php.ts';
import { parsePython } from '../../../../src/source/stack/python.ts';
import { parseRuby } from '../../../../src/source/stack/ruby.ts';
import { parseRust } from '../../../../src/source/stack/rust.ts';

/** What each grammar repeats, opened and never closed: the text that makes a careless pattern try every split. */
const PARSERS: [name: string, parser: StackParser, pieces: string[]][] = [
  ['V8', parseV8, ['    at (', 'at eval at (', '(eval at x ', ':1:1', ' (a:1', 'async ']],
  ['Firefox and Safari', parseGecko, ['@', ' line 1 > ', ':1', 'a@/:', ' line 1']],
  ['Python', parsePython, ['  File "', '", line 1', ', in ', '+-', ' |', '\u001b[']],
  ['Java', parseJava, ['\tat a/', 'a.', '$$Lambda/', '(', 'at x.y(Z.java:', ') ~[']],
  ['Go', parseGo, ['\ta.go:1', 'f(', '{0x1,', ' in goroutine ', '.go:1 +0x']],
  ['.NET', parseDotnet, ['   at a.', ' ---> ', '<a>', '() in ', ':line 1', ', ']],
  ['Ruby', parseRuby, [":1:in '", ':in `', ':1', '\tfrom ']],
  ['PHP', parsePhp, [' in ', '#0 a(1): ', ':1', '(1)', 'Next ']],
  ['Rust', parseRust, ["thread 'a' panicked at ", '1: a', '   at a:1:1', ':1']],
];

/** Of the processor, not of the clock: other tests and programs may be running. */
function milliseconds(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

describe('hostile stack traces', () => {
  for (const [name, parser, pieces] of PARSERS) {
    it(`${name}: repeated openings cost time in proportion to their length`, () => {
      for (const piece of pieces) {
        const line = piece.repeat(Math.ceil(2_000 / piece.length)).slice(0, 2_000);
        const starts = [line, `    at ${line}`, `a${line}`, `${line}\n`];
        for (const start of starts) {
          const lines = stackLines(`${start}\n`.repeat(130));
          const took = milliseconds(() => parser(lines));
          assert.ok(took < 400, `${JSON.stringify(piece)} took ${took.toFixed(0)} ms`);
        }
      }
    });
  }

  it('looks at a bounded part of a text of 20 MB, both of its ends', () => {
    const text = `Traceback (most recent call last):\n  File "/app/first.py", line 1, in a\n${'x'.repeat(20_000_000)}\n  File "/app/last.py", line 2, in b\nE: x`;
    let files: string[] = [];
    const took = milliseconds(() => {
      files = parseStack(text, 'python').flatMap(one => one.frames.map(call => call.path));
    });
    assert.deepEqual(files, ['/app/last.py', '/app/first.py']);
    assert.ok(keepBothEnds(text).length <= 256 * 1024);
    assert.ok(took < 500, `${took.toFixed(0)} ms`);
  });

  it('cuts a line at 2,000 characters, so that what stands behind is no frame', () => {
    assert.deepEqual(parseStack(`Error\n    at f (/${'a'.repeat(3_000)}.js:1:2)`, 'nodejs'), []);
  });

  it('bears a hundred thousand sections', () => {
    const took = milliseconds(() => parseStack('Caused by: x\n\tat a.B.c(B.java:1)\n'.repeat(100_000), 'java'));
    assert.ok(took < 1_000, `${took.toFixed(0)} ms`);
  });
});
