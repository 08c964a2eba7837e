import { completionsAt } from '../../../src/model/search/complete.ts';
import { prepare } from '../../../src/model/search/evaluate.ts';
import { formatAttributeTerm } from '../../../src/model/search/format.ts';
import { isTraceql, parseSearch } from '../../../src/model/search/parse.ts';
import { SearchError, type SearchQuery } from '../../../src/model/search/query.ts';
import { spanOf, traceOf } from '../../unit/model/search/trace.ts';
import { inflate, mutateBytes } from '../mutateBytes.ts';
import { Finding, type Target } from '../target.ts';

const words = (...texts: string[]): readonly Uint8Array[] => texts.map(text => Buffer.from(text));

/** What both languages are made of. */
const SEARCH_WORDS = words(
  ...[
    'name:',
    'service:',
    'duration:>',
    'k:',
    '"my key":',
    'since:',
    'until:',
    'kind:',
    'trace:',
    'span:',
    'spans:',
    'tag:',
  ],
  ...[
    '200ms',
    '1h30m',
    '1.5k',
    '1..5',
    '..',
    '-5',
    '1e3',
    '007',
    '2026-01-31',
    'today',
    '10:30',
    'error',
    'OR',
    'gpt*',
    '*',
  ],
  ...[
    '<=',
    '>=',
    '!=',
    '=~',
    '!~',
    '=',
    '>',
    '>>',
    '&&',
    '||',
    '!',
    '|',
    '-',
    '"',
    '`',
    '\\',
    '\\"',
    ' ',
    '\n',
    ':',
    '//',
  ],
  ...[
    '{ ',
    ' }',
    '{}',
    '(',
    ')',
    '.k',
    'span.k',
    'resource."my key"',
    'event:name',
    'status',
    'ok',
    'nil',
    'true',
    'duration',
  ],
  ...[
    '/a+/',
    '(a+)+',
    '[^b]',
    '\\d{2,3}',
    '(?i)',
    '(?=',
    '.*.*',
    'a|b',
    '\\p{L}',
    '0af7651916cd43dd',
    'constructor',
    '\u{1f600}',
    '\ud83d',
  ],
);

const SEEDS = [
  'checkout -error "two words" 0af765',
  'service:api error duration:>200ms name:"GET /users" http.response.status_code:>=500 model:gpt* since:10m',
  'k:/(a+)+b/ k:1..5 -tag:x until:yesterday',
  '{ span.http.response.status_code >= 500 && duration > 100ms }',
  '({ .k = "a" } || { resource."my key" =~ `a.*` }) >> { !(status = error) } > {}',
  '{ .k != nil && (kind = server || 3 < .k) } && { event:name = "exception" }',
];

const TRACE = traceOf([
  spanOf({
    id: 'a',
    parent: 'c',
    name: 'GET /users',
    service: 'api',
    status: 2,
    kind: 2,
    duration: 5n,
    texts: ['checkout'],
  }),
  spanOf({ id: 'b', parent: 'a', attributes: [['span', 'k', ['a', 5n, true, 1.5]]], events: ['exception'] }),
  spanOf({
    id: 'c',
    parent: 'b',
    attributes: [
      ['resource', 'my key', 'a'.repeat(300)],
      ['link', 'constructor', Number.NaN],
    ],
  }),
  spanOf({ id: '', texts: ['two words'], attributes: [['span', 'k', new Uint8Array(3)]] }),
]);
const NOW = 1_800_000_000_000_000_000n;
const VOCABULARY = {
  keys: [
    { key: 'k', values: ['a', '5'] },
    { key: 'my key', values: ['"'] },
  ],
};

/** Searches as people type them, whole, broken and half written. */
export const searchTarget: Target = {
  name: 'search',
  covers: /\/src\/model\/search\//,
  seeds: () => [...words(...SEEDS)],
  generate: random => Buffer.concat(Array.from({ length: 1 + random.below(16) }, () => random.pick(SEARCH_WORDS))),
  mutate(input, random, other) {
    if (random.once(200)) return inflate(input, random, 12_000);
    return mutateBytes(input, random, other, SEARCH_WORDS);
  },
  allowedMs: length => 500 + length / 10,
  run(input) {
    const text = Buffer.from(input).toString();
    const query = read(text);
    if (query) checkFound(text, query);
    for (const cursor of [0, Math.floor(text.length / 2), text.length]) checkCompletions(text, cursor);
    const term = formatAttributeTerm('k', text);
    if (text.length < 4_000 && !read(term)) throw new Finding(`a term that is written is a mistake: ${term}`);
  },
};

function read(text: string): SearchQuery | undefined {
  try {
    return parseSearch(text, NOW);
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    const { position, end } = error;
    if (!(position >= 0 && position <= text.length && end > position)) {
      throw new Finding(`a mistake from ${position} to ${end} of ${text.length}`);
    }
    return undefined;
  }
}

function checkFound(text: string, query: SearchQuery): void {
  const found = prepare(query)(TRACE);
  if (found.some((index, at) => !(index < TRACE.spans.length && index > (found[at - 1] ?? -1)))) {
    throw new Finding(`spans ${found} are found`);
  }
  // What is found without a minus is not with one, and the other way round.
  const isTerm = text !== '' && !/[\s"]/.test(text) && !text.startsWith('-') && !isTraceql(text);
  if (!isTerm || query.since !== undefined || query.until !== undefined) return;
  const denied = prepare(parseSearch(`-${text}`, NOW))(TRACE);
  if (denied.length > 0 === found.length > 0) throw new Finding('it is found and it is not found');
}

function checkCompletions(text: string, cursor: number): void {
  const completions = completionsAt(text, cursor, VOCABULARY);
  if (completions.length > 50) throw new Finding(`${completions.length} completions`);
  for (const { from, to } of completions) {
    if (!(from >= 0 && from <= cursor && to >= cursor && to <= text.length)) {
      throw new Finding(`a completion from ${from} to ${to} of ${text.length} at ${cursor}`);
    }
  }
}
