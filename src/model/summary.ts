import type { TraceId } from './ids.ts';

/** One trace as a list shows it. The same whatever order its spans arrived in. */
export interface TraceSummary {
  traceId: TraceId;
  /** Name of the earliest root span; of the earliest span where no root has arrived. */
  name: string;
  /** `service.name` of that span; '' where its resource names none. */
  service: string;
  /** All services of the trace, sorted. */
  services: string[];
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  /** Distinct span ids. */
  spanCount: number;
  /** Spans whose status is error. */
  errorCount: number;
  logCount: number;
  /** Whether a root span has arrived. */
  hasRoot: boolean;
  /** Kept from retention because somebody pinned it. */
  pinned: boolean;
  /** When its first span was committed, in milliseconds since 1970. */
  receivedAt: number;
  /** Grows with every change to this trace; a reader that holds an older number shows old data. */
  version: number;
}
