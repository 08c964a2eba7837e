import { batch, signal } from '@preact/signals';
import { adjustClocks, clockShifts } from '../../src/model/clockSkew.ts';
import { RowFlag } from '../../src/model/columns.ts';
import { formatCount } from '../../src/model/format.ts';
import { VisibleRows } from '../../src/model/rows.ts';
import type { FromInspector, InspectorCommand, InspectorState, ToInspector } from '../../src/protocol/inspector.ts';
import type { Host } from '../host.ts';
import { DetailsRequests } from './detailsRequests.ts';
import { MOST_COLLAPSED } from './savedState.ts';
import { TraceView } from './traceView.ts';

export type Phase = 'loading' | 'shown' | 'gone';

/** A wish to bring a row into view; a new object each time, so that asking twice works. */
export interface Reveal {
  row: number;
  /** `nearest` scrolls as little as possible, `centre` is for a row that was far away. */
  where: 'nearest' | 'centre';
}

/** Key repeat runs over rows faster than it is worth asking for them. */
const DETAILS_DELAY_MS = 60;
const SAVE_DELAY_MS = 250;
const MANY_COLLAPSED = 500;
const ANNOUNCE_EVERY_MS = 5_000;

/** What the page shows, and what can be done with it. Components read the signals and call the methods. */
export class Inspector {
  readonly phase = signal<Phase>('loading');
  readonly trace = signal<TraceView | undefined>(undefined);
  /** Row of the trace, -1 for none. */
  readonly selected = signal(-1);
  /** Grows with every change to which rows are visible. */
  readonly rowsChanged = signal(0);
  readonly reveal = signal<Reveal | undefined>(undefined);
  readonly tab = signal('overview');
  readonly nameWidth = signal<number | undefined>(undefined);
  readonly detailsShare = signal<number | undefined>(undefined);
  /** Whether the clocks of this trace seem to differ, and whether they are adjusted. */
  readonly clocksDiffer = signal(false);
  readonly clocksAdjusted = signal(false);
  /** Whether a panel too small for both shows the details. */
  readonly detailsPage = signal(false);
  /** Said to screen readers. */
  readonly announcement = signal('');
  /** Grows when the search over attributes should take the focus. */
  readonly focusSearch = signal(0);
  readonly details: DetailsRequests;

  readonly #host: Host;
  readonly #saved: InspectorState | undefined;
  #rows: VisibleRows | undefined;
  /** The trace as it came last. */
  #sent: Extract<ToInspector, { type: 'trace' }> | undefined;
  /** What the reader wants of clocks, whatever the setting says. */
  #adjustClocks: boolean | undefined;
  #detailsTimer: number | undefined;
  #saveTimer: number | undefined;
  #movedAt = Number.NEGATIVE_INFINITY;
  #added = 0;
  #addedTimer: number | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#saved = host.savedState();
    this.details = new DetailsRequests(message => host.post(message));
    if (this.#saved?.tab !== undefined) this.tab.value = this.#saved.tab;
    this.nameWidth.value = this.#saved?.nameWidth;
    this.detailsShare.value = this.#saved?.detailsShare;
    this.#adjustClocks = this.#saved?.adjustClocks;
    host.onMessage(message => batch(() => this.#receive(message)));
  }

  start(): void {
    this.post({ type: 'ready', ...(this.#saved && { state: this.#saved }) });
  }

  post(message: FromInspector): void {
    this.#host.post(message);
  }

  copy(text: string, what: string): void {
    this.post({ type: 'copy', text });
    this.announcement.value = `Copied ${what}.`;
  }

  /** Which rows are visible; present where there is a trace. */
  get rows(): VisibleRows | undefined {
    return this.#rows;
  }

  select(row: number, where: Reveal['where'] = 'nearest'): void {
    const trace = this.trace.peek();
    if (!trace || !this.#rows || row < 0 || row >= trace.columns.rows) return;
    batch(() => {
      const before = this.#rows?.count;
      this.#rows?.reveal(row);
      if (this.#rows?.count !== before) this.#changedRows();
      this.reveal.value = { row, where };
      if (row === this.selected.peek()) return;
      this.selected.value = row;
      this.#showDetails(this.#isRunning() ? DETAILS_DELAY_MS : 0);
      this.post({ type: 'selected', spanId: trace.spanIdOf(row) });
      this.#save();
    });
  }

  toggle(row: number): void {
    const trace = this.trace.peek();
    if (!trace?.hasChildren(row) || !this.#rows) return;
    this.#rows.toggle(row);
    // A selection inside a subtree that has just been closed moves to what closed it.
    const { subtree } = trace.columns;
    const selected = this.selected.peek();
    if (this.#rows.isCollapsed(row) && selected > row && selected < row + subtree[row]!) this.select(row);
    this.#changedRows();
    this.#save();
  }

  expandSiblings(row: number): void {
    const trace = this.trace.peek();
    if (!trace || !this.#rows) return;
    const { parent, subtree, rows } = trace.columns;
    const above = parent[row]!;
    const end = above < 0 ? rows : above + subtree[above]!;
    const collapsed = new Uint8Array(rows);
    for (const closed of this.#rows.collapsedRows()) collapsed[closed] = 1;
    for (let sibling = above + 1; sibling < end; sibling += subtree[sibling]!) collapsed[sibling] = 0;
    // Built once: opening many siblings one by one would walk the rows for each.
    this.#rows = new VisibleRows(trace.columns, collapsed);
    this.#changedRows();
    this.#save();
  }

  collapseAll(): void {
    this.#rows?.collapseAll();
    const trace = this.trace.peek();
    let top = this.selected.peek();
    while (trace && top >= 0 && trace.columns.parent[top]! >= 0) top = trace.columns.parent[top]!;
    if (top >= 0) this.select(top);
    this.#changedRows();
    this.#save();
  }

  expandAll(): void {
    this.#rows?.expandAll();
    this.#changedRows();
    this.reveal.value = { row: this.selected.peek(), where: 'nearest' };
    this.#save();
  }

  /** Opens the line of a row; with `candidate` the one the user chose of several. */
  goToSource(row: number, options: { candidate?: number; focus?: boolean } = {}): void {
    const trace = this.trace.peek();
    if (!trace || row < 0 || trace.has(row, RowFlag.missing)) return;
    this.post({ type: 'openSource', spanId: trace.spanIdOf(row), ...options });
  }

  /** Asks for the selected span again. */
  retryDetails(): void {
    this.#showDetails(0);
  }

  setTab(tab: string): void {
    this.tab.value = tab;
    this.#save();
  }

  setNameWidth(width: number): void {
    this.nameWidth.value = width;
    this.#save();
  }

  setDetailsShare(share: number): void {
    this.detailsShare.value = share;
    this.#save();
  }

  /** Shows the trace with its clocks adjusted, or as it was sent. */
  setClocksAdjusted(on: boolean): void {
    this.#adjustClocks = on;
    if (!this.#sent) return;
    const { select: _, ...sent } = this.#sent;
    batch(() => this.#receiveTrace(sent));
    this.announcement.value = on ? 'Clocks are adjusted.' : 'Times are as they were sent.';
  }

  #receive(message: ToInspector): void {
    switch (message.type) {
      case 'trace':
        this.#receiveTrace(message);
        break;
      case 'gone':
        this.phase.value = 'gone';
        break;
      case 'details':
      case 'failed':
        this.details.answered(message);
        break;
      case 'select':
        this.select(this.trace.peek()?.rowOf(message.spanId) ?? -1, 'centre');
        break;
      case 'run':
        this.#run(message.command);
    }
  }

  #run(command: InspectorCommand): void {
    if (command === 'goToSource') this.goToSource(this.selected.peek());
    else if (command === 'collapseAll') this.collapseAll();
    else if (command === 'expandAll') this.expandAll();
    else if (command === 'focusSearch') {
      this.setTab('attributes');
      this.detailsPage.value = true;
      this.focusSearch.value++;
    }
  }

  #receiveTrace(message: Extract<ToInspector, { type: 'trace' }>): void {
    this.#sent = message;
    const { columns: sent, name, receivedAt, select } = message;
    const before = this.trace.peek();
    const grows = before?.columns.traceId === sent.traceId;
    // The reader has looked at the clocks of one trace; another is shown as the setting has it.
    if (before && !grows) this.#adjustClocks = undefined;
    const wanted = this.#adjustClocks ?? message.adjustClocks ?? false;
    const adjusted = wanted ? adjustClocks(sent) : undefined;
    const columns = adjusted?.columns ?? sent;
    this.clocksAdjusted.value = adjusted !== undefined;
    this.clocksDiffer.value = adjusted !== undefined || clockShifts(sent).nanos.some(shift => shift !== 0);
    const trace = new TraceView(columns, name, receivedAt, adjusted && { sent, shiftMs: adjusted.shiftMs });
    const saved = !before && this.#saved?.traceId === columns.traceId ? this.#saved : undefined;
    const collapsed = grows ? this.#collapsedIds() : (saved?.collapsed ?? []);
    const wasSelected = grows && this.selected.peek() >= 0 ? before.spanIdOf(this.selected.peek()) : saved?.selected;

    if (!grows) this.details.forget();
    this.#rows = new VisibleRows(columns, rowsOf(trace, collapsed));
    this.trace.value = trace;
    this.phase.value = 'shown';
    this.#changedRows();

    const chosen = select === undefined ? -1 : trace.rowOf(select);
    const kept = wasSelected === undefined ? -1 : trace.rowOf(wasSelected);
    const row = chosen >= 0 ? chosen : kept >= 0 ? kept : columns.rows > 0 ? 0 : -1;
    this.selected.value = row;
    if (row >= 0 && (chosen >= 0 || !grows)) {
      this.#rows.reveal(row);
      this.reveal.value = { row, where: 'centre' };
    }
    this.#showDetails(0);
    const added = grows ? columns.spanCount - before.columns.spanCount : 0;
    if (added > 0) this.#announceAdded(added);
    this.#save();
  }

  /** A trace that grows all the time is told of now and then only. */
  #announceAdded(added: number): void {
    this.#added += added;
    if (this.#addedTimer !== undefined) return;
    const announce = () => {
      this.#addedTimer = undefined;
      if (this.#added === 0) return;
      this.announcement.value = this.#added === 1 ? 'One new span.' : `${formatCount(this.#added)} new spans.`;
      this.#added = 0;
      this.#addedTimer = window.setTimeout(announce, ANNOUNCE_EVERY_MS);
    };
    announce();
  }

  /** Whether the selection moves on so soon after it moved that it is only passing. */
  #isRunning(): boolean {
    const before = this.#movedAt;
    this.#movedAt = performance.now();
    return this.#movedAt - before < DETAILS_DELAY_MS;
  }

  #showDetails(delay: number): void {
    window.clearTimeout(this.#detailsTimer);
    const trace = this.trace.peek();
    const row = this.selected.peek();
    if (!trace || row < 0 || trace.has(row, RowFlag.missing)) {
      this.details.showNone();
      return;
    }
    const spanId = trace.spanIdOf(row);
    this.details.expect(spanId);
    if (delay === 0) this.details.show(spanId);
    else this.#detailsTimer = window.setTimeout(() => this.details.show(spanId), delay);
  }

  #changedRows(): void {
    this.rowsChanged.value++;
  }

  #collapsedIds(): string[] {
    const trace = this.trace.peek();
    if (!trace || !this.#rows) return [];
    return this.#rows
      .collapsedRows()
      .slice(0, MOST_COLLAPSED)
      .map(row => trace.spanIdOf(row));
  }

  #save(): void {
    // Before there is a trace there is nothing to come back to, and an older state to keep.
    if (!this.trace.peek()) return;
    window.clearTimeout(this.#saveTimer);
    // At once, because the page may be hidden the next moment; thousands of ids are worth a little patience.
    const delay = (this.#rows?.collapsedRows().length ?? 0) > MANY_COLLAPSED ? SAVE_DELAY_MS : 0;
    this.#saveTimer = window.setTimeout(() => this.#host.saveState(this.#state()), delay);
  }

  #state(): InspectorState {
    const trace = this.trace.peek();
    const selected = this.selected.peek();
    const nameWidth = this.nameWidth.peek();
    const detailsShare = this.detailsShare.peek();
    return {
      version: 1,
      traceId: trace?.columns.traceId ?? '',
      collapsed: this.#collapsedIds(),
      tab: this.tab.peek(),
      ...(trace && selected >= 0 && { selected: trace.spanIdOf(selected) }),
      ...(nameWidth !== undefined && { nameWidth }),
      ...(detailsShare !== undefined && { detailsShare }),
      ...(this.#adjustClocks !== undefined && { adjustClocks: this.#adjustClocks }),
    };
  }
}

/** The rows of these spans, as far as the trace has them. */
function rowsOf(trace: TraceView, spanIds: string[]): Uint8Array {
  const marked = new Uint8Array(trace.columns.rows);
  if (spanIds.length === 0) return marked;
  const wanted = new Set(spanIds);
  for (let row = 0; row < marked.length; row++) {
    // Only a row with children can be collapsed, which spares most of the ids.
    if (trace.hasChildren(row) && wanted.has(trace.spanIdOf(row))) marked[row] = 1;
  }
  return marked;
}
