import { RowFlag } from './columns.ts';
import type { SpanHead } from './spanHead.ts';

/** It was sent with an end before its start; an end of zero is no end yet. */
export function isReversed(span: SpanHead): boolean {
  return span.endTimeUnixNano !== 0n && span.endTimeUnixNano < span.startTimeUnixNano;
}

/** It has not ended yet. */
export function isOpen(span: SpanHead): boolean {
  return span.endTimeUnixNano === 0n;
}

/** The flags that the span alone decides. */
export function flagsOf(span: SpanHead): number {
  return (
    (span.error ? RowFlag.error : 0) |
    (isReversed(span) ? RowFlag.reversed : 0) |
    (isOpen(span) ? RowFlag.open : 0) |
    (span.hasCode ? RowFlag.hasCode : 0) |
    (span.hasException ? RowFlag.hasException : 0) |
    (span.hasEvents ? RowFlag.hasEvents : 0) |
    (span.hasLinks ? RowFlag.hasLinks : 0)
  );
}
