import { availableParallelism, loadavg } from 'node:os';

/** Several measurements of one thing. */
export interface Figures {
  median: number;
  all: number[];
}

export function figures(all: number[]): Figures {
  const sorted = [...all].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, all };
}

export interface Quantiles {
  p50: number;
  p99: number;
  max: number;
}

export function quantiles(values: number[]): Quantiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

const round = (n: number) => (Math.abs(n) >= 100 ? Math.round(n) : Number(n.toPrecision(3)));

/** One line for people and one for programs. `ratio` is to the baseline of the same run. */
export function report(bench: string, name: string, unit: string, value: Figures | number, ratio?: number): void {
  const { median, all } = typeof value === 'number' ? { median: value, all: [value] } : value;
  const runs = all.length > 1 ? `  [${all.map(round).join(', ')}]` : '';
  const share = ratio === undefined ? '' : `  = ${ratio.toFixed(2)} x baseline`;
  console.log(`${bench.padEnd(11)} ${name.padEnd(52)} ${String(round(median)).padStart(10)} ${unit}${share}${runs}`);
  console.log(JSON.stringify({ bench, name, unit, median, all, ...(ratio !== undefined && { ratio }) }));
}

export function reportQuantiles(bench: string, name: string, unit: string, { p50, p99, max }: Quantiles): void {
  report(bench, `${name}, p50`, unit, p50);
  report(bench, `${name}, p99`, unit, p99);
  report(bench, `${name}, max`, unit, max);
}

/** Figures are worth little without where they were taken; others at work on the machine show in the load. */
export function reportMachine(bench: string): void {
  const [minute = 0] = loadavg();
  console.log(
    `${bench.padEnd(11)} ${availableParallelism()} cores, Node ${process.version}, load ${minute.toFixed(2)}`,
  );
  const { version, platform, arch } = process;
  console.log(JSON.stringify({ bench, cores: availableParallelism(), node: version, platform, arch, load: minute }));
}
