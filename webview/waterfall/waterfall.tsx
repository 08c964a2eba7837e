// biome-ignore-all lint/a11y/useSemanticElements: rows are placed freely, which those of a table cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and points at its active row
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { formatCount } from '../../src/model/format.ts';
import type { Inspector } from '../state/inspector.ts';
import type { TraceView } from '../state/traceView.ts';
import { useSize } from '../ui/measure.ts';
import { Splitter } from '../ui/splitter.tsx';
import type { Sizes } from '../ui/theme.ts';
import { TRACK_END, TRACK_START } from './barLayout.ts';
import { keyAction, Typeahead } from './keyboard.ts';
import { Minimap } from './minimap.tsx';
import { indentation, nameColumn } from './nameColumn.ts';
import { rowElementId } from './row.tsx';
import { Rows } from './rows.tsx';
import { Ruler } from './ruler.tsx';
import { createScrollMap } from './scrollMap.ts';
import { useHoveredRow } from './useHoveredRow.ts';

/** Minimap and ruler, in pixels at the default size of text. */
const HEADER_HEIGHT = 48;

interface WaterfallProps {
  page: Inspector;
  trace: TraceView;
  sizes: Sizes;
  /** Takes the reader to the details, for the space bar. */
  onDetails(): void;
}

/** The trace as a tree grid: names on the left, time on the right, one tab stop for all of it. */
export function Waterfall({ page, trace, sizes, onDetails }: WaterfallProps) {
  const grid = useRef<HTMLDivElement>(null);
  const size = useSize(grid);
  const scrollTop = useSignal(0);
  const typeahead = useRef(new Typeahead());
  /** The first row that is seen, so that it stays where it is when the trace grows above it. */
  const anchor = useRef({ trace, row: 0, offset: 0 });
  const hovered = useHoveredRow(page, trace);
  page.rowsChanged.value;

  const rows = page.rows!;
  const { rowHeight } = sizes;
  const { width, height } = size.value;
  const viewport = Math.max(0, height - HEADER_HEIGHT);
  const map = createScrollMap(rows.count * rowHeight, viewport);
  const column = nameColumn(width);
  const nameWidth = Math.min(column.most, Math.max(column.least, page.nameWidth.value ?? column.usual));
  const { indent, levels } = indentation(nameWidth, sizes.indent, trace.deepest);
  const trackWidth = Math.max(0, width - nameWidth - TRACK_START - TRACK_END);

  const scrollTo = (place: number) => {
    const element = grid.current;
    if (!element) return;
    element.scrollTop = map.toScrollTop(place);
    scrollTop.value = element.scrollTop;
  };

  useLayoutEffect(() => {
    const held = anchor.current;
    if (held.trace === trace) return;
    const row = held.trace.columns.traceId === trace.columns.traceId ? trace.rowOf(held.trace.spanIdOf(held.row)) : -1;
    scrollTo(row < 0 ? 0 : rows.indexOf(rows.shownFor(row)) * rowHeight + held.offset);
    anchor.current = { ...held, trace, row: Math.max(0, row) };
  }, [trace]);

  const wish = page.reveal.value;
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    if (!wish || viewport === 0) return;
    // Back from the details, the wish is an old one: the trace may have grown since, and its rows moved.
    const index = rows.indexOf(isFirst.current ? page.selected.peek() : wish.row);
    isFirst.current = false;
    if (index < 0) return;
    const top = index * rowHeight;
    const seen = map.toPlace(grid.current?.scrollTop ?? 0);
    if (top >= seen && top + rowHeight <= seen + viewport) return;
    if (wish.where === 'centre') scrollTo(top - (viewport - rowHeight) / 2);
    else scrollTo(top < seen ? top : top + rowHeight - viewport);
    // Not again when the panel changes its size: only once there is room at all.
  }, [wish, viewport > 0]);

  const onKeyDown = (event: KeyboardEvent) => {
    const selected = page.selected.peek();
    const typing = typeahead.current.isTyping(event.timeStamp) && event.key === ' ';
    const action = typing ? undefined : keyAction(event, trace, rows, selected, Math.floor(viewport / rowHeight));
    if (action) {
      event.preventDefault();
      if (action.do === 'select') page.select(action.row);
      else if (action.do === 'toggle') page.toggle(action.row);
      else if (action.do === 'expandSiblings') page.expandSiblings(action.row);
      else if (action.do === 'source') page.goToSource(action.row, { focus: action.focus });
      else onDetails();
    } else if ([...event.key].length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const row = typeahead.current.next(event.key, event.timeStamp, trace, rows, selected);
      if (row !== undefined) page.select(row);
    }
  };

  const selected = page.selected.value;
  const place = map.toPlace(scrollTop.value);
  return (
    <div
      class={levels === 0 ? 'waterfall tight' : 'waterfall'}
      style={{
        '--name-width': `${nameWidth}px`,
        '--grid-header': `${HEADER_HEIGHT}px`,
        '--indent': `${indent}px`,
      }}
    >
      <div
        ref={grid}
        role="treegrid"
        class="grid"
        tabIndex={0}
        aria-label={`Spans of ${trace.name}`}
        aria-rowcount={rows.count + 1}
        aria-colcount={2}
        aria-activedescendant={selected >= 0 && rows.indexOf(selected) >= 0 ? rowElementId(selected) : undefined}
        onKeyDown={onKeyDown}
        onScroll={event => {
          scrollTop.value = event.currentTarget.scrollTop;
          const top = map.toPlace(scrollTop.peek());
          const index = Math.floor(top / rowHeight);
          anchor.current = { trace, row: Math.max(0, rows.rowAt(index)), offset: top - index * rowHeight };
        }}
        onWheel={event => {
          if (map.ratio === 1 || event.ctrlKey || event.deltaMode !== WheelEvent.DOM_DELTA_PIXEL) return;
          event.preventDefault();
          scrollTo(place + event.deltaY);
        }}
        onPointerOver={event => hovered.over(rowOfEvent(event))}
        onPointerLeave={() => hovered.over(-1)}
        onClick={event => {
          const row = rowOfEvent(event);
          if (row < 0) return;
          if ((event.target as Element).classList.contains('twistie')) page.toggle(row);
          page.select(row);
        }}
        onDblClick={event => {
          const row = rowOfEvent(event);
          if (row >= 0 && !(event.target as Element).classList.contains('twistie')) page.goToSource(row);
        }}
      >
        <div role="row" class="grid-header" aria-rowindex={1}>
          <div role="columnheader" class="name-header">
            <span class="screen-reader">Name, </span>
            {spanCount(trace.columns.spanCount)}
          </div>
          <div role="columnheader" class="time-header">
            <span class="screen-reader">Time</span>
            <div class="track">
              <Minimap trace={trace} width={trackWidth} onPick={row => page.select(rows.shownFor(row), 'centre')} />
              <Ruler durationMs={trace.columns.durationMs} width={trackWidth} />
            </div>
          </div>
        </div>
        <div role="presentation" class="sizer" style={{ height: `${map.height}px` }}>
          <Rows
            {...{ page, trace, rows, sizes, viewport, place, levels, trackWidth, selected }}
            shift={scrollTop.value - place}
            hovered={hovered.row.value}
            changed={page.rowsChanged.value}
          />
        </div>
      </div>
      <Splitter
        orientation="vertical"
        class="name-splitter"
        label="Width of the names"
        value={nameWidth}
        min={column.least}
        max={column.most}
        onChange={value => page.setNameWidth(value)}
      />
    </div>
  );
}

function spanCount(count: number): string {
  return count === 1 ? '1 span' : `${formatCount(count)} spans`;
}

function rowOfEvent(event: Event): number {
  const element = (event.target as Element).closest<HTMLElement>('[data-row]');
  return element ? Number(element.dataset['row']) : -1;
}
