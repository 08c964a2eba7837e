import {
  attributeDetail,
  attributesOf,
  bestMatches,
  type Completion,
  MOST_OFFERED,
  type Vocabulary,
  vocabularyKey,
} from './completion.ts';
import { formatAttributeKey, formatKey, formatTerm, formatValue } from './format.ts';
import { attributeField, WELL_KNOWN_KEYS, type WellKnownKey, wellKnownKey } from './keys.ts';
import { isBareKey } from './terms.ts';

/** The key, or the word, that the cursor is in or behind; after a colon the value. */
interface OpenPart {
  /** Where it begins, after a minus, the colon and the operator. */
  from: number;
  /** Where the whole term ends, behind the cursor. */
  to: number;
  /** What stands between there and the cursor, without the quote it begins with. */
  written: string;
  /** Of a value. */
  key?: { text: string; isQuoted: boolean };
  operator: string;
}

/** Completions within words and `key:value` terms. */
export function completeTerm(text: string, cursor: number, vocabulary: Vocabulary): Completion[] {
  const part = openPart(text, cursor);
  return part.key ? values(part, part.key, vocabulary) : keys(part, vocabulary);
}

const QUOTED_OR_BARE = /"(?:[^"\\]|\\.)*(?:"|$)|[^\s"]+/sy;
const QUOTED_KEY = /^"((?:[^"\\]|\\.)+)":/s;

function openPart(text: string, cursor: number): OpenPart {
  const { start, end } = termAround(text, cursor);
  const term = text.slice(start, cursor);
  const quotedKey = QUOTED_KEY.exec(term);
  const colon = quotedKey ? quotedKey[0].length : term.indexOf(':') + 1;
  const bareKey = term.slice(0, Math.max(colon - 1, 0));
  if (!quotedKey && !isBareKey(bareKey)) {
    return { from: start, to: end, written: term.replace(/^"/, ''), operator: '' };
  }
  const key = quotedKey
    ? { text: quotedKey[1]!.replace(/\\(["\\])/g, '$1'), isQuoted: true }
    : { text: bareKey, isQuoted: false };
  const [operator = ''] = /^(?:[<>]=?|!=|=)?/.exec(term.slice(colon)) ?? [];
  const from = start + colon + operator.length;
  return { from, to: end, written: text.slice(from, cursor).replace(/^"/, ''), key, operator };
}

/** The term that the cursor is in or behind, without its minus; an empty one where only blanks are. */
function termAround(text: string, cursor: number): { start: number; end: number } {
  let start = 0;
  let at = 0;
  while (at < text.length) {
    QUOTED_OR_BARE.lastIndex = at;
    const part = QUOTED_OR_BARE.exec(text)?.[0];
    if (part === undefined && at >= cursor) break;
    at += part?.length ?? 1;
    if (part === undefined) start = at;
  }
  return { start: text[start] === '-' && start < cursor ? start + 1 : start, end: at };
}

function keys({ from, to, written }: OpenPart, vocabulary: Vocabulary): Completion[] {
  const of = (insert: string, detail: string): Completion => ({ insert, label: insert, detail, from, to });
  const offered = [
    of('error', 'Spans whose status is error'),
    ...WELL_KNOWN_KEYS.map(({ key, detail }) => of(formatKey(key), detail)),
    ...attributesOf(vocabulary).map(one => of(formatAttributeKey(one.key), attributeDetail(one.values))),
  ];
  const found = bestMatches(offered, written, ({ label }) => label.replace(/^"/, ''));
  if (written === '') return found;
  // Who begins with the name of a service or span most likely wants just that.
  const terms = NAMED.flatMap(([key, storedKey, detail]) => {
    const names = vocabulary.keys.find(one => one.key === storedKey)?.values ?? [];
    return bestMatches(names, written, name => name).map(name => of(formatTerm(key, name), detail));
  });
  return [...found, ...terms].slice(0, MOST_OFFERED);
}

const NAMED = [
  ['service', 'service.name', 'Spans of this service'],
  ['name', 'span:name', 'Spans of this name'],
] as const;

function values(part: OpenPart, key: { text: string; isQuoted: boolean }, vocabulary: Vocabulary): Completion[] {
  const { from, to, written, operator } = part;
  const known = key.isQuoted ? undefined : wellKnownKey(key.text);
  const detail = known?.detail ?? '';
  const examples = exampleValues(known, operator).map(value => ({ insert: value, label: value }));
  const stored = storedValues(key, known, vocabulary).map(value => ({ insert: formatValue(value), label: value }));
  const any = { insert: '*', label: '*', detail: 'Any value' };
  const isTime = known?.kind === 'since' || known?.kind === 'until';
  const offered = new Map<string, Completion>();
  for (const one of [...examples, ...stored, ...(isTime || operator !== '' ? [] : [any])]) {
    // More and less are asked of numbers.
    const isWrong = /[<>]/.test(operator) && !/^-?\d/.test(one.insert);
    if (!isWrong && !offered.has(one.insert)) offered.set(one.insert, { detail, ...one, from, to });
  }
  return bestMatches(offered.values(), written, ({ label }) => label);
}

/** After an operator there is no other one. */
function exampleValues(known: WellKnownKey | undefined, operator: string): string[] {
  const values = known?.values ?? [];
  if (operator === '') return [...values];
  return values.filter(value => !value.includes('..')).map(value => value.replace(/^[<>]=?/, ''));
}

/** What was seen under a key, the most frequent first. */
function storedValues(
  key: { text: string; isQuoted: boolean },
  known: WellKnownKey | undefined,
  { keys: stored }: Vocabulary,
): string[] {
  const wanted = keysOf(key, known);
  return stored.filter(one => wanted.includes(one.key)).flatMap(one => one.values);
}

function keysOf(key: { text: string; isQuoted: boolean }, known: WellKnownKey | undefined): readonly string[] {
  if (key.isQuoted) return [key.text];
  const field = known ? known.field : attributeField(key.text);
  if (field?.type === 'attribute') return field.keys;
  const storedKey = field && vocabularyKey(field.name);
  return storedKey === undefined ? [] : [storedKey];
}
