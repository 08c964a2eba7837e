import type { Condition, Literal, Operator } from './query.ts';
import { patternProblem, splitFlags } from './regex/regex.ts';
import type { Scanner } from './scanner.ts';
import { type NamedField, readField } from './traceqlFields.ts';
import { readLiteral, type TraceqlLiteral } from './traceqlLiterals.ts';

type Operand = { start: number; end: number } & (
  | { type: 'condition'; condition: Condition }
  | { type: 'field'; of: NamedField }
  | { type: 'literal'; literal: TraceqlLiteral }
);

/** Reads what stands within braces, up to where it cannot go on. `&&` and `||` bind alike, from left to right, as in TraceQL. */
export function readCondition(scanner: Scanner): Condition {
  let found = readComparison(scanner);
  for (;;) {
    scanner.skipBlanks();
    const type = scanner.take('&&') ? 'and' : scanner.take('||') ? 'or' : undefined;
    if (type === undefined) return found;
    const next = readComparison(scanner);
    found = found.type === type ? { type, parts: [...found.parts, next] } : { type, parts: [found, next] };
  }
}

function readComparison(scanner: Scanner): Condition {
  scanner.countTerm();
  const left = readOperand(scanner);
  const operator = readOperator(scanner);
  if (operator === undefined) return asCondition(scanner, left);
  if (left.type === 'field' && left.of.values) rejectOtherChoice(scanner, left.of.values);
  const right = readOperand(scanner);
  scanner.skipBlanks();
  rejectArithmetic(scanner);
  return comparison(scanner, left, operator.operator, right);
}

const NAME = /[a-z][\w-]*/iy;

/** Where one of a few words has to stand, another one is no field either. */
function rejectOtherChoice(scanner: Scanner, values: readonly string[]): void {
  scanner.skipBlanks();
  const start = scanner.at;
  const name = scanner.match(NAME);
  const end = scanner.at;
  scanner.at = start;
  if (name === undefined || name === 'nil' || values.includes(name) || /[.:]/.test(scanner.text[end] ?? '')) return;
  scanner.fail(`Here one of these is needed: ${values.join(', ')}.`, start, end);
}

function readOperand(scanner: Scanner): Operand {
  scanner.skipBlanks();
  const start = scanner.at;
  const operand = (one: Operand) => ({ ...one, start, end: scanner.at });
  if (scanner.startsWith('!') && !/^![=~]/.test(scanner.text.slice(start, start + 2))) {
    return operand({ type: 'condition', condition: readNegation(scanner), start, end: start });
  }
  if (scanner.take('(')) {
    const condition = scanner.nested(() => readCondition(scanner));
    scanner.skipBlanks();
    if (!scanner.take(')')) scanner.fail('Here a ) is missing, or && or || with another comparison.');
    return operand({ type: 'condition', condition, start, end: start });
  }
  const literal = readLiteral(scanner);
  if (literal) return operand({ type: 'literal', literal, start, end: start });
  const of = readField(scanner);
  if (of) return operand({ type: 'field', of, start, end: start });
  if (scanner.at >= scanner.text.length) scanner.fail('The search ends too early: here a field or a value is missing.');
  rejectArithmetic(scanner);
  return scanner.fail('Here a field or a value is missing, as in { .http.route = "/users" }.');
}

function readNegation(scanner: Scanner): Condition {
  const start = scanner.at++;
  const operand = scanner.nested(() => readOperand(scanner));
  const part = asCondition(scanner, operand);
  const end = scanner.at;
  if (operand.type !== 'condition' && readOperator(scanner)) {
    scanner.fail('A ! belongs to what is next to it: put the comparison in parentheses, as in !(.a = 1).', start, end);
  }
  return { type: 'not', part };
}

const OPERATORS = ['=~', '!~', '!=', '<=', '>=', '=', '<', '>'] as const;

function readOperator(scanner: Scanner): { operator: Operator } | undefined {
  scanner.skipBlanks();
  rejectArithmetic(scanner);
  if (scanner.startsWith('==')) scanner.fail('Equal is written with one =.', scanner.at, scanner.at + 2);
  if (scanner.startsWith('<<') || scanner.startsWith('>>')) {
    scanner.fail('This stands between braces, as in { name = "a" } >> { name = "b" }.', scanner.at, scanner.at + 2);
  }
  const operator = OPERATORS.find(one => scanner.take(one));
  return operator && { operator };
}

function rejectArithmetic(scanner: Scanner): void {
  if (!/[-+*/%^]/.test(scanner.text[scanner.at] ?? '')) return;
  scanner.fail('Arithmetic is not supported; compare a field with a value, as in { duration > 100ms }.');
}

function asCondition(scanner: Scanner, operand: Operand): Condition {
  const { start, end } = operand;
  if (operand.type === 'condition') return operand.condition;
  if (operand.type === 'field' && operand.of.kind === 'any') {
    const value: Literal = { type: 'bool', value: true };
    return { type: 'compare', field: operand.of.field, operator: '=', value, fold: false };
  }
  if (operand.type === 'literal' && operand.literal.type === 'bool') {
    return { type: operand.literal.value ? 'and' : 'or', parts: [] };
  }
  const cure = 'compare it, as in { duration > 100ms } or { .key != nil }.';
  return scanner.fail(`This alone neither holds nor fails: ${cure}`, start, end);
}

/** What an operator is when its sides change places; the others are no different. */
const FLIPPED: ReadonlyMap<Operator, Operator> = new Map([
  ['<', '>'],
  ['>', '<'],
  ['<=', '>='],
  ['>=', '<='],
]);

function comparison(scanner: Scanner, left: Operand, operator: Operator, right: Operand): Condition {
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
