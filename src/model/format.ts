/** Three significant figures without trailing zeros. */
function figures(value: number): number {
  return Number(value.toPrecision(3));
}

/** Two units of time, the smaller one left out where it is zero. */
function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/**
 * A length of time for a label: `12 µs`, `842 ms`, `2.41 s`, `3 min 12 s`, `2 h 5 min`. Three significant figures
 * below a minute. Negative lengths (offsets) keep their sign.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '?';
  if (ms < 0) return `-${formatDuration(-ms)}`;
  // Every step looks at the rounded number, so that 999.9 ms is 1 s and never 1000 ms.
  const nanos = Math.round(ms * 1e6);
  if (nanos === 0) return '0 ms';
  if (figures(nanos) < 1e3) return `${nanos} ns`;
  if (figures(nanos) < 1e6) return `${figures(nanos / 1e3)} µs`;
  if (figures(nanos) < 1e9) return `${figures(nanos / 1e6)} ms`;
  if (figures(nanos) < 60e9) return `${figures(nanos / 1e9)} s`;
  const seconds = Math.round(nanos / 1e9);
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** A length of time to the last nanosecond, for tooltips and for copying: `108.340417 ms`. */
export function formatNanos(nanos: bigint): string {
  if (nanos < 0n) return `-${formatNanos(-nanos)}`;
  if (nanos < 1000n) return `${nanos} ns`;
  const [digits, unit] = nanos < 1_000_000n ? [3, 'µs'] : nanos < 1_000_000_000n ? [6, 'ms'] : [9, 's'];
  const scale = 10n ** BigInt(digits);
  const fraction = (nanos % scale).toString().padStart(digits, '0').replace(/0+$/, '');
  const whole = grouped((nanos / scale).toString());
  return fraction === '' ? `${whole} ${unit}` : `${whole}.${fraction} ${unit}`;
}

/** Thousands apart by commas, the same on every machine whatever its locale. */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A whole number: `412`, `8,204`; with `short` three figures and less: `412`, `8.2k`, `1.6M`. */
export function formatCount(n: number, style: 'full' | 'short' = 'full'): string {
  if (!Number.isFinite(n)) return '?';
  if (n < 0) return `-${formatCount(-n, style)}`;
  const whole = Math.round(n);
  if (style === 'full' || whole < 1000) return grouped(BigInt(whole).toString());
  for (const [scale, unit] of [
    [1e3, 'k'],
    [1e6, 'M'],
    [1e9, 'G'],
  ] as const) {
    const scaled = whole / scale;
    const shown = scaled < 9.95 ? Math.round(scaled * 10) / 10 : Math.round(scaled);
    if (shown < 1000) return `${shown}${unit}`;
  }
  return `${grouped(BigInt(Math.round(whole / 1e12)).toString())}T`;
}

/** How long ago `then` was, both in milliseconds since 1970; what is to come is `now`. */
export function formatAge(then: number, now: number): string {
  const seconds = Math.floor((now - then) / 1000);
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${grouped(String(Math.floor(seconds / 86_400)))} d`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A point in time in the machine's time zone: `today 14:02:11`, `Nov 3, 14:02:11`, with the year where it is another. */
export function formatClock(unixMs: number, now: number): string {
  const then = new Date(unixMs);
  // A time outside what Date can hold (hostile or unset) has no calendar day.
  if (Number.isNaN(then.getTime())) return 'unknown time';
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${two(then.getHours())}:${two(then.getMinutes())}:${two(then.getSeconds())}`;
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return `today ${clock}`;
  const day = `${MONTHS[then.getMonth()]} ${then.getDate()}`;
  return then.getFullYear() === today.getFullYear() ? `${day}, ${clock}` : `${day}, ${then.getFullYear()}, ${clock}`;
}

/** A size: `812 B`, `1.5 KB`, `256 KB`, `1.4 GB`; a KB is 1,024 bytes, as in the editor. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return '?';
  let value = Math.round(bytes);
  for (const unit of ['B', 'KB', 'MB', 'GB']) {
    // 1,000 to 1,023 of a unit would need four figures.
    if (figures(value) < 1000) return `${figures(value)} ${unit}`;
    value /= 1024;
  }
  return value < 1000 ? `${figures(value)} TB` : `${grouped(String(Math.round(value)))} TB`;
}
