import * as vscode from 'vscode';
import { Command, ViewId } from '../../contributions.ts';
import { safeError } from '../../model/text.ts';
import { UserError } from '../../model/userError.ts';
import type { DoctorView, ToDoctor } from '../../protocol/doctor.ts';
import { DisposableStore } from '../disposables.ts';
import { reportFailure } from '../failure.ts';
import { createNonce, inspectorHtml } from '../inspector/html.ts';
import type { Refusals } from '../refusals.ts';
import { RETRY_PORT } from './checkListening.ts';
import { diagnose } from './diagnose.ts';
import type { DoctorFacts } from './facts.ts';
import type { DoctorAction } from './finding.ts';
import { type FactParts, FactSource } from './gatherFacts.ts';
import { parseFromDoctor } from './messages.ts';
import { reportText } from './report.ts';
import { CHECK_AGAIN, COPY_REPORT, drawDoctor } from './view.ts';

/** Requests are asked for so often while the page is to be seen; files and processes less. */
const LIVE_MS = 1_000;
const LOOK_AGAIN_MS = 10_000;

export interface DoctorParts extends FactParts {
  refusals: Refusals;
  log: vscode.LogOutputChannel;
}

/** The page that says why no spans come; there is one of it. */
export class DoctorPanel implements vscode.WebviewPanelSerializer {
  readonly #parts: DoctorParts;
  readonly #facts: FactSource;
  #open: OpenDoctor | undefined;

  constructor(parts: DoctorParts) {
    this.#parts = parts;
    this.#facts = new FactSource(parts);
  }

  register(): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(ViewId.doctor, this);
  }

  show(): void {
    // Whoever looks here has seen what was refused.
    this.#parts.refusals.looked();
    if (this.#open) this.#open.panel.reveal();
    else {
      const options = { enableScripts: true };
      this.#adopt(vscode.window.createWebviewPanel(ViewId.doctor, 'Why No Spans?', vscode.ViewColumn.Active, options));
    }
  }

  /** After a reload of the window. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#open) panel.dispose();
    else this.#adopt(panel);
  }

  dispose(): void {
    this.#open?.panel.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    const open = new OpenDoctor(panel, this.#facts, this.#parts);
    this.#open = open;
    panel.onDidDispose(() => {
      open.dispose();
      this.#open = undefined;
    });
  }
}

class OpenDoctor {
  readonly panel: vscode.WebviewPanel;
  readonly #facts: FactSource;
  readonly #log: vscode.LogOutputChannel;
  readonly #disposables = new DisposableStore();
  #actions: ReadonlyMap<string, DoctorAction> = new Map();
  #shown: { view: DoctorView; versions: string } | undefined;
  #sent = '';
  #ready = false;
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Whether files are to be looked at with the next round, and whether a round is under way. */
  #stale = true;
  #busy = false;
  #disposed = false;

  constructor(panel: vscode.WebviewPanel, facts: FactSource, { context, collector, log }: DoctorParts) {
    this.panel = panel;
    this.#facts = facts;
    this.#log = log;
    const add = this.#disposables.add.bind(this.#disposables);
    add(panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    add(panel.onDidChangeViewState(() => this.#round()));
    const look = () => this.#lookAgain();
    add(vscode.workspace.onDidSaveTextDocument(look));
    add(vscode.workspace.onDidChangeConfiguration(look));
    add(vscode.window.onDidOpenTerminal(look));
    add(vscode.window.onDidCloseTerminal(look));
    add(collector.onDidChangeState(look));
    const page = vscode.Uri.joinPath(context.extensionUri, 'dist', 'webview');
    panel.iconPath = {
      light: vscode.Uri.joinPath(context.extensionUri, 'media', 'inspector-light.svg'),
      dark: vscode.Uri.joinPath(context.extensionUri, 'media', 'inspector-dark.svg'),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [page] };
    const address = (name: string) => panel.webview.asWebviewUri(vscode.Uri.joinPath(page, name)).toString();
    panel.webview.html = inspectorHtml(
      {
        cspSource: panel.webview.cspSource,
        script: address('doctor.js'),
        style: address('doctor.css'),
        icons: address('codicon.css'),
      },
      createNonce(),
    );
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#disposables.dispose();
  }

  #lookAgain(): void {
    this.#stale = true;
    this.#round();
  }

  /** Looks, draws and comes again, as long as the page is to be seen. */
  #round(): void {
    clearTimeout(this.#timer);
    if (this.#disposed || this.#busy || !this.#ready || !this.panel.visible) return;
    this.#busy = true;
    void this.#draw().finally(() => {
      this.#busy = false;
      if (this.#stale) this.#round();
      else this.#timer = setTimeout(() => this.#round(), LIVE_MS);
    });
  }

  async #draw(): Promise<void> {
    const now = performance.now();
    const anew = this.#stale || now - this.#lookedAt > LOOK_AGAIN_MS;
    this.#stale = false;
    if (anew) this.#lookedAt = now;
    try {
      const facts: DoctorFacts = await this.#facts.gather(anew);
      const { view, actions } = drawDoctor(facts, diagnose(facts));
      this.#actions = actions;
      this.#shown = { view, versions: facts.versions };
      const message: ToDoctor = { type: 'view', view };
      const text = JSON.stringify(message);
      if (text === this.#sent || this.#disposed) return;
      this.#sent = text;
      void this.panel.webview.postMessage(message);
    } catch (error) {
      this.#log.error(`The doctor could not look: ${safeError(error)}`);
    }
  }

  #receive(raw: unknown): void {
    const message = parseFromDoctor(raw);
    if (message?.type === 'ready') {
      this.#ready = true;
      this.#sent = '';
      this.#lookAgain();
    } else if (message?.type === 'copy') void this.#copy(message.text);
    else if (message?.type === 'press') {
      const action = this.#actions.get(message.id);
      if (action) this.#run(action).catch(error => reportFailure(error, this.#log, action.label));
    }
  }

  async #run(action: DoctorAction): Promise<void> {
    if (action.type === 'file') {
      // A configuration may stand in the user's settings or in a workspace file instead.
      const opened = vscode.window.showTextDocument(vscode.Uri.file(action.file), { preview: true });
      await opened.then(undefined, () => {
        throw new UserError(`${action.file} cannot be opened; look into your user settings and the workspace file.`);
      });
    } else if (action.type === 'setting') {
      await vscode.commands.executeCommand('workbench.action.openSettings', `@id:${action.setting}`);
    } else if (action.command === CHECK_AGAIN) {
      this.#sent = '';
      this.#lookAgain();
    } else if (action.command === RETRY_PORT) {
      await vscode.commands.executeCommand(Command.stopReceiver);
      await vscode.commands.executeCommand(Command.startReceiver);
    } else if (action.command === COPY_REPORT) {
      if (this.#shown) await this.#copy(reportText(this.#shown.view, this.#shown.versions));
    } else {
      await vscode.commands.executeCommand(action.command);
      if (action.command !== Command.sendSampleTrace) this.#lookAgain();
    }
  }

  async #copy(text: string): Promise<void> {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage('$(check) Copied', 3000);
  }
}
