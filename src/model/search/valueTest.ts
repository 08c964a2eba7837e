import type { AnyValue } from '../value.ts';
import { numberOfText } from './number.ts';
import type { Literal, Operator } from './query.ts';
import { regexTest } from './regex/regex.ts';
import { wildcardTest } from './wildcard.ts';

/** A comparison with one literal, with all made that can be made once. */
export interface ValueTest {
  ofText(text: string): boolean;
  ofNumber(value: bigint | number): boolean;
  /** Of a list: whether it holds of any element, also of lists in it. */
  ofValue(value: AnyValue): boolean;
}

type Compare = (value: AnyValue) => boolean;

/**
 * What compares a value with `literal`. Numbers are compared with numbers and with texts that are numbers, whole ones
 * exactly. Texts are compared with texts, with numbers as they are written and, where it is about being equal, with truth
 * values. What cannot be compared differs: only `!=` and `!~` hold of it. Nothing holds of NaN.
 */
export function valueTest(operator: Operator, literal: Literal, fold: boolean): ValueTest {
  const one =
    operator === '!=' || operator === '!~' ? not(equality(literal, fold)) : comparison(operator, literal, fold);
  const ofScalar: Compare = value => !(value.type === 'double' && Number.isNaN(value.value)) && one(value);
  return {
    ofText: text => ofScalar({ type: 'string', value: text }),
    ofNumber: value => ofScalar(typeof value === 'bigint' ? { type: 'int', value } : { type: 'double', value }),
    ofValue: value => (value.type === 'array' ? anyElement(value.values, ofScalar) : ofScalar(value)),
  };
}

/** Lists come as deep as a sender likes. */
function anyElement(values: readonly AnyValue[], test: Compare): boolean {
  const open = [values];
  for (let list = open.pop(); list; list = open.pop()) {
    for (const value of list) {
      if (value.type === 'array') open.push(value.values);
      else if (test(value)) return true;
    }
  }
  return false;
}

function not(test: Compare): Compare {
  return value => !test(value);
}

function comparison(operator: Operator, literal: Literal, fold: boolean): Compare {
  if (operator === '=' || operator === '=~') return equality(literal, fold);
  const order = ordering(literal, fold);
  if (operator === '<') return value => (order(value) ?? 0) < 0;
  if (operator === '>') return value => (order(value) ?? 0) > 0;
  if (operator === '<=') return value => (order(value) ?? 1) <= 0;
  return value => (order(value) ?? -1) >= 0;
}

function equality(literal: Literal, fold: boolean): Compare {
  switch (literal.type) {
    case 'text':
      return ofWritten(sameText(literal.value, fold));
    case 'wildcard': {
      const matches = wildcardTest(fold ? literal.value.toLowerCase() : literal.value);
      return ofWritten(fold ? text => matches(text.toLowerCase()) : matches);
    }
    case 'regex':
      return ofWritten(regexTest(literal.value, fold));
    case 'bool': {
      const same = sameText(String(literal.value), fold);
      return value =>
        value.type === 'bool' ? value.value === literal.value : value.type === 'string' && same(value.value);
    }
    case 'number': {
      const same = sameText(literal.text, fold);
      const order = ordering(literal, fold);
      return value => (value.type === 'string' && same(value.value)) || order(value) === 0;
    }
  }
}

function sameText(wanted: string, fold: boolean): (text: string) => boolean {
  if (!fold) return text => text === wanted;
  const lower = wanted.toLowerCase();
  return text => text === wanted || text.toLowerCase() === lower;
}

function ofWritten(test: (text: string) => boolean): Compare {
  return value => {
    if (value.type === 'string') return test(value.value);
    if (value.type !== 'int' && value.type !== 'double' && value.type !== 'bool') return false;
    return test(String(value.value));
  };
}

/** Below, at or above zero; `undefined` where the value has no order with the literal. */
function ordering(literal: Literal, fold: boolean): (value: AnyValue) => number | undefined {
  if (literal.type === 'number') {
    // Between a bigint and a number JavaScript compares what they are, without rounding.
    const whole = numberOfText(literal.text);
    const right = typeof whole === 'bigint' ? whole : literal.value;
    return value => {
      const left =
        value.type === 'int' || value.type === 'double'
          ? value.value
          : value.type === 'string'
            ? numberOfText(value.value)
            : undefined;
      return left === undefined ? undefined : order(left, right);
    };
  }
  if (literal.type !== 'text') return () => undefined;
  const right = fold ? literal.value.toLowerCase() : literal.value;
  return value => {
    if (value.type !== 'string' && value.type !== 'int' && value.type !== 'double') return undefined;
    const left = String(value.value);
    return order(fold ? left.toLowerCase() : left, right);
  };
}

function order<T extends bigint | number | string>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
