import * as vscode from 'vscode';
import type { ReceiverState } from '../collector/api.ts';
import { Command, type ContextKeyTypes } from '../contributions.ts';
import type { CollectorHost } from '../environment/collectorHost.ts';
import { endpointForDebugging } from '../environment/debugSessions.ts';
import { endpointForTerminals } from '../environment/terminals.ts';
import { readSetting, setContextKey } from './contributed.ts';
import { DisposableStore } from './disposables.ts';
import type { Refusals } from './refusals.ts';
import { isElsewhere, isOpen, type StatusText, statusText, type Told } from './statusText.ts';
import { Throttle } from './throttle.ts';

/** The one item in the status bar; a click lists what can be done. */
export class StatusItem {
  readonly #collector: CollectorHost;
  readonly #disposables = new DisposableStore();
  readonly #item = this.#disposables.add(
    vscode.window.createStatusBarItem('spanside.receiver', vscode.StatusBarAlignment.Left, 0),
  );
  readonly #soon = this.#disposables.add(new Throttle(500, () => this.#draw()));
  readonly #refusals: Refusals;
  #traces = 0;
  #keys: { refused?: boolean; elsewhere?: ContextKeyTypes['spanside.elsewhere'] } = {};
  #told: Told = { terminals: false, debugSessions: false };

  constructor(collector: CollectorHost, refusals: Refusals) {
    this.#collector = collector;
    this.#refusals = refusals;
    this.#item.name = 'Spanside';
    this.#item.command = Command.showActions;
    this.#disposables.add(collector.onDidChangeState(() => this.#stateChanged()));
    this.#disposables.add(
      collector.onDidCommit(notice => {
        this.#traces = notice.traces;
        this.#soon.trigger();
      }),
    );
    this.#disposables.add(refusals.onDidChange(() => this.#draw()));
    const settingsChanged = () => {
      this.#told = toldNow(collector.state);
      this.#soon.trigger();
    };
    this.#disposables.add(vscode.workspace.onDidChangeConfiguration(settingsChanged));
    this.#disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(settingsChanged));
    this.#draw();
    this.#item.show();
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #stateChanged(): void {
    if (this.#collector.started) setContextKey('spanside.receiver', this.#collector.state.phase);
    setContextKey('spanside.receiver.open', isOpen(this.#collector.state));
    this.#told = toldNow(this.#collector.state);
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
    const { unseen } = this.#refusals;
    const status = statusText(state, { started, counts, unseen, traces: this.#traces, wanted, told: this.#told });
    this.#setKeys(isElsewhere(state, wanted) && (this.#told.terminals ? 'told' : 'untold'));
    this.#item.text = status.text;
    this.#item.tooltip = status.tooltip.join('\n');
    this.#item.backgroundColor = BACKGROUND[status.level];
    this.#item.accessibilityInformation = { label: status.spoken };
  }

  /** What the texts of the empty view depend on. Drawn often, changed seldom. */
  #setKeys(elsewhere: ContextKeyTypes['spanside.elsewhere']): void {
    const refused = this.#refusals.count > 0;
    if (refused !== this.#keys.refused) setContextKey('spanside.refused', refused);
    if (elsewhere !== this.#keys.elsewhere) setContextKey('spanside.elsewhere', elsewhere);
    this.#keys = { refused, elsewhere };
  }
}

function toldNow(state: ReceiverState): Told {
  return {
    terminals: readSetting('spanside.environment.terminals') && endpointForTerminals(state) !== undefined,
    debugSessions: readSetting('spanside.environment.debugSessions') && endpointForDebugging(state) !== undefined,
  };
}

const BACKGROUND: { readonly [K in StatusText['level']]: vscode.ThemeColor | undefined } = {
  normal: undefined,
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
};
