import type { ServiceCount } from '../../collector/api.ts';
import { RowFlag, type TraceColumns } from '../../model/columns.ts';
import { hexOf, type SpanId } from '../../model/ids.ts';
import type { TraceSummary } from '../../model/summary.ts';

/** A row of the Traces view. `id` is stable over refreshes, so that selection and expansion survive them. */
export type TreeNode =
  | { kind: 'service'; id: string; service: ServiceCount }
  | { kind: 'trace'; id: string; summary: TraceSummary; parent: TreeNode | undefined }
  | { kind: 'span'; id: string; trace: TraceSummary; columns: TraceColumns; row: number; parent: TreeNode }
  | { kind: 'more'; id: string; parent: TreeNode | undefined; shown: number; left: number | undefined };

export type TraceNode = Extract<TreeNode, { kind: 'trace' }>;
export type SpanNode = Extract<TreeNode, { kind: 'span' }>;

/** Id of the list itself, for what is kept per parent. */
export const ROOT_ID = '';

export function serviceNode(service: ServiceCount): TreeNode {
  return { kind: 'service', id: `service:${service.service}`, service };
}

/** One trace stands once in the list, or once below its service. */
export function traceNode(summary: TraceSummary, parent?: TreeNode): TraceNode {
  return { kind: 'trace', id: `${parent?.id ?? ''}/trace:${summary.traceId}`, summary, parent };
}

export function spanNode(trace: TraceSummary, columns: TraceColumns, row: number, parent: TreeNode): SpanNode {
  // The id hangs on the trace's row, not on the parent's: a parent that arrives late must not lose the selection.
  const traceRow = parent.kind === 'span' ? parent.id.slice(0, parent.id.lastIndexOf('#')) : parent.id;
  return { kind: 'span', id: `${traceRow}#${rowId(columns, row)}`, trace, columns, row, parent };
}

export function moreNode(parent: TreeNode | undefined, shown: number, left: number | undefined): TreeNode {
  return { kind: 'more', id: `${parent?.id ?? ROOT_ID}/more`, parent, shown, left };
}

/** The span id of a row; for a `missing` row the id that its children name, so a row id is unique with its flag. */
function rowId(columns: TraceColumns, row: number): string {
  return `${spanIdOf(columns, row)}:${(columns.flags[row] ?? 0) & RowFlag.missing ? 'missing' : ''}`;
}

export function spanIdOf(columns: TraceColumns, row: number): SpanId {
  return hexOf(columns.spanIds, row * 8, 8) as SpanId;
}

/**
 * The rows directly below `parent` (-1 for the top rows), at most `limit` of them, and how many there are beyond.
 * Costs one step per child: the subtree of each is skipped.
 */
export function childRows(columns: TraceColumns, parent: number, limit: number): { rows: number[]; left: number } {
  const rows: number[] = [];
  let left = 0;
  const end = parent < 0 ? columns.rows : parent + (columns.subtree[parent] ?? 1);
  for (let row = parent + 1; row < end; row += Math.max(1, columns.subtree[row] ?? 1)) {
    if (rows.length < limit) rows.push(row);
    else left++;
  }
  return { rows, left };
}

/**
 * The row of a trace's only top span, which the trace's own row stands for; -1 where there are several, or where it has
 * not arrived. Its children then stand directly below the trace.
 */
export function soleRoot(columns: TraceColumns): number {
  const missing = ((columns.flags[0] ?? 0) & RowFlag.missing) !== 0;
  return columns.rows > 0 && columns.subtree[0] === columns.rows && !missing ? 0 : -1;
}

/** Whether a trace has nothing to unfold; known before its spans are read. */
export function isLeaf(summary: TraceSummary): boolean {
  return summary.spanCount === 1 && summary.hasRoot;
}
