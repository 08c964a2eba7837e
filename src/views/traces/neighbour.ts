import type { TraceId } from '../../model/ids.ts';
import type { TraceNode, TreeNode } from './nodes.ts';

/** The trace to select once `gone` are deleted: the next one below them, else the last one above. */
export function neighbourOf(rows: readonly TreeNode[], gone: ReadonlySet<TraceId>): TraceNode | undefined {
  const traces = rows.filter(row => row.kind === 'trace');
  const last = traces.findLastIndex(row => gone.has(row.summary.traceId));
  if (last < 0) return undefined;
  const stays = (row: TraceNode) => !gone.has(row.summary.traceId);
  return traces.slice(last).find(stays) ?? traces.slice(0, last).findLast(stays);
}
