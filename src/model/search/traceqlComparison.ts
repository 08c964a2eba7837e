import type { Condition, Literal, Operator } from './query.ts';
import { patternProblem, splitFlags } from './regex/regex.ts';
import type { Scanner } from './scanner.ts';
import type { NamedField } from './traceqlFields.ts';
import type { TraceqlLiteral } from './traceqlLiterals.ts';

export type OperandContent =
  | { type: 'condition'; condition: Condition }
  | { type: 'field'; of: NamedField }
  | { type: 'literal'; literal: TraceqlLiteral };

/** One side of a comparison and where it stands. */
export type Operand = OperandContent & { start: number; end: number };

/** What an operator is when its sides change places; the others are no different. */
const FLIPPED: ReadonlyMap<Operator, Operator> = new Map([
  ['<', '>'],
  ['>', '<'],
  ['<=', '>='],
  ['>=', '<='],
]);

/** Puts a field and a value together. @throws {SearchError} they do not fit */
export function comparison(scanner: Scanner, left: Operand, operator: Operator, right: Operand): Condition {
  if (left.type === 'condition' || right.type === 'condition') {
    const { start, end } = left.type === 'condition' ? left : right;
    return scanner.fail('What is compared stands without parentheses and without !, as in .a = 1.', start, end);
  }
  if (left.type === 'field' && right.type === 'field') {
    const cure = 'write a value on one side, as in { duration > 100ms }.';
    return scanner.fail(`Two fields cannot be compared with each other: ${cure}`, right.start, right.end);
  }
  if (left.type === 'field' && right.type === 'literal') return compare(scanner, left.of, operator, right);
  if (left.type === 'literal' && right.type === 'field') {
    if (operator === '=~' || operator === '!~') {
      scanner.fail('Write the field first and the regular expression after it.', left.start, left.end);
    }
    return compare(scanner, right.of, FLIPPED.get(operator) ?? operator, left);
  }
  return scanner.fail('One side has to be a field, as in { .key = 1 }.', left.start, left.end);
}

type LiteralOperand = Extract<Operand, { type: 'literal' }>;

function compare(
  scanner: Scanner,
  { field, kind, values }: NamedField,
  operator: Operator,
  right: LiteralOperand,
): Condition {
  const { literal, start, end } = right;
  const isEquality = operator === '=' || operator === '!=';
  if (literal.type === 'nil') {
    const exists: Condition = { type: 'exists', field };
    if (isEquality) return operator === '=' ? { type: 'not', part: exists } : exists;
    return scanner.fail('With nil there is only = nil and != nil.', start, end);
  }
  if (kind === 'choice') {
    const one = literal.type === 'text' || literal.type === 'word' ? literal.value : undefined;
    const list = values?.join(', ');
    if (one === undefined || !values?.includes(one))
      return scanner.fail(`Here one of these is needed: ${list}.`, start, end);
    if (!isEquality) return scanner.fail('This is compared with = or != only.', start, end);
    return { type: 'compare', field, operator, value: { type: 'text', value: one }, fold: false };
  }
  if (literal.type === 'word') {
    return scanner.fail(`${literal.value} is a status or kind; for the text write "${literal.value}".`, start, end);
  }
  if ((kind === 'text' || kind === 'id') && literal.type !== 'text') {
    return scanner.fail('This is compared with a text in double quotes.', start, end);
  }
  if (kind === 'duration' && literal.type !== 'number') {
    return scanner.fail('This is compared with a duration, as in 100ms or 1.5s.', start, end);
  }
  if (operator === '=~' || operator === '!~') return regexCondition(scanner, field, operator, right);
  if (literal.type === 'bool' && !isEquality) {
    return scanner.fail('true and false are compared with = or != only.', start, end);
  }
  const value: Literal =
    kind === 'id' && literal.type === 'text' ? { type: 'text', value: literal.value.toLowerCase() } : literal;
  return { type: 'compare', field, operator, value, fold: false };
}

function regexCondition(
  scanner: Scanner,
  field: NamedField['field'],
  operator: Operator,
  { literal, start, end }: LiteralOperand,
): Condition {
  if (literal.type !== 'text') return scanner.fail('A regular expression is a text in double quotes.', start, end);
  const { pattern, ignoreCase } = splitFlags(literal.value);
  const problem = patternProblem(pattern);
  if (problem !== undefined) return scanner.fail(problem, start, end);
  return { type: 'compare', field, operator, value: { type: 'regex', value: pattern }, fold: ignoreCase };
}
