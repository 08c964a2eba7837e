import { useCallback } from 'preact/hooks';
import type { VisibleRows } from '../../src/model/rows.ts';
import type { Inspector } from '../state/inspector.ts';
import type { TraceView } from '../state/traceView.ts';
import type { Sizes } from '../ui/theme.ts';
import { Row } from './row.tsx';

interface RowsProps {
  page: Inspector;
  trace: TraceView;
  rows: VisibleRows;
  sizes: Sizes;
  viewport: number;
  /** Place in the rows of the top of the viewport, in pixels. */
  place: number;
  /** What is added to a place to get a position in the scrolled element; 0 unless the rows are too tall for one. */
  shift: number;
  /** How many levels are indented. */
  levels: number;
  trackWidth: number;
  selected: number;
  hovered: number;
  /** Grows with every change to `rows`, which stays the same object. */
  changed: number;
}

/** Scrolling by less than this many rows draws nothing new. */
const STEP = 8;

/** The rows around the viewport, a screen more on either side. Elements are used again for the rows that come in. */
export function Rows(props: RowsProps) {
  const { page, trace, rows, sizes, viewport, place, shift, levels, selected, hovered } = props;
  const onLink = useCallback(
    (row: number) => {
      page.select(row);
      page.goToSource(row);
    },
    [page],
  );
  const perScreen = Math.ceil(viewport / sizes.rowHeight) + 1;
  const top = Math.floor(place / sizes.rowHeight);
  const first = Math.max(0, Math.floor((top - perScreen) / STEP) * STEP);
  const last = Math.min(rows.count, first + 3 * perScreen + STEP);
  const slots = 3 * perScreen + 2 * STEP;
  const locations = page.details.locations.value;

  const draw = (index: number, key: string) => {
    const row = rows.rowAt(index);
    const isLinked = row === selected || row === hovered;
    return (
      <Row
        key={key}
        {...{ trace, row, index, levels, onLink }}
        top={index * sizes.rowHeight + shift}
        collapsed={rows.isCollapsed(row)}
        selected={row === selected}
        trackWidth={props.trackWidth}
        fontSize={sizes.labelSize}
        link={isLinked ? locations.get(trace.spanIdOf(row))?.label : undefined}
      />
    );
  };

  const drawn = [];
  for (let index = first; index < last; index++) drawn.push(draw(index, `slot-${index % slots}`));
  // The grid points at its active row, so that one has to exist wherever it is.
  const active = selected < 0 ? -1 : rows.indexOf(selected);
  if (active >= 0 && active < first) drawn.unshift(draw(active, 'active'));
  else if (active >= last) drawn.push(draw(active, 'active'));
  return drawn;
}
