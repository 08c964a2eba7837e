import type { DistinctSpans } from './distinct.ts';
import { formatCount } from './format.ts';
import type { Forest } from './parents.ts';
import { isOpen, isReversed } from './spanFlags.ts';

/** What a reader of the trace should know about it as a whole, one sentence each. */
export function traceWarnings({ spans, updated, shared }: DistinctSpans, forest: Forest): string[] {
  let reversed = 0;
  let open = 0;
  let startless = 0;
  let again = 0;
  for (let i = 0; i < spans.length; i++) {
    const span = spans[i]!;
    if (isReversed(span)) reversed++;
    if (isOpen(span)) open++;
    if (span.startTimeUnixNano === 0n) startless++;
    if (updated[i] === 1) again++;
  }
  return [
    sentence(forest.orphans, 'span names', 'spans name', 'a parent that has not arrived.'),
    sentence(
      forest.cuts.length,
      'span is its own ancestor; the circle of parents is cut there.',
      'spans are their own ancestors; the circles of parents are cut there.',
    ),
    sentence(reversed, 'span ends before it starts.', 'spans end before they start.'),
    sentence(startless, 'span has', 'spans have', 'no start time.'),
    sentence(open, 'span has', 'spans have', 'no end time yet.'),
    sentence(again, 'span was', 'spans were', 'sent more than once with different content; the latest end is shown.'),
    sentence(
      shared.size,
      'span was sent with the ID of its caller; it is shown below the caller with an ID of its own.',
      'spans were sent with the IDs of their callers; they are shown below the callers with IDs of their own.',
    ),
  ].filter(text => text !== undefined);
}

function sentence(count: number, one: string, many: string, rest?: string): string | undefined {
  if (count === 0) return undefined;
  const start = `${formatCount(count)} ${count === 1 ? one : many}`;
  return rest === undefined ? start : `${start} ${rest}`;
}
