import { RowFlag, type TraceColumns } from '../../model/columns.ts';
import type { SpanId } from '../../model/ids.ts';
import { spanIdOf } from '../traces/nodes.ts';

const LOCATED = RowFlag.hasCode | RowFlag.hasException;

/**
 * The span by which a failed trace is best entered: the deepest of those that failed and seem to have a place in the
 * source, since errors travel up from there; else the first that failed. `undefined` where none did.
 */
export function failingSpan(columns: TraceColumns): SpanId | undefined {
  let chosen = -1;
  let located = false;
  for (let row = 0; row < columns.rows; row++) {
    const flags = columns.flags[row] ?? 0;
    if ((flags & RowFlag.error) === 0) continue;
    const hint = (flags & LOCATED) !== 0;
    const better = chosen < 0 || (hint && (!located || (columns.depth[row] ?? 0) > (columns.depth[chosen] ?? 0)));
    if (!better) continue;
    chosen = row;
    located = hint;
  }
  return chosen < 0 ? undefined : spanIdOf(columns, chosen);
}

/** The span that is meant where only a trace is named: the one that failed, else the first that has arrived. */
export function entrySpan(columns: TraceColumns): SpanId | undefined {
  const first = columns.flags.findIndex(flags => (flags & RowFlag.missing) === 0);
  return failingSpan(columns) ?? (first < 0 ? undefined : spanIdOf(columns, first));
}
