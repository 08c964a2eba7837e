import type { TraceColumns } from './columns.ts';

/** Ancestor levels that {@link VisibleRows.guides} looks at: more guides than fit into a name column help nobody. */
export const MAX_GUIDES = 64;

/**
 * Which rows of a trace are seen when some are collapsed. Changing it costs one pass over the rows that are seen after
 * it; asking is O(1), or O(log n) for {@link indexOf}.
 */
export class VisibleRows {
  readonly #columns: Pick<TraceColumns, 'rows' | 'parent' | 'depth' | 'subtree'>;
  readonly #collapsed: Uint8Array;
  /** Trace rows in display order; the first `#count` are in use. */
  readonly #visible: Uint32Array;
  #count = 0;

  /** `collapsed` holds 1 for every collapsed row; it is copied. */
  constructor(columns: Pick<TraceColumns, 'rows' | 'parent' | 'depth' | 'subtree'>, collapsed?: Uint8Array) {
    this.#columns = columns;
    this.#collapsed = new Uint8Array(columns.rows);
    if (collapsed) this.#collapsed.set(collapsed.subarray(0, columns.rows));
    this.#visible = new Uint32Array(columns.rows);
    this.#rebuild();
  }

  get count(): number {
    return this.#count;
  }

  /** The trace row at a visible index, -1 outside of them. */
  rowAt(index: number): number {
    return index >= 0 && index < this.#count ? this.#visible[index]! : -1;
  }

  /** The visible index of a trace row, -1 where it is hidden. */
  indexOf(row: number): number {
    const index = this.#indexAtOrBefore(row);
    return index >= 0 && this.#visible[index] === row ? index : -1;
  }

  /** The row itself, or the collapsed ancestor that hides it; -1 for no row of the trace. */
  shownFor(row: number): number {
    if (row < 0 || row >= this.#columns.rows) return -1;
    // Of the visible rows before a hidden one, the last is the collapsed row whose subtree it is in.
    return this.#visible[this.#indexAtOrBefore(row)]!;
  }

  hasChildren(row: number): boolean {
    return this.#columns.subtree[row]! > 1;
  }

  isCollapsed(row: number): boolean {
    return this.#collapsed[row] === 1 && this.hasChildren(row);
  }

  /** All collapsed rows, hidden ones included. */
  collapsedRows(): number[] {
    const rows: number[] = [];
    for (let row = 0; row < this.#columns.rows; row++) if (this.isCollapsed(row)) rows.push(row);
    return rows;
  }

  /** Whether anything changed; a row without children cannot be collapsed. */
  toggle(row: number): boolean {
    return this.set(row, !this.isCollapsed(row));
  }

  /** Whether anything changed. */
  set(row: number, collapsed: boolean): boolean {
    if (!this.hasChildren(row) || this.isCollapsed(row) === collapsed) return false;
    this.#collapsed[row] = collapsed ? 1 : 0;
    this.#rebuild();
    return true;
  }

  collapseAll(): void {
    this.#collapsed.fill(1);
    this.#rebuild();
  }

  expandAll(): void {
    this.#collapsed.fill(0);
    this.#rebuild();
  }

  /** Expands the ancestors of a row, not the row itself, and returns its visible index. */
  reveal(row: number): number {
    const { parent } = this.#columns;
    let changed = false;
    for (let above = parent[row] ?? -1; above >= 0; above = parent[above]!) {
      if (this.#collapsed[above] === 0) continue;
      this.#collapsed[above] = 0;
      changed = true;
    }
    if (changed) this.#rebuild();
    return this.indexOf(row);
  }

  /**
   * The ancestor levels (0 is a top row's), ascending, whose line goes on below this row because that ancestor has
   * another child to come. Only the nearest {@link MAX_GUIDES} levels are looked at, so that a painted row of a chain
   * 100,000 deep costs no more than another.
   */
  guides(row: number): number[] {
    const { parent, depth, subtree } = this.#columns;
    const levels: number[] = [];
    let below = row;
    for (let looked = 0; looked < MAX_GUIDES; looked++) {
      const above = parent[below] ?? -1;
      if (above < 0) break;
      if (below + subtree[below]! < above + subtree[above]!) levels.push(depth[above]!);
      below = above;
    }
    return levels.reverse();
  }

  #rebuild(): void {
    const { rows, subtree } = this.#columns;
    let count = 0;
    for (let row = 0; row < rows; row += this.#collapsed[row] === 1 ? subtree[row]! : 1) this.#visible[count++] = row;
    this.#count = count;
  }

  /** The last visible index whose row is `row` or before it, -1 where there is none. */
  #indexAtOrBefore(row: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#visible[middle]! <= row) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
