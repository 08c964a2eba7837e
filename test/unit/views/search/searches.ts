import type { SearchPage, SearchProgress, TraceSearch } from '../../../../src/collector/api.ts';
import type { TraceId } from '../../../../src/model/ids.ts';
import type { TraceSummary } from '../../../../src/model/summary.ts';
import type { ListCollector } from '../../../../src/views/traces/traceList.ts';
import { summary } from '../builders.ts';

/** A search that was asked for and is answered by the test. */
export interface Asked {
  search: TraceSearch;
  signal: AbortSignal | undefined;
  progress(progress: Partial<SearchProgress>): void;
  answer(traces: TraceSummary[], next?: string): Promise<void>;
  fail(error: Error): Promise<void>;
}

export interface SearchedCollector {
  collector: ListCollector;
  searches: Asked[];
  /** The one that was asked for last. */
  last(): Asked;
  counts: number;
}

export function found(name: string, changes: Partial<TraceSummary> = {}): TraceSummary {
  const traceId = Buffer.from(name).toString('hex').padStart(32, '0').slice(-32) as TraceId;
  return summary({ name, traceId, ...changes });
}

/** As many traces as asked, named by their place from `from` on. */
export function many(count: number, from = 0): TraceSummary[] {
  return Array.from({ length: count }, (_, i) => found(`trace ${from + i}`));
}

/** Lets everything that waits for nothing else run. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

/** A collector whose searches end when the test says so. */
export function searched(total: number, count = { traces: 0, isComplete: false }): SearchedCollector {
  const searches: Asked[] = [];
  const result: SearchedCollector = {
    searches,
    counts: 0,
    last: () => searches.at(-1)!,
    collector: {
      listTraces: async () => ({ traces: [], total }),
      listServices: async () => [],
      columns: async () => undefined,
      countMatches: async () => {
        result.counts++;
        return count;
      },
      search: (search, onProgress, signal) => {
        const { promise, resolve, reject } = Promise.withResolvers<SearchPage>();
        signal?.addEventListener('abort', () => reject(new DOMException('Given up.', 'AbortError')));
        const done = { looked: 1_000, spans: 1_000 };
        searches.push({
          search,
          signal,
          progress: progress => onProgress?.({ traces: [], looked: 0, spans: 1_000, ...progress }),
          answer: (traces, next) => {
            resolve({ traces, ...done, ...(next !== undefined && { next }) });
            return settled();
          },
          fail: error => {
            reject(error);
            return settled();
          },
        });
        return promise;
      },
    },
  };
  return result;
}
