import { oneLine } from '../text.ts';
import { attributeField, type WellKnownKey } from './keys.ts';
import { readNumber, UNITS } from './number.ts';
import { type Condition, type Field, type Literal, type Operator, SearchError } from './query.ts';
import { patternProblem, splitFlags } from './regex/regex.ts';
import type { Term, TermValue } from './terms.ts';

/** What a term asks of a span; `known` is its key where that is a well-known one. @throws {SearchError} */
export function conditionOf({ key, value }: Term, known: WellKnownKey | undefined): Condition {
  if (key === undefined) return wordCondition(value);
  const field = fieldOf(key, known);
  if (value.type === 'regex') return regexCondition(field, value, known);
  const isExists = value.type === 'bare' && value.text === '*';
  if (isExists) {
    const exists: Condition = { type: 'exists', field };
    if (value.operator === undefined || value.operator === '=') return exists;
    if (value.operator === '!=') return { type: 'not', part: exists };
    throw new SearchError(
      `After ${value.operator} a value is missing; the * alone asks for any value.`,
      value.start,
      value.end,
    );
  }
  switch (known?.kind) {
    case 'traceId':
      return traceCondition(value);
    case 'spanId':
      return compare(field, value, idLiteral(value));
    case 'choice':
      return compare(field, value, choiceLiteral(value, known));
    case 'duration':
    case 'number':
      return range(field, value, known) ?? compare(field, value, numberLiteral(value, value.text, value.start, known));
    default:
      return range(field, value) ?? compare(field, value, literalOf(value));
  }
}

function fieldOf({ text, isQuoted }: NonNullable<Term['key']>, known: WellKnownKey | undefined): Field {
  if (isQuoted) return { type: 'attribute', scope: 'any', keys: [text] };
  const field = known?.field ?? attributeField(text);
  // The key as it is written too: keys of attributes differ in case.
  const isNew = field.type === 'attribute' && known !== undefined && !field.keys.includes(text);
  return isNew ? { ...field, keys: [...field.keys, text] } : field;
}

function wordCondition({ type, text }: TermValue): Condition {
  if (type === 'quoted') return { type: 'contains', text };
  if (/^errors?$/i.test(text)) {
    const literal: Literal = { type: 'text', value: 'error' };
    return { type: 'compare', field: { type: 'intrinsic', name: 'status' }, operator: '=', value: literal, fold: true };
  }
  // A word is found anywhere, so that a * at its ends asks for nothing more.
  const bare = text.replace(/^\*+|\*+$/g, '');
  if (bare === '') return { type: 'and', parts: [] };
  const contains: Condition = { type: 'contains', text: bare };
  if (!/^[0-9a-f]{6,32}$/i.test(bare)) return contains;
  return { type: 'or', parts: [contains, { type: 'idPrefix', digits: bare.toLowerCase() }] };
}

function compare(field: Field, { operator = '=' }: TermValue, value: Literal): Condition {
  return { type: 'compare', field, operator, value, fold: true };
}

function literalOf({ type, text, operator }: TermValue): Literal {
  if (type === 'quoted') return { type: 'text', value: text };
  const isOrder = operator !== undefined && operator !== '=' && operator !== '!=';
  const number = readNumber(text, isOrder);
  if (number) return number;
  return text.includes('*') && !isOrder ? { type: 'wildcard', value: text } : { type: 'text', value: text };
}

/** `100..200`, `100..` and `..200`, ends included; a text with dots between other things is none, unless only numbers can be. */
function range(field: Field, value: TermValue, known?: WellKnownKey): Condition | undefined {
  const dots = value.type === 'bare' && value.operator === undefined ? value.text.indexOf('..') : -1;
  if (dots < 0) return undefined;
  const ends = [value.text.slice(0, dots), value.text.slice(dots + 2)] as const;
  const starts = [value.start, value.start + dots + 2] as const;
  const isRange = ends.some(end => end !== '') && ends.every(end => end === '' || readNumber(end, true));
  if (!isRange && known === undefined) return undefined;
  const parts: Condition[] = [];
  for (const [index, operator] of (['>=', '<='] satisfies Operator[]).entries()) {
    const end = ends[index]!;
    if (end === '' && isRange) continue;
    const literal = known ? numberLiteral(value, end, starts[index]!, known) : readNumber(end, true)!;
    parts.push({ type: 'compare', field, operator, value: literal, fold: true });
  }
  return parts.length === 1 ? parts[0]! : { type: 'and', parts };
}

function numberLiteral(value: TermValue, text: string, start: number, { kind, key }: WellKnownKey): Literal {
  const end = start + Math.max(text.length, 1);
  const number = value.type === 'bare' ? readNumber(text, true) : undefined;
  const hasUnit = /[a-z\u00b5\u03bc]$/i.test(text);
  if (kind === 'duration') {
    if (number && (hasUnit ? !/[kMG]$/.test(text) : number.value === 0)) return number;
    if (number && !hasUnit) {
      throw new SearchError(
        `A duration needs a unit after the number: ${UNITS}, as in ${oneLine(text, 20)}ms.`,
        start,
        end,
      );
    }
    const [digits = ''] = /^[+-]?[\d.]+(?=[^\d.])/.exec(text) ?? [];
    if (digits !== '') {
      throw new SearchError(`This is no unit of a duration; there are ${UNITS}.`, start + digits.length, end);
    }
    throw new SearchError(
      `A duration is compared like this: ${key}:>200ms or ${key}:1s..5s, with ${UNITS}.`,
      start,
      end,
    );
  }
  if (number && !/[^\d.kMGe+-]/i.test(text)) return number;
  throw new SearchError(`A number is compared like this: ${key}:>10 or ${key}:1..3.`, start, end);
}

function choiceLiteral(value: TermValue, { key, values = [] }: WellKnownKey): Literal {
  const { type, text, operator = '=' } = value;
  if (operator !== '=' && operator !== '!=') {
    throw new SearchError(
      `One ${key} is not more than another: write ${key}:${values[0]} or ${key}:!=${values[0]}.`,
      value.start - operator.length,
      value.end,
    );
  }
  if (type === 'bare' && text.includes('*')) return { type: 'wildcard', value: text };
  if (values.includes(text.toLowerCase())) return { type: 'text', value: text.toLowerCase() };
  throw new SearchError(`There is no ${key} of this name; there are ${values.join(', ')}.`, value.start, value.end);
}

function traceCondition(value: TermValue): Condition {
  const { operator = '=' } = value;
  const digits = value.text.replace(/\*+$/, '').toLowerCase();
  if ((operator !== '=' && operator !== '!=') || !/^[0-9a-f]{1,32}$/.test(digits)) {
    throw new SearchError(
      'The id of a trace has 32 hexadecimal digits; write all of them or the first ones.',
      value.start,
      value.end,
    );
  }
  const condition: Condition = { type: 'idPrefix', digits };
  return operator === '=' ? condition : { type: 'not', part: condition };
}

function idLiteral(value: TermValue): Literal {
  const { operator = '=' } = value;
  const text = value.text.toLowerCase();
  const isWhole = /^[0-9a-f]{16}$/.test(text);
  if ((operator !== '=' && operator !== '!=') || (!isWhole && !/^[0-9a-f]{1,16}\*?$/.test(text))) {
    throw new SearchError(
      'The id of a span has 16 hexadecimal digits; write all of them or the first ones.',
      value.start,
      value.end,
    );
  }
  return isWhole ? { type: 'text', value: text } : { type: 'wildcard', value: text.endsWith('*') ? text : `${text}*` };
}

function regexCondition(field: Field, value: TermValue, known: WellKnownKey | undefined): Condition {
  if (known && known.kind !== 'text') {
    throw new SearchError(`After ${known.key}: no regular expression can stand.`, value.start, value.end);
  }
  const { pattern } = splitFlags(value.text);
  const problem = patternProblem(pattern);
  if (problem !== undefined) throw new SearchError(problem, value.start, value.end);
  const operator = value.operator === '!=' ? '!~' : '=~';
  return { type: 'compare', field, operator, value: { type: 'regex', value: pattern }, fold: true };
}
