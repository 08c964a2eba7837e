import { RowFlag } from '../../src/model/columns.ts';
import { formatDuration } from '../../src/model/format.ts';
import type { TraceView } from '../state/traceView.ts';
import { visibleString } from '../ui/visibleText.ts';
import { kindText } from './kindText.ts';

interface Note {
  flag: number;
  /** Codicon behind the name; absent where the row is drawn in another way of its own. */
  icon?: string;
  sentence: string;
}

/** What may be odd about a row, and what it means. */
const NOTES: readonly Note[] = [
  {
    flag: RowFlag.missing,
    sentence:
      'The parent of these spans was named but has not arrived. It may still be running, or was not sampled or sent.',
  },
  {
    flag: RowFlag.orphan,
    icon: 'debug-disconnect',
    sentence: 'The parent of this span has not arrived.',
  },
  {
    flag: RowFlag.cycle,
    icon: 'sync',
    sentence: 'The parents of this span lead back to itself; the circle was cut here.',
  },
  {
    flag: RowFlag.reversed,
    icon: 'arrow-left',
    sentence: 'This span ends before it starts; it is drawn at its start.',
  },
  { flag: RowFlag.open, icon: 'watch', sentence: 'This span has not ended yet.' },
  {
    flag: RowFlag.shared,
    sentence: 'This span was sent with the ID of its caller; it is shown with an ID of its own.',
  },
  { flag: RowFlag.moved, sentence: 'Its times are adjusted, as if the clocks of all machines agreed.' },
  { flag: RowFlag.updated, sentence: 'This span was sent more than once; the one with the latest end is shown.' },
];

export function notesOf(trace: TraceView, row: number): readonly Note[] {
  return NOTES.filter(note => trace.has(row, note.flag));
}

const LONGEST_NAME_IN_TOOLTIP = 1_000;

/** Name, service, kind and what is odd about it, a line each. */
export function nameTooltip(trace: TraceView, row: number): string {
  const lines = [visibleString(trace.nameOf(row), LONGEST_NAME_IN_TOOLTIP)];
  if (!trace.has(row, RowFlag.missing)) {
    const service = visibleString(trace.serviceOf(row), 200) || 'service not named';
    lines.push(`${service} · ${kindText(trace.columns.kind[row]!)}`);
  }
  return [...lines, ...notesOf(trace, row).map(note => note.sentence)].join('\n');
}

/** When, how long, how much of it alone. */
export function timeTooltip(trace: TraceView, row: number): string {
  const { start, duration, self } = trace.columns;
  const lines = [`${durationLabel(trace, row)} from +${formatDuration(start[row]!)}`];
  if (trace.hasChildren(row) && duration[row]! > 0) {
    const share = Math.round((100 * self[row]!) / duration[row]!);
    lines.push(`${formatDuration(self[row]!)} of its own (${share} %)`);
  }
  return [...lines, ...notesOf(trace, row).map(note => note.sentence)].join('\n');
}

export function durationLabel(trace: TraceView, row: number): string {
  if (trace.has(row, RowFlag.open)) return 'not ended';
  if (trace.has(row, RowFlag.reversed)) return 'ends before it starts';
  return formatDuration(trace.columns.duration[row]!);
}

/** The row as a screen reader says it. */
export function rowLabel(trace: TraceView, row: number): string {
  const parts = [visibleString(trace.nameOf(row), 300) || 'span without a name'];
  const service = trace.serviceOf(row);
  if (service !== '') parts.push(visibleString(service, 100));
  parts.push(durationLabel(trace, row));
  if (trace.has(row, RowFlag.error)) parts.push('error');
  const notes = notesOf(trace, row).map(note => note.sentence);
  return [parts.join(', '), ...notes].join('. ');
}
