import {
  attributeDetail,
  attributesOf,
  bestMatches,
  type Completion,
  type Vocabulary,
  vocabularyKey,
} from './completion.ts';
import { quoted } from './quoted.ts';
import { TRACEQL_INTRINSICS } from './traceqlFields.ts';

/** What can come next at a place of a search in braces. */
type Expected = 'braces' | 'afterBraces' | 'field' | 'operator' | 'value' | 'afterValue';

interface Place {
  expected: Expected;
  /** The field before an operator or value, as it is written. */
  field: string;
  /** The token that the cursor stands right behind, where it can be gone on with. */
  written: string;
}

/** Completions within braces and between them. */
export function completeTraceql(text: string, cursor: number, vocabulary: Vocabulary): Completion[] {
  const { expected, field, written } = placeAt(text.slice(0, cursor));
  const from = cursor - written.length;
  const offered = candidates(expected, field, written, vocabulary);
  const clean = written.replace(/^["`]/, '');
  const textOf = ({ label }: Offer) => (expected === 'value' ? label.replace(/^"/, '') : label);
  const to = cursor + (written === '' ? 0 : restOf(written, text.slice(cursor)));
  return bestMatches(offered, clean, textOf).map(one => ({ ...one, from, to }));
}

/** How much behind the cursor belongs to what is written in front of it. */
function restOf(written: string, after: string): number {
  const rest = /^["`]/.test(written) ? /^[^\s"`]*["`]?/ : /^[^\s{}()=~!<>&|^,"`]*/;
  return rest.exec(after)?.[0].length ?? 0;
}

type Offer = Pick<Completion, 'insert' | 'label' | 'detail'>;

const TOKEN =
  /\s+|"(?:[^"\\]|\\.)*(?:"|$)|`[^`]*(?:`|$)|&&|\|\||=~|!~|!=|<=|>=|>>|[{}()=<>!]|(?:[^\s{}()=~!<>&|^,"`]|"(?:[^"\\]|\\.)*(?:"|$))+|./sy;

/** Reads what stands before the cursor, taking mistakes as they come. */
function placeAt(before: string): Place {
  let expected: Expected = 'braces';
  let isInBraces = false;
  let field = '';
  let token = '';
  let previous: Expected = expected;
  for (let at = 0; at < before.length; at += token.length) {
    TOKEN.lastIndex = at;
    token = TOKEN.exec(before)?.[0] ?? before.slice(at);
    if (/^\s/.test(token)) continue;
    previous = expected;
    if (token === '{') isInBraces = true;
    if (token === '}') isInBraces = false;
    if (isInBraces && expected === 'field' && /^[^{(!]/.test(token)) field = token;
    expected = next(token, expected, isInBraces);
  }
  // What the cursor touches may be the beginning of something longer; what has ended is not.
  const isOpen = token !== '' && !/\s$/.test(token) && !/^(?:[{}()]|&&|\|\|)$|^(["`]).*\1$/s.test(token);
  const isOperator = /^[=!<>|&]/.test(token);
  if (!isOpen || (isOperator && previous === 'operator' && token !== '!')) return { expected, field, written: '' };
  return { expected: previous, field, written: token };
}

function next(token: string, expected: Expected, isInBraces: boolean): Expected {
  if (token === '{') return 'field';
  if (token === '}') return 'afterBraces';
  if (!isInBraces) {
    if (token === ')') return 'afterBraces';
    return 'braces';
  }
  if (token === '(' || token === '&&' || token === '||' || (token === '!' && expected === 'field')) return 'field';
  if (token === ')') return 'afterValue';
  if (expected === 'field') return 'operator';
  if (expected === 'operator') return /^[=!<>]/.test(token) ? 'value' : 'field';
  return 'afterValue';
}

const OPERATORS: readonly Offer[] = [
  ['=', 'equal'],
  ['!=', 'there, and not equal'],
  ['>', 'more'],
  ['>=', 'more or equal'],
  ['<', 'less'],
  ['<=', 'less or equal'],
  ['=~', 'matches a regular expression, all of it'],
  ['!~', 'there, and does not match a regular expression'],
].map(([operator, detail]) => ({ insert: `${operator} `, label: operator!, detail: detail! }));

const AFTER_BRACES: readonly Offer[] = [
  { insert: '&& { ', label: '&& {', detail: 'and another span in the same trace' },
  { insert: '|| { ', label: '|| {', detail: 'or a span like this' },
  { insert: '>> { ', label: '>> {', detail: 'and somewhere below it' },
  { insert: '> { ', label: '> {', detail: 'and directly below it' },
];

const AFTER_VALUE: readonly Offer[] = [
  { insert: '&& ', label: '&&', detail: 'and' },
  { insert: '|| ', label: '||', detail: 'or' },
  { insert: '}', label: '}', detail: 'end of what holds of one span' },
];

const BRACES: readonly Offer[] = [{ insert: '{ ', label: '{', detail: 'what holds of one span' }];

function candidates(expected: Expected, field: string, written: string, vocabulary: Vocabulary): readonly Offer[] {
  switch (expected) {
    case 'braces':
      return BRACES;
    case 'afterBraces':
      return AFTER_BRACES;
    case 'afterValue':
      return AFTER_VALUE;
    case 'operator':
      return isOneOf(field, 'choice') ? OPERATORS.slice(0, 2) : OPERATORS;
    case 'field':
      return fields(written, vocabulary);
    case 'value':
      return values(field, vocabulary);
  }
}

const SCOPE = /^(?:span|resource|event|link|instrumentation)?\./;

function fields(written: string, vocabulary: Vocabulary): Offer[] {
  const [scope] = SCOPE.exec(written) ?? [];
  const attributes = attributesOf(vocabulary).map(({ key, values }): Offer => {
    const name = `${scope ?? '.'}${/^\d|[\s{}()=~!<>&|^,"`]/.test(key) ? quoted(key) : key}`;
    return { insert: `${name} `, label: name, detail: attributeDetail(values) };
  });
  if (scope !== undefined) return attributes;
  const isScoped = written.includes(':');
  const intrinsics = TRACEQL_INTRINSICS.map(({ names, detail }): Offer => {
    const name = names.find(one => one.includes(':') === isScoped) ?? names[0]!;
    return { insert: `${name} `, label: name, detail };
  });
  return [...intrinsics, ...attributes];
}

function values(field: string, { keys }: Vocabulary): Offer[] {
  const intrinsic = intrinsicOf(field);
  const detail = intrinsic?.detail ?? '';
  if (intrinsic?.values) return intrinsic.values.map(value => ({ insert: value, label: value, detail }));
  if (intrinsic?.kind === 'duration') {
    return ['10ms', '100ms', '1s', '10s'].map(value => ({ insert: value, label: value, detail }));
  }
  const key = intrinsic ? vocabularyKey(intrinsic.intrinsic) : keyOf(field);
  const stored = keys.find(one => one.key === key)?.values ?? [];
  const literals = stored.map(value => (/^(?:-?\d+(?:\.\d+)?|true|false)$/.test(value) ? value : quoted(value)));
  const offers = literals.map((literal): Offer => ({ insert: literal, label: literal, detail }));
  return [...offers, { insert: 'nil', label: 'nil', detail: 'nothing: != nil is whether it is there' }];
}

function intrinsicOf(field: string): (typeof TRACEQL_INTRINSICS)[number] | undefined {
  return TRACEQL_INTRINSICS.find(({ names }) => names.includes(field));
}

function isOneOf(field: string, kind: string): boolean {
  return intrinsicOf(field)?.kind === kind;
}

/** The key of an attribute as it is, without scope and quotes. */
function keyOf(field: string): string {
  return field
    .replace(SCOPE, '')
    .replace(/"((?:[^"\\]|\\.)*)"?/gs, (_, inner: string) => inner.replace(/\\(["\\])/g, '$1'));
}
