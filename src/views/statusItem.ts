import * as vscode from 'vscode';
import { Command } from '../contributions.ts';
import type { CollectorHost } from '../environment/collectorHost.ts';
import { readSetting, setContextKey } from './contributed.ts';
import { DisposableStore } from './disposables.ts';
import { type StatusText, statusText } from './statusText.ts';
import { Throttle } from './throttle.ts';

/** The one item in the status bar; a click lists what can be done. */
export class StatusItem {
  readonly #collector: CollectorHost;
  readonly #disposables = new DisposableStore();
  readonly #item = this.#disposables.add(
    vscode.window.createStatusBarItem('spanside.receiver', vscode.StatusBarAlignment.Left, 0),
  );
  readonly #soon = this.#disposables.add(new Throttle(500, () => this.#draw()));
  #traces = 0;

  constructor(collector: CollectorHost) {
    this.#collector = collector;
    this.#item.name = 'Spanside';
    this.#item.command = Command.showActions;
    this.#disposables.add(collector.onDidChangeState(() => this.#stateChanged()));
    this.#disposables.add(
      collector.onDidCommit(notice => {
        this.#traces = notice.traces;
        this.#soon.trigger();
      }),
    );
    this.#draw();
    this.#item.show();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #stateChanged(): void {
    if (this.#collector.started) setContextKey('spanside.receiver', this.#collector.state.phase);
    this.#draw();
    // A store that was there before says how many traces it holds only when asked.
    void this.#collector.storeInfo().then(
      info => {
        this.#traces = info.traces;
        this.#draw();
      },
      () => {},
    );
  }

  #draw(): void {
    const { state, started, counts } = this.#collector;
    const wanted = readSetting('spanside.receiver.port');
    const status = statusText(state, { started, counts, traces: this.#traces, wanted });
    this.#item.text = status.text;
    this.#item.tooltip = status.tooltip.join('\n');
    this.#item.backgroundColor = BACKGROUND[status.level];
    this.#item.accessibilityInformation = { label: status.spoken };
  }
}

const BACKGROUND: { readonly [K in StatusText['level']]: vscode.ThemeColor | undefined } = {
  normal: undefined,
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
};
