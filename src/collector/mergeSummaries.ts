import type { TraceSummary } from '../model/summary.ts';

/** One summary of a trace whose spans lie in two stores. Counts add up, so spans that lie in both count twice until they are merged. */
export function mergeSummaries(a: TraceSummary, b: TraceSummary): TraceSummary {
  const namesIt = a.hasRoot !== b.hasRoot ? (a.hasRoot ? a : b) : a.startTimeUnixNano <= b.startTimeUnixNano ? a : b;
  return {
    traceId: a.traceId,
    name: namesIt.name,
    service: namesIt.service,
    services: [...new Set([...a.services, ...b.services])].sort(),
    startTimeUnixNano: a.startTimeUnixNano < b.startTimeUnixNano ? a.startTimeUnixNano : b.startTimeUnixNano,
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
