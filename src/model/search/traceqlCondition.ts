import type { Condition, Literal, Operator } from './query.ts';
import type { Scanner } from './scanner.ts';
import { comparison, type Operand, type OperandContent } from './traceqlComparison.ts';
import { readField } from './traceqlFields.ts';
import { readLiteral } from './traceqlLiterals.ts';

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
  return comparison(scanner, left, operator, right);
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
  const content = readContent(scanner);
  return { ...content, start, end: scanner.at };
}

function readContent(scanner: Scanner): OperandContent {
  if (scanner.startsWith('!') && !scanner.startsWith('!=') && !scanner.startsWith('!~')) {
    return { type: 'condition', condition: readNegation(scanner) };
  }
  if (scanner.take('(')) {
    const condition = scanner.nested(() => readCondition(scanner));
    scanner.skipBlanks();
    if (!scanner.take(')')) scanner.fail('Here a ) is missing, or && or || with another comparison.');
    return { type: 'condition', condition };
  }
  const literal = readLiteral(scanner);
  if (literal) return { type: 'literal', literal };
  const of = readField(scanner);
  if (of) return { type: 'field', of };
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

function readOperator(scanner: Scanner): Operator | undefined {
  scanner.skipBlanks();
  rejectArithmetic(scanner);
  if (scanner.startsWith('==')) scanner.fail('Equal is written with one =.', scanner.at, scanner.at + 2);
  if (scanner.startsWith('<<') || scanner.startsWith('>>')) {
    scanner.fail('This stands between braces, as in { name = "a" } >> { name = "b" }.', scanner.at, scanner.at + 2);
  }
  return OPERATORS.find(one => scanner.take(one));
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
