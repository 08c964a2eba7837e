import * as vscode from 'vscode';
import type { CollectorApi } from '../../collector/api.ts';
import { type SpanRef, ViewId } from '../../contributions.ts';
import type { TraceId } from '../../model/ids.ts';
import { safeError } from '../../model/text.ts';
import { setContextKey } from '../contributed.ts';
import { DisposableStore } from '../disposables.ts';
import { hasErrors, isTimed } from '../search/compose.ts';
import { isFiltering, type TraceFilter } from '../search/traceFilter.ts';
import { Throttle } from '../throttle.ts';
import { headerOf } from './header.ts';
import { neighbourOf } from './neighbour.ts';
import { childRows, isLeaf, ROOT_ID, type TreeNode } from './nodes.ts';
import { TraceList } from './traceList.ts';
import { refOf, resolveTooltip, treeItem } from './treeItem.ts';

const GROUPED = 'traces.grouped';
/** Drawing asks for every shown root again, so what a search finds is drawn no more often than this. */
const DRAW_MS = 100;
/** Ages in the rows ("12 s") are brought up to date this often while nothing arrives. */
const AGE_MS = 30_000;

/** The Traces view: newest first, live while it can be seen and is not paused. */
export class TracesView implements vscode.TreeDataProvider<TreeNode> {
  readonly #list: TraceList;
  readonly #memento: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  readonly #disposables = new DisposableStore();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<TreeNode | undefined>());
  readonly #draw = this.#disposables.add(new Throttle(DRAW_MS, () => this.#changed.fire(undefined)));
  readonly #refresh = this.#disposables.add(
    new Throttle(
      () => this.#list.refreshMs,
      () => this.refresh(),
    ),
  );
  readonly #tree: vscode.TreeView<TreeNode>;
  readonly onDidChangeTreeData = this.#changed.event;
  /** Rows last given below the list and below each service, for what stands beside a row. */
  readonly #lists = new Map<string, readonly TreeNode[]>();
  #paused = false;
  #stale = false;
  #total = 0;
  #failure: unknown;
  /** Traces there were when the list was paused. */
  #pausedAt = 0;

  constructor(collector: CollectorApi, filter: TraceFilter, memento: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#memento = memento;
    this.#log = log;
    this.#list = this.#disposables.add(new TraceList(collector, () => this.#listChanged()));
    this.#list.grouped = memento.get(GROUPED, false);
    this.#list.filter = filter;
    setContextKey('spanside.traces.grouped', this.#list.grouped);
    this.#setFilterKeys();
    setContextKey('spanside.traces.paused', false);
    const add = this.#disposables.add.bind(this.#disposables);
    this.#tree = add(
      vscode.window.createTreeView(ViewId.traces, {
        treeDataProvider: this,
        showCollapseAll: true,
        canSelectMany: true,
      }),
    );
    add(collector.onDidCommit(notice => this.#arrived(notice.traces)));
    // A list that could not be read while the collector failed can be read now.
    add(collector.onDidChangeState(() => this.#refresh.trigger()));
    add(this.#tree.onDidChangeVisibility(event => event.visible && this.#stale && this.#refresh.trigger()));
    const ages = setInterval(() => this.#total > 0 && this.#grewOlder(), AGE_MS);
    add({ dispose: () => clearInterval(ages) });
  }

  get filter(): TraceFilter {
    return this.#list.filter;
  }

  get selectedNode(): TreeNode | undefined {
    return this.#tree.selection[0];
  }

  /** What is selected in the tree, as commands without an argument use it. */
  get selection(): SpanRef[] {
    return this.#tree.selection.flatMap(node => refOf(node) ?? []);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return treeItem(node, Date.now(), hasChildren(node));
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    try {
      const children = await this.#list.children(node);
      if (node === undefined) this.#describe();
      if (node === undefined || node.kind === 'service') this.#lists.set(node?.id ?? ROOT_ID, children);
      return children;
    } catch (error) {
      this.#log.error(`The list of traces could not be read: ${safeError(error)}`);
      return [];
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return 'parent' in node ? node.parent : undefined;
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    return resolveTooltip(item, node, Date.now());
  }

  /** As {@link refresh}, without these. */
  refreshWithout(gone: readonly TraceId[]): void {
    this.#list.forget(new Set(gone));
    this.refresh();
  }

  /** Reads the list again now, paused or not. */
  refresh(): void {
    this.#stale = false;
    this.#list.invalidate();
    this.#changed.fire(undefined);
  }

  /**
   * What selects the row beside traces that are about to be deleted; nothing where they are not what is selected. To be
   * asked before and run after the deletion.
   */
  selectionAfter(gone: readonly TraceId[]): () => void {
    const selected = this.#tree.selection.find(node => node.kind === 'trace' && gone.includes(node.summary.traceId));
    const rows = selected?.kind === 'trace' ? (this.#lists.get(selected.parent?.id ?? ROOT_ID) ?? []) : [];
    const beside = neighbourOf(rows, new Set(gone));
    return () => {
      if (beside === undefined || !this.#tree.visible) return;
      // Meanwhile it may have gone as well; then nothing is selected.
      this.#tree.reveal(beside, { select: true, focus: true }).then(undefined, () => {});
    };
  }

  setFilter(filter: TraceFilter): void {
    this.#list.filter = filter;
    this.#setFilterKeys();
    this.refresh();
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#pausedAt = this.#total;
    setContextKey('spanside.traces.paused', paused);
    if (paused) this.#describe();
    else this.refresh();
  }

  setGrouped(grouped: boolean): void {
    this.#list.grouped = grouped;
    setContextKey('spanside.traces.grouped', grouped);
    void this.#memento.update(GROUPED, grouped);
    this.refresh();
  }

  loadMore(node: TreeNode): void {
    this.#list.loadMore(node);
    this.#changed.fire(node.kind === 'more' ? node.parent : undefined);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  /** Sets how many traces there are, and reads the list again unless it is hidden or paused. */
  #arrived(total: number): void {
    this.#total = total;
    this.#stale = true;
    if (this.#paused) this.#describe();
    // A search that still looks is not disturbed; the list is read again when it is done.
    else if (this.#tree.visible && !this.#list.isSearching) this.#refresh.trigger();
  }

  /** Rows were found, or a search is done. */
  #listChanged(): void {
    this.#describe();
    this.#draw.trigger();
    if (this.#stale && !this.#paused && this.#tree.visible && !this.#list.isSearching) this.#refresh.trigger();
    const { failure } = this.#list.status;
    if (failure !== this.#failure && failure !== undefined) this.#log.error(`A search failed: ${safeError(failure)}`);
    this.#failure = failure;
  }

  #grewOlder(): void {
    // Times like "last 15 min" have moved on; without them only the ages in the rows have changed.
    if (isTimed(this.#list.filter) || !isFiltering(this.#list.filter)) this.#arrived(this.#total);
    else if (!this.#paused && this.#tree.visible) this.#draw.trigger();
  }

  #setFilterKeys(): void {
    const { filter } = this.#list;
    setContextKey('spanside.traces.filtered', isFiltering(filter));
    setContextKey('spanside.traces.timed', isTimed(filter));
    setContextKey('spanside.traces.errorsOnly', hasErrors(filter.text));
  }

  /** Says in the header what is shown and what is not. */
  #describe(): void {
    const { title, description, message } = headerOf(
      this.#list.status,
      this.#paused ? this.#total - this.#pausedAt : undefined,
    );
    this.#tree.title = title;
    this.#tree.description = description;
    this.#tree.message = message;
  }
}

function hasChildren(node: TreeNode): boolean {
  if (node.kind === 'trace') return !isLeaf(node.summary);
  if (node.kind === 'span') return childRows(node.columns, node.row, 1).rows.length > 0;
  return node.kind === 'service';
}
