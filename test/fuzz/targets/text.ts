import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readReportedPath } from '../../../src/source/reportedPath.ts';
import { framesByBlame, parseStack } from '../../../src/source/stack/parse.ts';
import { root } from '../../harness/cache.ts';
import { inflate, mutateBytes } from '../mutateBytes.ts';
import { Finding, type Target } from '../target.ts';

const words = (...texts: string[]): readonly Uint8Array[] => texts.map(text => Buffer.from(text));

/** What the grammars of stack traces repeat, opened and never closed. */
const STACK_WORDS = words(
  ...['    at (', 'at eval at ', ':1:1', ' (a:1', 'async ', '@', ' line 1 > ', '  File "', '", line 1', ', in ', ' |'],
  ...['\tat a/', '$$Lambda/', 'at x.y(Z.java:1)', ') ~[', 'Caused by: ', '\ta.go:1', ' +0x1', 'goroutine 1 ', '(...)'],
  ...[' in goroutine ', ' ---> ', '   --- ', '() in ', ':line 1', ":1:in '", ':in `', '\tfrom ', ' in ', '#0 a(1): '],
  ...['Next ', "thread 'a' panicked at ", '   0: a', '   at a:1:1', '\u001b[31m', '\r\n', '\n', '  + Exception Group'],
);

const LANGUAGES = [undefined, 'python', 'java', 'dotnet', 'php', 'rust', 'nodejs', 'webjs', 'ruby', 'go', '__proto__'];
const MOST_TEXT = 300_000;

/** Stack traces of any language, whole and broken. The first byte says which language the sender claims. */
export const stackTarget: Target = {
  name: 'stack',
  covers: /\/src\/source\/(stack\/|reportedPath)/,
  seeds() {
    const folder = path.join(root, 'test/fixtures/stacks');
    return readdirSync(folder).map(file => Buffer.concat([Buffer.of(0), readFileSync(path.join(folder, file))]));
  },
  generate: random => Buffer.concat(Array.from({ length: 1 + random.below(30) }, () => random.pick(STACK_WORDS))),
  mutate(input, random, other) {
    if (random.once(30)) return inflate(input, random, MOST_TEXT);
    return mutateBytes(input, random, other, STACK_WORDS);
  },
  allowedMs: length => 150 + length / 300,
  run(input) {
    const language = LANGUAGES[(input[0] ?? 0) % LANGUAGES.length];
    const sections = parseStack(Buffer.from(input.subarray(1)).toString(), language);
    for (const call of framesByBlame(sections)) {
      for (const number of [call.line, call.column]) {
        if (number !== undefined && !(Number.isSafeInteger(number) && number > 0)) throw new Finding('no line number');
      }
      readReportedPath(call.path);
    }
    const first = sections[0];
    if (first && !sections.some(one => one.frames.length > 0)) throw new Finding('sections and no frame');
  },
};
