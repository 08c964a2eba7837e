import type { SpanSet } from './query.ts';
import { Scanner } from './scanner.ts';
import { MOST_TERMS } from './simple.ts';
import { readCondition } from './traceqlCondition.ts';

const SUPPORTED = 'between braces there are &&, ||, > (child) and >> (descendant).';

/** What TraceQL has between or after braces and is not supported here; longer ones first. */
const UNSUPPORTED = [
  ...['!>>', '!<<', '&>>', '&<<', '!>', '!<', '!~', '&>', '&<', '&~', '<<', '<=', '>=', '==', '!='],
  ...['<', '~', '=', '+', '-', '*', '/', '%', '^', '!', '&'],
];

/** Reads the core of TraceQL. @throws {SearchError} */
export function parseTraceql(text: string): SpanSet {
  const scanner = new Scanner(text, MOST_TERMS);
  const found = readSpanSets(scanner);
  scanner.skipBlanks();
  if (scanner.at < text.length) failAfterSpanSet(scanner);
  return found;
}

/** `&&` and `||` bind alike, from left to right, and weaker than `>` and `>>`, as in TraceQL. */
function readSpanSets(scanner: Scanner): SpanSet {
  let found = readStructure(scanner);
  for (;;) {
    scanner.skipBlanks();
    const type = scanner.take('&&') ? 'and' : scanner.take('||') ? 'or' : undefined;
    if (type === undefined) return found;
    const next = readStructure(scanner);
    found = found.type === type ? { type, parts: [...found.parts, next] } : { type, parts: [found, next] };
  }
}

function readStructure(scanner: Scanner): SpanSet {
  let upper = readSpanSet(scanner);
  for (;;) {
    scanner.skipBlanks();
    if (scanner.startsWith('>=')) return upper;
    const type = scanner.take('>>') ? 'descendant' : scanner.take('>') ? 'child' : undefined;
    if (type === undefined) return upper;
    upper = { type, upper, lower: readSpanSet(scanner) };
  }
}

function readSpanSet(scanner: Scanner): SpanSet {
  scanner.skipBlanks();
  const start = scanner.at;
  if (scanner.take('(')) {
    const inner = scanner.nested(() => readSpanSets(scanner));
    scanner.skipBlanks();
    if (scanner.take(')')) return inner;
    if (scanner.at < scanner.text.length) failAfterSpanSet(scanner);
    scanner.fail('This parenthesis is not closed; add a ) at its end.', start);
  }
  if (!scanner.take('{')) {
    const cure = 'as in { name = "GET /users" }; words without braces stand alone.';
    return scanner.fail(`Here a { with a condition is needed, ${cure}`);
  }
  scanner.countTerm();
  scanner.skipBlanks();
  if (scanner.take('}')) return { type: 'all' };
  const condition = readCondition(scanner);
  scanner.skipBlanks();
  if (scanner.take('}')) return { type: 'spans', condition };
  if (scanner.at >= scanner.text.length) scanner.fail('This brace is not closed; add a } at its end.', start);
  if (scanner.startsWith(')')) scanner.fail('This parenthesis closes nothing; take it away.');
  if (scanner.startsWith('&') || scanner.startsWith('|')) scanner.fail('Comparisons are joined with && or ||.');
  return scanner.fail('Here && or || with another comparison is needed, or a } at the end.');
}

function failAfterSpanSet(scanner: Scanner): never {
  if (scanner.startsWith('|')) {
    scanner.fail(
      'What follows a | in TraceQL (count, select, by and so on) is not supported; write only what is in braces.',
    );
  }
  if (scanner.startsWith(')') || scanner.startsWith('}')) scanner.fail('This closes nothing; take it away.');
  const operator = UNSUPPORTED.find(one => scanner.startsWith(one));
  if (operator !== undefined) {
    scanner.fail(`${operator} is not supported here; ${SUPPORTED}`, scanner.at, scanner.at + operator.length);
  }
  return scanner.fail(`After braces the search ends or goes on with more braces; ${SUPPORTED}`);
}
