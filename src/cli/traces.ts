import { SearchService } from '../collector/searchService.ts';
import { SearchStores } from '../collector/searchStores.ts';
import type { StoreView } from '../collector/storeView.ts';
import { formatAge, formatCount, formatDuration } from '../model/format.ts';
import { summaryToJson } from '../model/plainJson.ts';
import { parseSearch } from '../model/search/parse.ts';
import { SearchError } from '../model/search/query.ts';
import { quoted } from '../model/search/quoted.ts';
import type { TraceSummary } from '../model/summary.ts';
import { oneLine, terminalJson } from '../model/text.ts';
import { searchMistake, UsageError } from './mistake.ts';
import { openView, type StorageOptions } from './storage.ts';

interface TracesOptions extends StorageOptions {
  limit: number;
  since?: string;
  until?: string;
  json?: boolean;
}

interface Found {
  /** Printed so far. */
  traces: number;
  hasMore: boolean;
}

/** Lists traces, newest first; those that a search finds are printed as they are found. */
export async function listTraces(words: readonly string[], options: TracesOptions): Promise<void> {
  const text = words.join(' ').trim();
  check(text);
  const times = timesOf(options);
  const view = await openView(options);
  try {
    const isSearch = text !== '' || times.since !== undefined || times.until !== undefined;
    const print = (summary: TraceSummary) =>
      process.stdout.write(
        `${options.json ? terminalJson(JSON.stringify(summaryToJson(summary))) : lineOf(summary, Date.now())}\n`,
      );
    const found = isSearch
      ? await search(view, { text, ...times }, options.limit, print)
      : list(view, options.limit, print);
    // Standard output holds nothing but traces, whoever reads it.
    if (found.hasMore) process.stderr.write(`There are more. --limit ${options.limit * 2} lists the next ones too.\n`);
    else if (found.traces === 0) process.stderr.write(isSearch ? 'No trace matches.\n' : 'There are no traces yet.\n');
  } finally {
    view.close();
  }
}

function list(view: StoreView, limit: number, print: (summary: TraceSummary) => void): Found {
  const page = view.list({ limit });
  for (const summary of page.traces) print(summary);
  return { traces: page.traces.length, hasMore: page.next !== undefined };
}

async function search(
  view: StoreView,
  wanted: { text: string; since?: bigint; until?: bigint },
  limit: number,
  print: (summary: TraceSummary) => void,
): Promise<Found> {
  let traces = 0;
  const show = (found: readonly TraceSummary[]): void => {
    for (const summary of found) print(summary);
    traces += found.length;
  };
  const service = new SearchService(new SearchStores(view), ({ progress }) => show(progress.traces));
  const page = await service.handlers.search(1, { ...wanted, limit });
  if (!('traces' in page)) throw new Error('The search was given up.');
  show(page.traces.slice(traces));
  return { traces, hasMore: page.next !== undefined };
}

/** @throws {UsageError} the search has a mistake */
function check(text: string): void {
  try {
    parseSearch(text);
  } catch (error) {
    throw error instanceof SearchError ? searchMistake(text, error) : error;
  }
}

function timesOf(options: TracesOptions): { since?: bigint; until?: bigint } {
  const times: { since?: bigint; until?: bigint } = {};
  for (const key of ['since', 'until'] as const) {
    const text = options[key];
    if (text === undefined) continue;
    try {
      const time = parseSearch(`${key}:${quoted(text)}`)[key];
      if (time !== undefined) times[key] = time;
    } catch (error) {
      throw error instanceof SearchError ? new UsageError(`--${key} ${oneLine(text, 80)}: ${error.message}`) : error;
    }
  }
  return times;
}

function lineOf(summary: TraceSummary, now: number): string {
  const ms = Number(summary.endTimeUnixNano - summary.startTimeUnixNano) / 1e6;
  const started = Number(summary.startTimeUnixNano / 1_000_000n);
  return [
    summary.traceId,
    formatAge(started, now).padStart(6),
    formatDuration(Math.max(0, ms)).padStart(10),
    `${formatCount(summary.spanCount)} span${summary.spanCount === 1 ? '' : 's'}`.padStart(12),
    (summary.errorCount > 0 ? `${formatCount(summary.errorCount)} err` : '').padStart(7),
    oneLine(summary.service === '' ? summary.name : `${summary.service}: ${summary.name}`, 100),
  ].join('  ');
}
