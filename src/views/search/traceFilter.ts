import type { TraceSearch } from '../../collector/api.ts';
import { parseSearch } from '../../model/search/parse.ts';
import { SearchError } from '../../model/search/query.ts';
import { quoted } from '../../model/search/quoted.ts';

/** Times as the search language writes them behind `since:` and `until:`: `15m`, `today`, `2026-11-21T14:00`. */
export interface TimeRange {
  since?: string;
  until?: string;
}

/** What the list is filtered by. The times stand apart from the text, because the braces form has no words for them. */
export interface TraceFilter {
  /** As the user wrote it; '' for all. */
  text: string;
  range?: TimeRange;
}

export const NO_FILTER: TraceFilter = { text: '' };

/** The times that are offered. */
export const TIME_RANGES: readonly { label: string; range: TimeRange }[] = [
  { label: 'Last 5 min', range: { since: '5m' } },
  { label: 'Last 15 min', range: { since: '15m' } },
  { label: 'Last hour', range: { since: '1h' } },
  { label: 'Today', range: { since: 'today' } },
  { label: 'Yesterday', range: { since: 'yesterday', until: 'yesterday' } },
  { label: 'Last 7 days', range: { since: '7d' } },
];

export function isFiltering(filter: TraceFilter): boolean {
  return filter.text !== '' || filter.range !== undefined;
}

/** One text for equal filters, another for others. */
export function filterKey({ text, range }: TraceFilter): string {
  return JSON.stringify([text, range?.since ?? '', range?.until ?? '']);
}

/**
 * What is to be asked of the collector at this moment.
 * @throws {SearchError} the times have a mistake; that of a text is found where it is searched for.
 */
export function searchOf({ text, range }: TraceFilter): Omit<TraceSearch, 'limit' | 'after'> {
  if (range === undefined) return { text };
  const { since, until } = parseSearch(rangeTerms(range));
  return { text, ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
}

/** The times as terms of a search: `since:yesterday until:today`. */
export function rangeTerms({ since, until }: TimeRange): string {
  const term = (key: string, time: string | undefined) => (time === undefined ? [] : `${key}:${word(time)}`);
  return [term('since', since), term('until', until)].flat().join(' ');
}

function word(time: string): string {
  return /[\s"]/.test(time) ? quoted(time) : time;
}

/** `last 15 min`, `yesterday`, `since 2026-11-21`, `9:00 to 10:00`, `3h ago to 1h ago`: behind other words. */
export function rangeLabel(range: TimeRange): string {
  const { since, until } = range;
  const offered = TIME_RANGES.find(each => each.range.since === since && each.range.until === until);
  if (offered) return offered.label.toLowerCase();
  if (since === undefined) return until === undefined ? 'all time' : `until ${moment(until)}`;
  if (until !== undefined) return `${moment(since)} to ${moment(until)}`;
  return AGO.test(since) ? `last ${since}` : `since ${since}`;
}

const AGO = /^\d+[a-z]+$/;

function moment(time: string): string {
  return AGO.test(time) ? `${time} ago` : time;
}

/** A filter out of what was stored; what is of another shape, or not to be understood any more, is none. */
export function readFilter(stored: unknown): TraceFilter {
  const filter = shapeOf(stored);
  try {
    parseSearch(filter.text);
    searchOf(filter);
    return filter;
  } catch (error) {
    if (error instanceof SearchError) return NO_FILTER;
    throw error;
  }
}

function shapeOf(stored: unknown): TraceFilter {
  if (typeof stored !== 'object' || stored === null || !('text' in stored)) return NO_FILTER;
  const { text, range } = stored as { text: unknown; range?: unknown };
  if (typeof text !== 'string') return NO_FILTER;
  if (typeof range !== 'object' || range === null) return { text };
  const { since, until } = range as { since?: unknown; until?: unknown };
  const times: TimeRange = {
    ...(typeof since === 'string' && { since }),
    ...(typeof until === 'string' && { until }),
  };
  return Object.keys(times).length === 0 ? { text } : { text, range: times };
}
