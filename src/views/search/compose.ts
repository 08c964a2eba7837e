import { formatTerm } from '../../model/search/format.ts';
import { isTraceql } from '../../model/search/parse.ts';
import { readTerm, type Term } from '../../model/search/terms.ts';
import type { TraceFilter } from './traceFilter.ts';

/**
 * Changes to a search that buttons and menus make: a term more, a term less. What the user wrote stays as it stands, in
 * either language. The text has to be one without a mistake; else a SearchError is thrown.
 */

const ERROR_TERM = 'error';
const ERROR_SET = '{ status = error }';
const ERROR_SET_ALONE = /^\s*\{\s*status\s*=\s*error\s*\}\s*$/;
const ERROR_SET_AT_END = /\s*&&\s*\{\s*status\s*=\s*error\s*\}\s*$/;

const TIME_KEYS = ['since', 'until'];

/** Keys of the terms that menus write, and their fields in braces. */
const BRACES_FIELDS = { service: 'resource.service.name', name: 'name', duration: 'duration' } as const;

export function hasErrors(text: string): boolean {
  if (isTraceql(text)) return ERROR_SET_AT_END.test(text) || ERROR_SET_ALONE.test(text);
  return termsOf(text).some(term => !term.isNegative && isErrorTerm(term));
}

/** With errors only, or no longer. */
export function withErrors(text: string, on: boolean): string {
  if (isTraceql(text))
    return on ? andSet(text, ERROR_SET) : text.replace(ERROR_SET_ALONE, '').replace(ERROR_SET_AT_END, '');
  // One that is denied would leave nothing, so that it goes too.
  const others = joined(termsOf(text).filter(term => !isErrorTerm(term)));
  return on ? `${ERROR_TERM} ${others}`.trim() : others;
}

/** With this service or name, in place of another one. */
export function withValue(text: string, key: 'service' | 'name', value: string): string {
  if (isTraceql(text)) return andSet(text, `{ ${BRACES_FIELDS[key]} = ${JSON.stringify(value)} }`);
  return joined(withoutKeys(text, key), formatTerm(key, value));
}

/** With only what takes longer: `200ms`, `1.5s`. */
export function slowerThan(text: string, duration: string): string {
  if (isTraceql(text)) return andSet(text, `{ ${BRACES_FIELDS.duration} > ${duration} }`);
  return joined(withoutKeys(text, 'duration'), `duration:>${duration}`);
}

/** Whether only a part of the time is searched, by the range or by the text itself. */
export function isTimed({ text, range }: TraceFilter): boolean {
  return range !== undefined || (!isTraceql(text) && termsOf(text).some(term => isOf(term, TIME_KEYS)));
}

/** Without the times that are written in the text itself. */
export function withoutTimes(text: string): string {
  return isTraceql(text) ? text : joined(withoutKeys(text, ...TIME_KEYS));
}

interface WrittenTerm extends Term {
  /** As it stands in the text. */
  written: string;
}

/** The terms of a search without braces. @throws {SearchError} */
function termsOf(text: string): WrittenTerm[] {
  const terms: WrittenTerm[] = [];
  for (let at = 0; at < text.length; at++) {
    if (/\s/.test(text[at]!)) continue;
    const term = readTerm(text, at);
    terms.push({ ...term, written: text.slice(term.start, term.end) });
    at = term.end;
  }
  return terms;
}

function isErrorTerm({ key, value }: Term): boolean {
  if (value.type !== 'bare' || value.operator !== undefined) return false;
  const text = value.text.toLowerCase();
  if (key === undefined) return text === 'error' || text === 'errors';
  return !key.isQuoted && key.text.toLowerCase() === 'status' && text === 'error';
}

function isOf({ key, isNegative }: Term, names: readonly string[]): boolean {
  return !isNegative && key !== undefined && !key.isQuoted && names.includes(key.text.toLowerCase());
}

function joined(terms: readonly WrittenTerm[], ...more: string[]): string {
  return [...terms.map(({ written }) => written), ...more].join(' ');
}

function withoutKeys(text: string, ...keys: string[]): WrittenTerm[] {
  return termsOf(text).filter(term => !isOf(term, keys));
}

/** Both of one trace: `&&` takes all that stands before it. */
function andSet(text: string, set: string): string {
  return `${text.trim()} && ${set}`;
}
