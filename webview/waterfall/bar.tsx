import { RowFlag } from '../../src/model/columns.ts';
import type { Stretch, TraceView } from '../state/traceView.ts';
import { ActionLink } from '../ui/actionLink.tsx';
import { Text } from '../ui/text.tsx';
import { placeLabels } from './barLayout.ts';
import { durationLabel } from './rowNotes.ts';

interface BarProps {
  trace: TraceView;
  row: number;
  /** Width of the track in pixels, and the size of its text. */
  trackWidth: number;
  fontSize: number;
  /** The place the row leads to, as people say it; absent where it is not shown. */
  link?: string | undefined;
  onLink(): void;
}

/** A row on the time axis: the bar, its critical path, its own time, its duration, the way to its source. */
export function Bar({ trace, row, trackWidth, fontSize, link, onLink }: BarProps) {
  const { columns } = trace;
  const total = columns.durationMs > 0 ? columns.durationMs : 1;
  const share = (ms: number) => Math.max(0, Math.min(1, ms / total));
  const open = trace.has(row, RowFlag.open);
  const start = share(columns.start[row]!);
  const end = open ? 1 : share(columns.start[row]! + columns.duration[row]!);
  const label = durationLabel(trace, row);
  const sides = placeLabels(
    { start: start * trackWidth, end: Math.max(end * trackWidth, start * trackWidth + 2), track: trackWidth },
    label,
    link,
    fontSize,
  );
  const shape = trace.has(row, RowFlag.missing)
    ? ' missing'
    : open
      ? ' open'
      : trace.has(row, RowFlag.reversed)
        ? ' reversed'
        : trace.startsError(row)
          ? ' error'
          : '';
  const before = { right: `calc(${percent(1 - start)} + 6px)` };
  const after = { left: `calc(max(${percent(end)}, ${percent(start)} + 2px) + 6px)` };
  const labelText = <span class="duration">{label}</span>;
  const linkText = link !== undefined && (
    <ActionLink class="row-link" tabIndex={-1} onClick={onLink}>
      <Text text={link} />
    </ActionLink>
  );
  return (
    <div class="track">
      <div class={`bar s${trace.colourOf(row)}${shape}`} style={{ left: percent(start), width: percent(end - start) }}>
        {shape === '' && trace.hasChildren(row) && <Feet trace={trace} row={row} />}
      </div>
      {trace.criticalOf(row).map(stretch => (
        <div class="critical" style={spanOf(stretch, share)} />
      ))}
      <span class="behind" style={after}>
        {sides.label === 'after' && labelText}
        {sides.link === 'after' && linkText}
      </span>
      <span class="before" style={before}>
        {sides.link === 'before' && linkText}
        {sides.label === 'before' && labelText}
      </span>
      {sides.link === 'over' && linkText && (
        <span class="over" style={{ right: `max(0px, ${percent(1 - end)})` }}>
          {linkText}
        </span>
      )}
    </div>
  );
}

/** Where the row itself worked. Only for rows with children: all of a leaf is its own. */
function Feet({ trace, row }: { trace: TraceView; row: number }) {
  const { start, duration } = trace.columns;
  if (duration[row] === 0) return null;
  const share = (ms: number) => (ms - start[row]!) / duration[row]!;
  return trace.selfOf(row).map(stretch => <i class="self" style={spanOf(stretch, share)} />);
}

function spanOf(stretch: Stretch, share: (ms: number) => number) {
  const from = share(stretch.start);
  return { left: percent(from), width: percent(share(stretch.end) - from) };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(4)}%`;
}
