import type { CollectorApi, TraceQuery } from '../../collector/api.ts';
import type { TraceColumns } from '../../model/columns.ts';
import type { TraceSummary } from '../../model/summary.ts';
import { childRows, moreNode, ROOT_ID, serviceNode, soleRoot, spanNode, type TreeNode, traceNode } from './nodes.ts';

export const ROOT_PAGE = 200;
export const CHILD_PAGE = 500;
/** Traces whose columns are kept; the least recently shown goes first. */
const KEPT_COLUMNS = 20;

/** The content of the Traces view: asks the collector for just what is shown, and keeps what has not changed. */
export class TraceList {
  filter = '';
  grouped = false;
  /** Traces that match and all traces, as of the last time the list was read. */
  matching = 0;

  readonly #collector: Pick<CollectorApi, 'listTraces' | 'listServices' | 'columns'>;
  readonly #limits = new Map<string, number>();
  readonly #columns = new Map<string, { version: number; columns: Promise<TraceColumns | undefined> }>();

  constructor(collector: Pick<CollectorApi, 'listTraces' | 'listServices' | 'columns'>) {
    this.#collector = collector;
  }

  /** Rows below `node`, or the top rows. */
  async children(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined) return this.grouped ? this.#services() : this.#traces(undefined);
    if (node.kind === 'service') return this.#traces(node);
    if (node.kind === 'trace') return this.#spans(node, node.summary);
    if (node.kind === 'span') return this.#spans(node, node.trace, node.row);
    return [];
  }

  /** Shows one page more below the parent of a "Load more" row. */
  loadMore(node: TreeNode): void {
    if (node.kind !== 'more') return;
    const id = node.parent?.id ?? ROOT_ID;
    this.#limits.set(id, node.shown + (isList(node.parent) ? ROOT_PAGE : CHILD_PAGE));
  }

  /** Back to first pages: another filter or another grouping is another list. */
  resetPages(): void {
    this.#limits.clear();
  }

  async #services(): Promise<TreeNode[]> {
    const services = await this.#collector.listServices(this.filter || undefined);
    this.matching = services.reduce((sum, service) => sum + service.traces, 0);
    const limit = this.#limits.get(ROOT_ID) ?? ROOT_PAGE;
    const nodes = services.slice(0, limit).map(serviceNode);
    if (services.length > limit) nodes.push(moreNode(undefined, limit, services.length - limit));
    return nodes;
  }

  async #traces(parent: Extract<TreeNode, { kind: 'service' }> | undefined): Promise<TreeNode[]> {
    const query: TraceQuery = { limit: this.#limits.get(parent?.id ?? ROOT_ID) ?? ROOT_PAGE };
    if (this.filter !== '') query.text = this.filter;
    if (parent !== undefined) query.service = parent.service.service;
    const page = await this.#collector.listTraces(query);
    if (parent === undefined) this.matching = page.total;
    const nodes: TreeNode[] = page.traces.map(summary => traceNode(summary, parent));
    if (page.next !== undefined) nodes.push(moreNode(parent, page.traces.length, page.total - page.traces.length));
    return nodes;
  }

  async #spans(parent: TreeNode, trace: TraceSummary, row?: number): Promise<TreeNode[]> {
    // A span's row number belongs to the columns it was made from; newer ones come by way of the trace's row.
    const columns = parent.kind === 'span' ? parent.columns : await this.#columnsOf(trace);
    if (columns === undefined) return [];
    const { rows, left } = childRows(columns, row ?? soleRoot(columns), this.#limits.get(parent.id) ?? CHILD_PAGE);
    const nodes: TreeNode[] = rows.map(child => spanNode(trace, columns, child, parent));
    if (left > 0) nodes.push(moreNode(parent, rows.length, left));
    return nodes;
  }

  #columnsOf(trace: TraceSummary): Promise<TraceColumns | undefined> {
    const kept = this.#columns.get(trace.traceId);
    this.#columns.delete(trace.traceId);
    const entry =
      kept?.version === trace.version
        ? kept
        : { version: trace.version, columns: this.#collector.columns(trace.traceId) };
    this.#columns.set(trace.traceId, entry);
    // A question that failed must not be the answer for good.
    entry.columns.catch(() => this.#columns.get(trace.traceId) === entry && this.#columns.delete(trace.traceId));
    for (const oldest of this.#columns.keys()) {
      if (this.#columns.size <= KEPT_COLUMNS) break;
      this.#columns.delete(oldest);
    }
    return entry.columns;
  }
}

/** Whether the children of `node` are traces or services, of which a page is smaller. */
function isList(node: TreeNode | undefined): boolean {
  return node === undefined || node.kind === 'service';
}
