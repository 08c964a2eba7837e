/** Several measurements of one thing. */
export interface Figures {
  median: number;
  all: number[];
}

export function figures(all: number[]): Figures {
  const sorted = [...all].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, all };
}

/** One line for people and one for programs. */
export function report(bench: string, name: string, unit: string, value: Figures | number, ratio?: number): void {
  const { median, all } = typeof value === 'number' ? { median: value, all: [value] } : value;
  const round = (n: number) => (Math.abs(n) >= 100 ? Math.round(n) : Number(n.toPrecision(3)));
  const runs = all.length > 1 ? `  [${all.map(round).join(', ')}]` : '';
  const share = ratio === undefined ? '' : `  = ${ratio.toFixed(2)} x baseline`;
  console.log(`${bench.padEnd(12)} ${name.padEnd(34)} ${String(round(median)).padStart(12)} ${unit}${share}${runs}`);
  console.log(JSON.stringify({ bench, name, unit, median, all, ...(ratio !== undefined && { ratio }) }));
}
