import type { StoreInfo } from '../collector/api.ts';
import { formatAge, formatBytes } from '../model/format.ts';
import { plural } from './traces/labels.ts';

/** Whether a store holds anything: logs and metrics lie there without traces too, and other stores are cleared with it. */
export function isWorthClearing({ traces, oldest, alsoReading }: StoreInfo): boolean {
  return traces > 0 || oldest !== undefined || alsoReading.length > 0;
}

/** What will be gone, for the question before. */
export function clearDetail({ traces, spans, bytes, oldest }: StoreInfo, now: number): string {
  if (traces === 0) return 'There is no trace, but logs and metrics may be kept. They will be gone for good.';
  const since = oldest === undefined ? '' : `, the oldest from ${whenOf(oldest, now)}`;
  const what = `${plural(traces, 'trace')} of ${plural(spans, 'span')}, ${formatBytes(bytes)} on disk${since}`;
  return `${what}. They will be gone for good, and all logs and metrics.`;
}

function whenOf(at: number, now: number): string {
  const age = formatAge(at, now);
  return age === 'now' ? 'just now' : `${age} ago`;
}

/** What is to be said after a deletion that other windows' stores did not take part in; nothing where all did. */
export function keptSentence(stores: number): string | undefined {
  if (stores === 0) return undefined;
  return stores === 1
    ? 'The store of another window that is open keeps what it has. Delete it there, or here once that window is closed.'
    : `The stores of ${stores} other windows that are open keep what they have. Delete it there, or here once those windows are closed.`;
}
