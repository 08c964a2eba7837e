import type { StoreInfo } from '../collector/api.ts';
import { plural } from './traces/labels.ts';

/** Whether a store holds anything: logs and metrics lie there without traces too, and other stores are cleared with it. */
export function isWorthClearing({ traces, bytes, alsoReading }: StoreInfo): boolean {
  return traces > 0 || bytes > 0 || alsoReading.length > 0;
}

/** What will be gone, for the question before. */
export function clearDetail({ traces }: Pick<StoreInfo, 'traces'>): string {
  return traces === 0
    ? 'There is no trace, but logs and metrics may be kept. They will be gone for good.'
    : `${plural(traces, 'trace')} will be gone for good, and all logs and metrics.`;
}

/** What is to be said after a deletion that other windows' stores did not take part in; nothing where all did. */
export function keptSentence(stores: number): string | undefined {
  if (stores === 0) return undefined;
  return stores === 1
    ? 'The store of another window that is open keeps what it has. Delete it there, or here once that window is closed.'
    : `The stores of ${stores} other windows that are open keep what they have. Delete it there, or here once those windows are closed.`;
}
