// biome-ignore-all lint/a11y/useSemanticElements: rows are placed freely, which those of a table cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and points at its active row
import { Component } from 'preact';
import { RowFlag } from '../../src/model/columns.ts';
import { formatCount } from '../../src/model/format.ts';
import { iconOf } from '../../src/model/icon.ts';
import type { TraceView } from '../state/traceView.ts';
import { visibleString } from '../ui/visibleText.ts';
import { Bar } from './bar.tsx';
import { nameTooltip, notesOf, rowLabel, timeTooltip } from './rowNotes.ts';

export interface RowProps {
  trace: TraceView;
  row: number;
  /** Place among the visible rows. */
  index: number;
  /** Pixels from the top of the element that is scrolled. */
  top: number;
  collapsed: boolean;
  selected: boolean;
  /** How many levels the name column can show; what is deeper is drawn at the last and says its depth. */
  levels: number;
  trackWidth: number;
  fontSize: number;
  link: string | undefined;
  onLink(row: number): void;
}

/** No name column is wider than this many characters. */
const LONGEST_NAME = 300;

/** One row. It is drawn again only when something about it has changed, because many stand ready while one scrolls. */
export class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const now = this.props as unknown as Record<string, unknown>;
    return Object.entries(next).some(([key, value]) => now[key] !== value);
  }

  override render() {
    const { trace, row, index, top, collapsed, selected, trackWidth, fontSize, link } = this.props;
    const level = trace.columns.depth[row]! + 1;
    const classes = ['row', selected && 'selected', trace.has(row, RowFlag.missing) && 'is-missing'];
    return (
      <div
        role="row"
        id={rowElementId(row)}
        class={classes.filter(Boolean).join(' ')}
        data-row={row}
        aria-label={rowLabel(trace, row)}
        aria-level={level}
        aria-posinset={trace.positionOf(row)}
        aria-setsize={trace.siblingsOf(row)}
        aria-rowindex={index + 2}
        aria-selected={selected}
        aria-expanded={trace.hasChildren(row) ? !collapsed : undefined}
        style={{ transform: `translateY(${top}px)` }}
      >
        {this.#name()}
        <div role="gridcell" class="time-cell" title={timeTooltip(trace, row)}>
          <Bar {...{ trace, row, trackWidth, fontSize, link }} onLink={() => this.props.onLink(row)} />
        </div>
      </div>
    );
  }

  #name() {
    const { trace, row, collapsed, levels } = this.props;
    const depth = trace.columns.depth[row]!;
    const level = Math.min(depth, levels);
    const name = visibleString(trace.nameOf(row), LONGEST_NAME);
    const icon = trace.has(row, RowFlag.missing)
      ? 'question'
      : trace.has(row, RowFlag.error)
        ? 'error'
        : iconOf(trace.categoryOf(row), trace.columns.kind[row]!);
    return (
      <div role="gridcell" class="name-cell" title={nameTooltip(trace, row)}>
        <span class="guides" style={{ width: `calc(${level} * var(--indent))` }} />
        {depth > levels && (
          <span class="depth" title={`depth ${formatCount(depth)}`} aria-hidden="true">
            {formatCount(depth)}
          </span>
        )}
        <span class={`twistie codicon ${twistie(trace, row, collapsed)}`} />
        <span class={`square s${trace.colourOf(row)}`} />
        <span class={`icon codicon codicon-${icon}`} />
        <bdi class="name">{name || 'no name'}</bdi>
        {notesOf(trace, row).map(note => note.icon && <span class={`note codicon codicon-${note.icon}`} />)}
        {collapsed && <span class="fold">{formatCount(trace.columns.subtree[row]! - 1, 'short')}</span>}
      </div>
    );
  }
}

export function rowElementId(row: number): string {
  return `row-${row}`;
}

function twistie(trace: TraceView, row: number, collapsed: boolean): string {
  if (!trace.hasChildren(row)) return 'leaf';
  return collapsed ? 'codicon-chevron-right' : 'codicon-chevron-down';
}
