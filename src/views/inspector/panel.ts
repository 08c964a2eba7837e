import * as vscode from 'vscode';
import type { CollectorApi } from '../../collector/api.ts';
import type { SpanRef } from '../../contributions.ts';
import type { SpanId, TraceId } from '../../model/ids.ts';
import { oneLine, safeError } from '../../model/text.ts';
import type { FromInspector, InspectorCommand, ToInspector } from '../../protocol/inspector.ts';
import { onDidChangeSetting, readSetting } from '../contributed.ts';
import { DisposableStore } from '../disposables.ts';
import { Throttle } from '../throttle.ts';
import { failingSpan } from './entrySpan.ts';
import { createNonce, inspectorHtml } from './html.ts';
import { parseFromInspector } from './messages.ts';
import { PageSelection } from './selection.ts';
import type { SpanAnswers } from './spanAnswers.ts';
import { tight } from './tight.ts';

/** A trace that grows is sent again no more often than this. */
const GROWTH_MS = 500;
/** A page that was hidden is loaded anew and says `ready`; one that was not gets its snapshot after this time. */
const RESTORE_MS = 400;
const TITLE_LENGTH = 60;

/** What a panel asks of the rest of the editor. */
export interface PanelActions {
  openTrace(ref: SpanRef): void;
  openSource(ref: SpanRef, from: InspectorPanel, options: { candidate?: number; frame?: number; focus: boolean }): void;
  /** Opens the span as a document, or only its value at `place`. */
  openRaw(ref: SpanRef, from: InspectorPanel, place?: string): void;
  openUrl(url: string): void;
  copy(text: string): void;
}

/** One inspector: holds a trace, and answers the page in it. */
export class InspectorPanel {
  readonly panel: vscode.WebviewPanel;
  readonly #collector: CollectorApi;
  readonly #answers: SpanAnswers;
  readonly #actions: PanelActions;
  readonly #log: vscode.LogOutputChannel;
  readonly #disposables = new DisposableStore();
  readonly #grown = this.#disposables.add(new Throttle(GROWTH_MS, () => void this.#sendTrace(false)));
  #traceId: TraceId;
  readonly #selection: PageSelection;
  #version: number | undefined;
  /** Whether a trace was opened without a span, so that the one that failed is to be selected. */
  #choose: boolean;
  #ready = false;
  #restore: NodeJS.Timeout | undefined;

  constructor(
    panel: vscode.WebviewPanel,
    ref: SpanRef & { restored?: boolean },
    parts: {
      collector: CollectorApi;
      answers: SpanAnswers;
      actions: PanelActions;
      log: vscode.LogOutputChannel;
      extensionUri: vscode.Uri;
    },
  ) {
    this.panel = panel;
    this.#traceId = ref.traceId;
    this.#selection = new PageSelection(ref.spanId);
    // A page that is restored has kept its selection.
    this.#choose = ref.spanId === undefined && !ref.restored;
    this.#collector = parts.collector;
    this.#answers = parts.answers;
    this.#actions = parts.actions;
    this.#log = parts.log;
    const add = this.#disposables.add.bind(this.#disposables);
    add(panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    add(panel.onDidChangeViewState(() => this.#visibilityChanged()));
    add(
      this.#collector.onDidCommit(
        notice => (notice.more || notice.traceIds.includes(this.#traceId)) && this.#grown.trigger(),
      ),
    );
    add(onDidChangeSetting(['spanside.inspector.adjustClockSkew'], () => void this.#sendTrace(true)));
    const page = vscode.Uri.joinPath(parts.extensionUri, 'dist', 'webview');
    const media = vscode.Uri.joinPath(parts.extensionUri, 'media');
    panel.iconPath = {
      light: vscode.Uri.joinPath(media, 'inspector-light.svg'),
      dark: vscode.Uri.joinPath(media, 'inspector-dark.svg'),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [page] };
    const address = (name: string) => panel.webview.asWebviewUri(vscode.Uri.joinPath(page, name)).toString();
    // Setting this loads the page anew, so it happens once.
    panel.webview.html = inspectorHtml(
      {
        cspSource: panel.webview.cspSource,
        script: address('inspector.js'),
        style: address('inspector.css'),
        icons: address('codicon.css'),
      },
      createNonce(),
    );
  }

  get traceId(): TraceId {
    return this.#traceId;
  }

  /** The selected span, as the page last said. */
  get selected(): SpanId | undefined {
    return this.#selection.current;
  }

  /** Shows another trace, or another span of the same one. */
  show(ref: SpanRef): void {
    const other = ref.traceId !== this.#traceId;
    this.#traceId = ref.traceId;
    this.#selection.want(ref.spanId, other);
    this.#choose = ref.spanId === undefined && (other || this.#choose);
    if (other) {
      this.#version = undefined;
      void this.#sendTrace(true);
    } else if (this.#ready && this.panel.visible) {
      const spanId = this.#selection.take();
      if (spanId !== undefined) this.#post({ type: 'select', spanId });
    }
  }

  run(command: InspectorCommand): void {
    this.#post({ type: 'run', command });
  }

  /** Looks whether the trace is still there, as after a deletion. */
  check(): void {
    void this.#sendTrace(false);
  }

  dispose(): void {
    clearTimeout(this.#restore);
    this.#disposables.dispose();
  }

  /** Nothing is sent to a page that has not said `ready`: it would be lost. The snapshot it then gets holds everything. */
  #post(message: ToInspector): void {
    if (this.#ready) void this.panel.webview.postMessage(message);
  }

  #visibilityChanged(): void {
    clearTimeout(this.#restore);
    // Told of every change, also of which panel has the focus.
    if (!this.panel.visible) this.#selection.pageHidden();
    else this.#restore = setTimeout(() => void this.#sendTrace(true), RESTORE_MS);
  }

  /** Sends the whole trace; where not `always`, only when it has changed since. */
  async #sendTrace(always: boolean): Promise<void> {
    if (!this.#ready || !this.panel.visible) return;
    const traceId = this.#traceId;
    try {
      const summary = await this.#collector.summary(traceId);
      if (traceId !== this.#traceId || (!always && summary !== undefined && summary.version === this.#version)) return;
      const columns = summary && (await this.#collector.columns(traceId));
      // While this was read, the panel may have been given another trace.
      if (traceId !== this.#traceId) return;
      if (summary === undefined || columns === undefined) {
        this.#version = undefined;
        this.panel.title = 'Trace';
        this.#post({ type: 'gone', traceId });
        return;
      }
      this.#version = summary.version;
      this.panel.title = oneLine(summary.name, TITLE_LENGTH) || 'Trace';
      // Hidden meanwhile: it is sent again when the panel is back.
      if (!this.panel.visible) return;
      if (this.#choose && summary.errorCount > 0) this.#selection.want(failingSpan(columns), false);
      this.#choose = false;
      const select = this.#selection.take();
      const message = {
        type: 'trace',
        columns: tight(columns),
        name: summary.name,
        receivedAt: summary.receivedAt,
        adjustClocks: readSetting('spanside.inspector.adjustClockSkew'),
      } as const;
      this.#post(select === undefined ? message : { ...message, select });
    } catch (error) {
      this.#log.error(`Trace ${traceId} could not be read: ${safeError(error)}`);
    }
  }

  #receive(raw: unknown): void {
    const message = parseFromInspector(raw);
    if (message.type === 'invalid')
      this.#log.warn(`A message of the inspector page was refused (${oneLine(message.reason, 300)}).`);
    else this.#handle(message);
  }

  #handle(message: FromInspector): void {
    // The last words of a page that is going do not count.
    if (this.panel.visible) this.#selection.pageSpoke();
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        clearTimeout(this.#restore);
        void this.#sendTrace(true);
        break;
      case 'details':
        this.#selection.shown(message.spanId as SpanId);
        void this.#sendDetails(message.request, message.spanId as SpanId);
        break;
      case 'selected':
        this.#selection.changed(message.spanId as SpanId);
        break;
      case 'openSource':
      case 'openFrame': {
        const { type: _, spanId, focus = false, ...place } = message;
        this.#actions.openSource(this.#ref(spanId), this, { ...place, focus });
        break;
      }
      case 'openTrace':
        this.#actions.openTrace({
          traceId: message.traceId as TraceId,
          ...(message.spanId === undefined ? {} : { spanId: message.spanId as SpanId }),
        });
        break;
      case 'openRaw':
        this.#actions.openRaw(this.#ref(message.spanId), this);
        break;
      case 'openValue':
        this.#actions.openRaw(this.#ref(message.spanId), this, message.place);
        break;
      case 'copy':
        this.#actions.copy(message.text);
        break;
      case 'openUrl':
        this.#actions.openUrl(message.url);
        break;
      case 'state':
        // The page keeps its state itself, and the editor hands it to the serializer.
        break;
    }
  }

  #ref(spanId: string): SpanRef {
    return { traceId: this.#traceId, spanId: spanId as SpanId };
  }

  async #sendDetails(request: number, spanId: SpanId): Promise<void> {
    try {
      const answer = await this.#answers.describe({ traceId: this.#traceId, spanId });
      this.#post({ type: 'details', request, ...answer });
    } catch (error) {
      this.#log.error(`Span ${spanId} could not be read: ${safeError(error)}`);
      this.#post({ type: 'failed', request, message: 'The details of this span could not be read. The log says why.' });
    }
  }
}
