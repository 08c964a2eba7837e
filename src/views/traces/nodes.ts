import type { ServiceCount } from '../../collector/api.ts';
import { RowFlag, type TraceColumns } from '../../model/columns.ts';
import { hexOf, type SpanId } from '../../model/ids.ts';
import type { TraceSummary } from '../../model/summary.ts';

/** A row of the Traces view. `id` is stable over refreshes, so that selection and expansion survive them. */
export type TreeNode =
  | { kind: 'service'; id: string; service: ServiceCount; more: boolean }
  | { kind: 'trace'; id: string; summary: TraceSummary; parent: TreeNode | undefined }
  | { kind: 'span'; id: string; trace: TraceSummary; columns: TraceColumns; row: number; parent: TreeNode }
  | { kind: 'more'; id: string; parent: TreeNode | undefined; shown: number; left: number | undefined }
  | { kind: 'action'; id: string; action: ListAction };

/** What a list offers where its filter finds nothing. */
export type ListAction = 'changeFilter' | 'clearFilter' | 'searchAllTime';

export type ServiceNode = Extract<TreeNode, { kind: 'service' }>;
export type TraceNode = Extract<TreeNode, { kind: 'trace' }>;
export type SpanNode = Extract<TreeNode, { kind: 'span' }>;

/** Id of the list itself, for what is kept per parent. */
export const ROOT_ID = '';

/** @param more whether the service may have more traces than were counted. */
export function serviceNode(service: ServiceCount, more = false): ServiceNode {
  return { kind: 'service', id: `service:${service.service}`, service, more };
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

export function actionNode(action: ListAction): TreeNode {
  return { kind: 'action', id: `action:${action}`, action };
}

/** The service that a row is of: of a trace the one of its root. `undefined` for a row that is of none. */
export function serviceOf(node: TreeNode): string | undefined {
  if (node.kind === 'service') return node.service.service;
  if (node.kind === 'trace') return node.summary.service;
  if (node.kind === 'span') return node.columns.strings[node.columns.service[node.row] ?? 0] ?? '';
  return undefined;
}

/** The name of a trace or a span. */
export function nameOf(node: TreeNode): string | undefined {
  if (node.kind === 'trace') return node.summary.name;
  if (node.kind === 'span') return node.columns.strings[node.columns.name[node.row] ?? 0] ?? '';
  return undefined;
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
