import type { TraceSummary } from '../model/summary.ts';

/**
 * One summary of a trace of which something lies in each of two stores, perhaps only logs in one of them. Counts add up, so
 * spans that lie in both count twice until they are merged.
 */
export function mergeSummaries(a: TraceSummary, b: TraceSummary): TraceSummary {
  const namesIt = namesTrace(a, b) ? a : b;
  return {
    traceId: a.traceId,
    name: namesIt.name,
    service: namesIt.service,
    services: [...new Set([...a.services, ...b.services])].sort(),
    startTimeUnixNano: earlier(a.startTimeUnixNano, b.startTimeUnixNano),
    endTimeUnixNano: a.endTimeUnixNano > b.endTimeUnixNano ? a.endTimeUnixNano : b.endTimeUnixNano,
    spanCount: a.spanCount + b.spanCount,
    errorCount: a.errorCount + b.errorCount,
    logCount: a.logCount + b.logCount,
    hasRoot: a.hasRoot || b.hasRoot,
    pinned: a.pinned || b.pinned,
    receivedAt: Math.min(a.receivedAt, b.receivedAt),
    version: a.version + b.version,
  };
}

function namesTrace(a: TraceSummary, b: TraceSummary): boolean {
  if (a.hasRoot !== b.hasRoot) return a.hasRoot;
  if (a.spanCount === 0 || b.spanCount === 0) return b.spanCount === 0;
  return earlier(a.startTimeUnixNano, b.startTimeUnixNano) === a.startTimeUnixNano;
}

/** A start of zero is one that was never set. */
function earlier(a: bigint, b: bigint): bigint {
  if (a === 0n || b === 0n) return a || b;
  return a < b ? a : b;
}
