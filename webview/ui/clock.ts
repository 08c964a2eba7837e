const MS = 1_000_000n;

/** Nanoseconds of a decimal text; 0 where the text is none. */
export function nanosOf(text: string): bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : 0n;
}

/** The time of day to the nanosecond, in the machine's time zone: `14:02:12.820 417 203`; '' for an unset time. */
export function preciseClock(unixNano: string): string {
  const nanos = nanosOf(unixNano);
  const date = new Date(Number(nanos / MS));
  if (nanos <= 0n || Number.isNaN(date.getTime())) return '';
  const two = (n: number) => String(n).padStart(2, '0');
  const fraction = String(nanos % 1_000_000_000n).padStart(9, '0');
  const groups = `${fraction.slice(0, 3)} ${fraction.slice(3, 6)} ${fraction.slice(6)}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${groups}`;
}

/** Milliseconds from one point in time to another, both nanoseconds since 1970 as decimal text. */
export function offsetMs(from: string, to: string): number {
  return Number(nanosOf(to) - nanosOf(from)) / 1e6;
}
