import { formatCount } from '../../model/format.ts';
import { parseSearch } from '../../model/search/parse.ts';
import { SearchError } from '../../model/search/query.ts';
import { oneLine } from '../../model/text.ts';
import { explain } from '../search/explain.ts';
import { isFiltering, rangeLabel, type TraceFilter } from '../search/traceFilter.ts';
import { plural } from './labels.ts';
import type { ListStatus } from './traceList.ts';

/** What stands above the list. */
export interface Header {
  title: string;
  description: string;
  message: string;
}

/** Longer filters are cut; the whole text is in the filter box. */
const LONGEST_FILTER = 200;

/** @param paused traces that arrived since the list was paused; `undefined` where it is not. */
export function headerOf(status: ListStatus, paused: number | undefined): Header {
  const sentences: string[] = [];
  if (isFiltering(status.filter)) sentences.push(filterSentence(status));
  if (paused !== undefined) {
    sentences.push(
      paused > 0 ? `Paused, ${plural(paused, 'trace')} more since then.` : 'Paused. Traces are still received.',
    );
  }
  return {
    title: titleOf(status),
    description: paused === undefined ? '' : 'paused',
    message: sentences.join(' · '),
  };
}

/** `12 traces`, `50+ of 12,345`: a narrow side bar cuts the end. */
function titleOf({ filter, matching, isExact, total }: ListStatus): string {
  if (total === 0) return 'Traces';
  if (!isFiltering(filter)) return plural(total, 'trace');
  return countOf({ matching, isExact, total });
}

function countOf({ matching, isExact, total }: Pick<ListStatus, 'matching' | 'isExact' | 'total'>): string {
  return `${formatCount(matching)}${isExact ? '' : '+'} of ${formatCount(total)}`;
}

function filterSentence({ filter, matching, isExact, total, looking, failure }: ListStatus): string {
  const shown = `Filter: ${describeFilter(filter)}`;
  if (failure !== undefined) return `${shown} · ${failureSentence(failure)}`;
  if (looking && looking.spans > 0) {
    return `${shown} · Looking… ${formatCount(looking.looked)} of ${plural(looking.spans, 'span')}`;
  }
  if (matching > 0) return `${shown}${meaning(filter.text)} · ${countOf({ matching, isExact, total })}`;
  if (!isExact) return `${shown} · Looking…`;
  const none = total === 1 ? 'The only trace there is does not match.' : `None of ${plural(total, 'trace')} matches.`;
  return `${shown}${meaning(filter.text)} · ${total === 0 ? 'There are no traces yet.' : none}`;
}

/** `error service:shop · last 15 min`. */
export function describeFilter({ text, range }: TraceFilter): string {
  const parts = [text === '' ? [] : oneLine(text, LONGEST_FILTER), range === undefined ? [] : rangeLabel(range)];
  return parts.flat().join(' · ');
}

function meaning(text: string): string {
  if (text === '') return '';
  try {
    return ` (${explain(parseSearch(text).spans)})`;
  } catch (error) {
    if (error instanceof SearchError) return '';
    throw error;
  }
}

function failureSentence(failure: unknown): string {
  if (failure instanceof Error && failure.name === 'SearchError') return oneLine(failure.message, 300);
  return 'It could not be searched; the log says why. Refresh tries again.';
}
