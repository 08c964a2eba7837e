import * as vscode from 'vscode';
import type { CollectorApi } from '../../collector/api.ts';
import { type SpanRef, ViewId } from '../../contributions.ts';
import type { TraceId } from '../../model/ids.ts';
import type { InspectorCommand } from '../../protocol/inspector.ts';
import { setContextKey } from '../contributed.ts';
import { reportFailure } from '../failure.ts';
import type { SourceNavigator } from '../source/navigator.ts';
import { sourceColumn } from '../source/sourceColumn.ts';
import { parseInspectorState, parseWebUrl } from './messages.ts';
import { InspectorPanel, type PanelActions } from './panel.ts';
import type { FullSpanRef, SpanAnswers } from './spanAnswers.ts';
import type { SpanDocuments } from './spanDocument.ts';

/** What inspectors need of the rest of the extension. */
export interface InspectorParts {
  collector: CollectorApi;
  answers: SpanAnswers;
  navigator: SourceNavigator;
  documents: SpanDocuments;
  log: vscode.LogOutputChannel;
  extensionUri: vscode.Uri;
}

/** The inspectors of the window: one that is used again for every trace, and those the user opened apart. */
export class InspectorPanels implements vscode.WebviewPanelSerializer {
  readonly #parts: InspectorParts;
  readonly #open = new Set<InspectorPanel>();
  #main: InspectorPanel | undefined;

  constructor(parts: InspectorParts) {
    this.#parts = parts;
  }

  register(): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(ViewId.inspector, this);
  }

  /** Shows a trace, with a span selected where `ref` names one. The focus stays where it is unless `focus`. */
  open(ref: SpanRef, options: { newPanel?: boolean; focus?: boolean } = {}): void {
    setContextKey('spanside.trace.opened', true);
    const preserveFocus = !options.focus;
    if (this.#main !== undefined && !options.newPanel) {
      this.#main.show(ref);
      // Without a column the panel stays where the user has put it.
      if (!this.#main.panel.visible || options.focus) this.#main.panel.reveal(undefined, preserveFocus);
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      ViewId.inspector,
      'Trace',
      { viewColumn: columnForPanel(), preserveFocus },
      { enableScripts: true },
    );
    const opened = this.#adopt(panel, ref);
    if (!options.newPanel) this.#main = opened;
  }

  /** Restores a panel after the window was reloaded. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const known = parseInspectorState(state);
    if (known === undefined) return panel.dispose();
    const restored = this.#adopt(panel, { traceId: known.traceId as TraceId, restored: true });
    this.#main ??= restored;
  }

  run(command: InspectorCommand): void {
    this.#active()?.run(command);
  }

  /** The span selected in the inspector that has the focus, or was opened last. */
  activeSpan(): SpanRef | undefined {
    const active = this.#active();
    return active?.selected && { traceId: active.traceId, spanId: active.selected };
  }

  /** Whether an inspector that can be seen has this span selected. */
  shows(ref: SpanRef): boolean {
    return [...this.#open].some(
      ({ panel, traceId, selected }) => panel.visible && traceId === ref.traceId && selected === ref.spanId,
    );
  }

  /** The column for source, so that it covers no inspector; `undefined` where it is all the same. */
  sourceColumn(): number | undefined {
    const active = this.#active();
    return active?.panel.visible ? besideColumn(active) : undefined;
  }

  /** Looks whether the shown traces are still there. */
  checkAll(): void {
    for (const panel of this.#open) panel.check();
  }

  dispose(): void {
    for (const panel of [...this.#open]) panel.panel.dispose();
  }

  #active(): InspectorPanel | undefined {
    return [...this.#open].find(({ panel }) => panel.active) ?? this.#main;
  }

  #adopt(panel: vscode.WebviewPanel, ref: SpanRef & { restored?: boolean }): InspectorPanel {
    const inspector = new InspectorPanel(panel, ref, { ...this.#parts, actions: this.#actions() });
    this.#open.add(inspector);
    panel.onDidDispose(() => {
      inspector.dispose();
      this.#open.delete(inspector);
      if (this.#main === inspector) this.#main = undefined;
    });
    return inspector;
  }

  #actions(): PanelActions {
    const { navigator, documents, log } = this.#parts;
    const run = (what: string, task: () => Thenable<unknown>) => {
      Promise.resolve(task()).catch(error => reportFailure(error, log, what));
    };
    return {
      openTrace: ref => this.open(ref, { focus: true }),
      openSource: (ref, from, options) =>
        run('Go to source', () => navigator.open(ref, { ...options, column: besideColumn(from), shown: true })),
      openRaw: (ref, from, place) =>
        run('Open as a document', () => documents.open(ref as FullSpanRef, besideColumn(from), place)),
      copy: text => run('Copy', () => vscode.env.clipboard.writeText(text)),
      openUrl: text =>
        run('Open link', async () => {
          const url = parseWebUrl(text);
          if (url === undefined) log.warn('A link that is neither http nor https was not opened.');
          else await vscode.env.openExternal(vscode.Uri.parse(url.href, true));
        }),
    };
  }
}

/** Beside the code; in the first column where no editor is open. */
function columnForPanel(): vscode.ViewColumn {
  return vscode.window.tabGroups.all.some(group => group.tabs.length > 0)
    ? vscode.ViewColumn.Beside
    : vscode.ViewColumn.One;
}

function besideColumn(inspector: InspectorPanel): number | undefined {
  const editors = vscode.window.visibleTextEditors.filter(editor => editor.document.uri.scheme === 'file');
  const own = inspector.panel.viewColumn;
  const other = editors.find(editor => editor.viewColumn !== own) ?? vscode.window.activeTextEditor;
  return sourceColumn(own, other?.viewColumn);
}
