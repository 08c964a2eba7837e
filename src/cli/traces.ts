import { formatAge, formatCount, formatDuration } from '../model/format.ts';
import { summaryToJson } from '../model/plainJson.ts';
import type { TraceSummary } from '../model/summary.ts';
import { oneLine, terminalJson } from '../model/text.ts';
import { openView, type StorageOptions } from './storage.ts';

interface TracesOptions extends StorageOptions {
  limit: number;
  json?: boolean;
}

/** Lists traces, newest first. */
export async function listTraces(query: string | undefined, options: TracesOptions): Promise<void> {
  const view = await openView(options);
  try {
    const page = view.list({ limit: options.limit, ...(query !== undefined && { text: query }) });
    for (const summary of page.traces) {
      process.stdout.write(
        `${options.json ? terminalJson(JSON.stringify(summaryToJson(summary))) : lineOf(summary, Date.now())}\n`,
      );
    }
    if (!options.json && page.traces.length === 0) {
      process.stderr.write(query ? 'No trace matches.\n' : 'There are no traces yet.\n');
    }
  } finally {
    view.close();
  }
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
