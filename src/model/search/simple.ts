import { wellKnownKey } from './keys.ts';
import { readMoment } from './moment.ts';
import { type Condition, SearchError, type SearchQuery, type SpanSet } from './query.ts';
import { conditionOf } from './termCondition.ts';
import { readTerm, type Term } from './terms.ts';

/** Terms that a search may have. */
export const MOST_TERMS = 1_000;

/**
 * Reads words and `key:value` terms. What has no minus must hold of one and the same span; what has one, of no span.
 *
 * @param now nanoseconds since 1970, for times like `since:10m`
 * @throws {SearchError}
 */
export function parseSimple(text: string, now: bigint): SearchQuery {
  const wanted: Condition[] = [];
  const unwanted: SpanSet[] = [];
  const times: { since?: bigint; until?: bigint } = {};
  let terms = 0;
  for (let at = nextTerm(text, 0); at < text.length; ) {
    const term = readTerm(text, at);
    at = nextTerm(text, term.end);
    if (++terms > MOST_TERMS) {
      throw new SearchError(`A search can have ${MOST_TERMS} terms at most; leave some out.`, term.start, term.end);
    }
    const known = term.key && !term.key.isQuoted ? wellKnownKey(term.key.text) : undefined;
    if (known?.kind === 'since' || known?.kind === 'until') {
      addTime(times, known.kind, term, now);
      continue;
    }
    const condition = conditionOf(term, known);
    if (term.isNegative) unwanted.push({ type: 'without', part: { type: 'spans', condition } });
    else wanted.push(condition);
  }
  return { spans: spanSet(wanted, unwanted), ...times };
}

function spanSet(wanted: readonly Condition[], unwanted: readonly SpanSet[]): SpanSet {
  const found: SpanSet =
    wanted.length === 0
      ? { type: 'all' }
      : { type: 'spans', condition: wanted.length === 1 ? wanted[0]! : { type: 'and', parts: wanted } };
  return unwanted.length === 0 ? found : { type: 'and', parts: [found, ...unwanted] };
}

function nextTerm(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at]!)) at++;
  return at;
}

function addTime(
  times: { since?: bigint; until?: bigint },
  kind: 'since' | 'until',
  { isNegative, value, start }: Term,
  now: bigint,
): void {
  if (isNegative) {
    const other = kind === 'since' ? 'until' : 'since';
    throw new SearchError(`A time cannot be denied: use ${other}: instead.`, start);
  }
  if (value.operator !== undefined || value.type === 'regex') {
    throw new SearchError(
      `After ${kind}: only a time can stand, as in ${kind}:10m.`,
      value.start - (value.operator?.length ?? 0),
      value.end,
    );
  }
  const { from, to } = readMoment(value.text, now, value.type === 'quoted' ? value.start + 1 : value.start);
  // Each of them has to hold.
  if (kind === 'since') times.since = times.since !== undefined && times.since > from ? times.since : from;
  else times.until = times.until !== undefined && times.until < to ? times.until : to;
}
