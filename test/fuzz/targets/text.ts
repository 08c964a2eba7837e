import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { FilterError, parseFilter } from '../../../src/model/filter.ts';
import type { TraceSummary } from '../../../src/model/summary.ts';
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

const FILTER_WORDS = words(
  ...[
    'name:',
    'service:',
    'duration:>',
    '200ms',
    '<=',
    '1.5',
    'µs',
    'error',
    '-',
    '"',
    ' ',
    ':',
    'constructor:',
    '0af765',
  ],
);

const SUMMARY: TraceSummary = {
  traceId: '0af7651916cd43dd8448eb211c80319c' as TraceSummary['traceId'],
  name: 'GET /orders',
  service: 'shop',
  services: ['shop', 'stock'],
  startTimeUnixNano: 1n,
  endTimeUnixNano: 2n ** 64n - 1n,
  errorCount: 1,
} as unknown as TraceSummary;

/** Filters as people type them. */
export const filterTarget: Target = {
  name: 'filter',
  covers: /\/src\/model\/filter/,
  seeds: () => [
    ...words('checkout', 'name:"GET /" -service:shop error', 'duration:>=1.5ms -duration:<2m "a:b"', '0af7651916'),
  ],
  generate: random => Buffer.concat(Array.from({ length: 1 + random.below(12) }, () => random.pick(FILTER_WORDS))),
  mutate(input, random, other) {
    if (random.once(200)) return inflate(input, random, 100_000);
    return mutateBytes(input, random, other, FILTER_WORDS);
  },
  allowedMs: length => 100 + length / 50,
  run(input) {
    const text = Buffer.from(input).toString();
    try {
      const filter = parseFilter(text);
      if (typeof filter(SUMMARY, ['reserve stock']) !== 'boolean') throw new Finding('neither wanted nor unwanted');
      // A filter and its own denial cannot both hold.
      if (text !== '' && !/[\s"]/.test(text) && !text.startsWith('-')) {
        if (parseFilter(`-${text}`)(SUMMARY) === filter(SUMMARY)) throw new Finding('it holds and does not hold');
      }
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      const { position } = error;
      if (!(position >= 0 && position <= text.length)) throw new Finding(`a mistake at ${position} of ${text.length}`);
    }
  },
};
