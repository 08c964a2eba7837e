import { RowToken } from '../../contributions.ts';
import { CATEGORIES, RowFlag, type TraceColumns } from '../../model/columns.ts';
import { formatAge, formatCount, formatDuration } from '../../model/format.ts';
import { iconOf } from '../../model/icon.ts';
import type { TraceSummary } from '../../model/summary.ts';
import { oneLine } from '../../model/text.ts';

/** What a row of the tree says; icons are codicon names. */
export interface RowLabel {
  label: string;
  description: string;
  icon: string;
  error: boolean;
  /** For screen readers: the row as a sentence. */
  spoken: string;
  /** Dotted tokens for menus, see RowToken. */
  context: string;
}

const NAME_LENGTH = 120;

function categoryIcon(columns: TraceColumns, row: number): string {
  return iconOf(CATEGORIES[columns.category[row] ?? 0] ?? 'internal', columns.kind[row] ?? 0);
}

export function durationMs(summary: Pick<TraceSummary, 'startTimeUnixNano' | 'endTimeUnixNano'>): number {
  const nanos = summary.endTimeUnixNano - summary.startTimeUnixNano;
  return nanos > 0n ? Number(nanos) / 1e6 : 0;
}

/** `842 ms · now · 24 spans · shop`: a narrow side bar cuts the end, so what tells traces apart comes first. */
export function traceLabel(summary: TraceSummary, now: number, grouped: boolean): RowLabel {
  const name = oneLine(summary.name, NAME_LENGTH) || '(no name)';
  const error = summary.errorCount > 0;
  const duration = formatDuration(durationMs(summary));
  const parts = [duration, formatAge(summary.receivedAt, now), plural(summary.spanCount, 'span')];
  if (summary.pinned) parts.unshift('pinned');
  if (!grouped && summary.service !== '') parts.push(oneLine(summary.service, 40));
  return {
    label: name,
    description: parts.join(' · '),
    icon: error ? 'error' : traceIcon(summary.name),
    error,
    spoken: `Trace ${name}, ${parts.join(', ')}${error ? `, ${plural(summary.errorCount, 'error')}` : ''}`,
    context: [RowToken.trace, ...(error ? [RowToken.error] : []), ...(summary.pinned ? [RowToken.pinned] : [])].join(
      '.',
    ),
  };
}

/** A summary does not say what kind of work its root is; a name that begins with an HTTP method does. */
function traceIcon(name: string): string {
  return /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|HTTP)(?: |$)/.test(name) ? 'globe' : 'pulse';
}

export function spanLabel(columns: TraceColumns, row: number): RowLabel {
  const flags = columns.flags[row] ?? 0;
  const missing = (flags & RowFlag.missing) !== 0;
  const error = (flags & RowFlag.error) !== 0;
  const hasSource = (flags & (RowFlag.hasCode | RowFlag.hasException)) !== 0;
  const name = oneLine(columns.strings[columns.name[row] ?? 0] ?? '', NAME_LENGTH) || '(no name)';
  const duration =
    (flags & RowFlag.open) !== 0 ? 'not ended' : missing ? 'not arrived' : formatDuration(columns.duration[row] ?? 0);
  const tokens: string[] = [RowToken.span];
  if (error) tokens.push(RowToken.error);
  if (hasSource) tokens.push(RowToken.source);
  return {
    label: name,
    description: duration,
    icon: error ? 'error' : missing ? 'question' : categoryIcon(columns, row),
    error,
    spoken: `Span ${name}, ${duration}${error ? ', error' : ''}`,
    context: missing ? 'missing' : tokens.join('.'),
  };
}

/** The lines of a trace's tooltip, as plain text. */
export function traceTooltip(summary: TraceSummary, started: string): string[] {
  const services = summary.services.filter(service => service !== '').map(service => oneLine(service, 60));
  const lines = [
    oneLine(summary.name, 300) || '(no name)',
    `${formatDuration(durationMs(summary))}, ${plural(summary.spanCount, 'span')}, started ${started}`,
  ];
  if (services.length > 0) {
    const shown = services.slice(0, 8).join(', ');
    lines.push(`Services: ${shown}${services.length > 8 ? ` and ${services.length - 8} more` : ''}`);
  }
  if (summary.errorCount > 0) lines.push(`${plural(summary.errorCount, 'span')} with an error`);
  if (summary.logCount > 0) lines.push(plural(summary.logCount, 'log record'));
  if (summary.pinned) lines.push('Pinned: it stays until it is deleted, however old it is.');
  if (!summary.hasRoot) lines.push('Its root span has not arrived.');
  lines.push(`Trace ${summary.traceId}`);
  return lines;
}

/** The lines of a span's tooltip, as plain text. */
export function spanTooltip(columns: TraceColumns, row: number): string[] {
  const flags = columns.flags[row] ?? 0;
  const name = oneLine(columns.strings[columns.name[row] ?? 0] ?? '', 300) || '(no name)';
  if ((flags & RowFlag.missing) !== 0) {
    return [name, 'The spans below name this parent, which has not arrived.'];
  }
  const service = columns.strings[columns.service[row] ?? 0] ?? '';
  const lines = [name];
  if (service !== '') lines.push(`Service: ${oneLine(service, 60)}`);
  lines.push(
    `${formatDuration(columns.duration[row] ?? 0)}, itself ${formatDuration(columns.self[row] ?? 0)}, ` +
      `${formatDuration(columns.start[row] ?? 0)} after the start of the trace`,
  );
  const marks: [number, string][] = [
    [RowFlag.error, 'Its status is error.'],
    [RowFlag.open, 'It has not ended, or its end was not sent.'],
    [RowFlag.reversed, 'It ends before it starts.'],
    [RowFlag.cycle, 'Its chain of parents leads back to itself and was cut here.'],
    [RowFlag.shared, 'It was sent with the ID of its caller; it is shown with an ID of its own.'],
    [RowFlag.updated, 'It was sent more than once; the one with the latest end is shown.'],
    [RowFlag.hasException, 'It recorded an exception.'],
  ];
  for (const [flag, sentence] of marks) if ((flags & flag) !== 0) lines.push(sentence);
  return lines;
}

/** `1 span`, `8,204 spans`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
