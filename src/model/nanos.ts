/** Nanoseconds between two times as sent: zero where the start is unknown, the end is, or they are reversed. */
export function elapsedNanos(startUnixNano: bigint, endUnixNano: bigint): bigint {
  return startUnixNano !== 0n && endUnixNano > startUnixNano ? endUnixNano - startUnixNano : 0n;
}
