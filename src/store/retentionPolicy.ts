/** How much a store may hold; a limit that is not there does not limit. */
export interface RetentionLimits {
  /** Since a segment last received something. */
  maxAgeMs?: number;
  maxSpans?: number;
  maxBytes?: number;
}

export interface RetentionTotals {
  bytes: number;
  spans: number;
}

/** A segment as far as retention needs to know it. */
export interface RetainedSegment {
  id: number;
  /** What would be free without it: files and index. */
  bytes: number;
  spans: number;
  /** When it last received something, ms since 1970. */
  lastAt: number;
}

export type RetentionReason = 'age' | 'spans' | 'bytes';

export interface RetentionPlan {
  /** Segments that have to go, in the order in which they should. */
  drop: number[];
  /** What is left when they are gone. */
  left: RetentionTotals;
  /** The limits that ask for it. */
  reasons: RetentionReason[];
  /** Limits that stay exceeded when all are gone that may: what is left is pinned, or being written. */
  unmet: RetentionReason[];
}

/** A store above a limit is brought this far below it, so that it does not have to make room for every request. */
const LOW_WATER = 0.95;

/**
 * Which segments have to go, so that a store comes back under its limits. Dropping may stop after any of them; what is left to
 * do then is planned anew.
 * @param totals of the whole store, also of what is in no segment of the list
 * @param segments that may go, oldest first
 * @param now ms since 1970
 */
export function planRetention(
  limits: RetentionLimits,
  totals: RetentionTotals,
  segments: readonly RetainedSegment[],
  now: number,
): RetentionPlan {
  const { maxAgeMs = Number.POSITIVE_INFINITY, maxSpans = Number.POSITIVE_INFINITY } = limits;
  const { maxBytes = Number.POSITIVE_INFINITY } = limits;
  const left = { ...totals };
  const drop: number[] = [];
  const take = (segment: RetainedSegment): void => {
    drop.push(segment.id);
    left.bytes -= segment.bytes;
    left.spans -= segment.spans;
  };
  const reasons: RetentionReason[] = [];
  // Each by its own time, not as far as the first that is young enough: clocks are set back and forth.
  const young = segments.filter(segment => {
    if (now - segment.lastAt <= maxAgeMs) return true;
    take(segment);
    return false;
  });
  if (drop.length > 0) reasons.push('age');
  const exceeded = (share: number) => ({ spans: left.spans > maxSpans * share, bytes: left.bytes > maxBytes * share });
  const over = exceeded(1);
  if (over.spans) reasons.push('spans');
  if (over.bytes) reasons.push('bytes');
  for (const segment of young) {
    const high = exceeded(LOW_WATER);
    if (!(over.spans && high.spans) && !(over.bytes && high.bytes)) break;
    // Logs and metrics do not help against too many spans.
    if ((over.spans && high.spans && segment.spans > 0) || (over.bytes && high.bytes && segment.bytes > 0))
      take(segment);
  }
  const still = exceeded(1);
  const unmet = (['spans', 'bytes'] as const).filter(reason => still[reason]);
  return { drop, left, reasons, unmet };
}
