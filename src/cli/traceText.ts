import { RowFlag, type TraceColumns } from '../model/columns.ts';
import { formatDuration } from '../model/format.ts';
import type { TraceSummary } from '../model/summary.ts';
import { oneLine } from '../model/text.ts';

/** Indentation stops here; deeper rows say how deep they are. */
const DEEPEST = 40;

/** A trace as indented lines for a terminal: one a span, its duration, service and error behind the name. */
export function* traceText(summary: TraceSummary, columns: TraceColumns): Generator<string> {
  yield `${oneLine(summary.name, 120)}  ${formatDuration(columns.durationMs)}  ${columns.spanCount} span${columns.spanCount === 1 ? '' : 's'}  ${summary.traceId}`;
  for (let row = 0; row < columns.rows; row++) {
    const flags = columns.flags[row] ?? 0;
    const depth = columns.depth[row] ?? 0;
    const indent = '  '.repeat(Math.min(depth, DEEPEST)) + (depth > DEEPEST ? `(${depth}) ` : '');
    const name = oneLine(columns.strings[columns.name[row] ?? 0] ?? '', 120);
    const service = oneLine(columns.strings[columns.service[row] ?? 0] ?? '', 60);
    const marks = [
      flags & RowFlag.missing ? '' : formatDuration(columns.duration[row] ?? 0),
      service && `[${service}]`,
      flags & RowFlag.error ? 'error' : '',
    ];
    yield `${indent}${name}  ${marks.filter(mark => mark !== '').join('  ')}`.trimEnd();
  }
  for (const warning of columns.warnings) yield `! ${warning}`;
}
