import * as vscode from 'vscode';
import { Command, ViewId, WALKTHROUGH } from '../contributions.ts';
import { openCliTerminal } from '../environment/cliTerminal.ts';
import type { CollectorHost } from '../environment/collectorHost.ts';
import type { ReceiverControl } from '../environment/receiverControl.ts';
import { variableLines } from '../environment/variableLines.ts';
import type { TraceId } from '../model/ids.ts';
import { UserError } from '../model/userError.ts';
import type { Endpoint } from '../receiver/state.ts';
import { TOKEN_HEADER } from '../receiver/token.ts';
import { registerCommand, runCommand } from './contributed.ts';
import { CurableError } from './failure.ts';
import type { Milestones } from './milestones.ts';
import { plain } from './plain.ts';
import type { Refusals } from './refusals.ts';
import { type SamplePlace, sampleTrace } from './sampleTrace.ts';
import { plural } from './traces/labels.ts';

export interface WindowCommandParts {
  context: vscode.ExtensionContext;
  collector: CollectorHost;
  receiver: ReceiverControl;
  refusals: Refusals;
  milestones: Milestones;
  log: vscode.LogOutputChannel;
}

/** Commands on the receiver and on the window. */
export function registerWindowCommands(parts: WindowCommandParts): vscode.Disposable[] {
  const { context, collector, receiver, refusals, log } = parts;
  return [
    registerCommand(Command.copyEndpoint, log, async () => {
      const { url } = mainEndpoint(collector);
      const { token } = receiver;
      await vscode.env.clipboard.writeText(token === undefined ? url : variableLines(collector.state, token));
      // Never the token itself: people look over shoulders.
      const what = token === undefined ? url : 'the endpoint with its token';
      vscode.window.setStatusBarMessage(`$(check) Copied ${what}`, 3000);
    }),
    registerCommand(Command.renewToken, log, async () => {
      const make = 'Make a New Token';
      const detail =
        'Programs that have the one of before are refused until they are given the new one by Copy Endpoint.';
      const choice = await vscode.window.showWarningMessage(`${make}?`, { modal: true, detail }, make);
      if (choice === make) await receiver.renewToken();
    }),
    registerCommand(Command.startReceiver, log, () => receiver.setListening(true)),
    registerCommand(Command.stopReceiver, log, () => receiver.setListening(false)),
    registerCommand(Command.sendSampleTrace, log, async () => {
      const traceId = await sendSample(mainEndpoint(collector), receiver.token, openPlace(), parts.milestones);
      await runCommand(Command.openTrace, { traceId });
    }),
    registerCommand(Command.openTerminal, log, () => openCliTerminal(context)),
    registerCommand(Command.openWalkthrough, log, () =>
      vscode.commands.executeCommand(
        'workbench.action.openWalkthrough',
        `${context.extension.id}#${WALKTHROUGH}`,
        false,
      ),
    ),
    registerCommand(Command.openSettings, log, () =>
      vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`),
    ),
    registerCommand(Command.showLog, log, () => {
      refusals.looked();
      log.show();
    }),
    registerCommand(Command.showActions, log, () => showActions(collector, refusals)),
  ];
}

/** What a click on the status item offers. */
async function showActions(collector: CollectorHost, refusals: Refusals): Promise<void> {
  const { phase } = collector.state;
  const actions: { label: string; description?: string; detail?: string; command: string }[] = [];
  if (refusals.count > 0) {
    const label = `$(warning) ${plural(refusals.count, 'request')} refused`;
    const detail = plain(refusals.last ?? '', 500);
    actions.push({ label, description: 'Why Do I See No Spans?', detail, command: Command.doctor });
    refusals.looked();
  }
  actions.push({ label: '$(list-tree) Show Traces', command: `${ViewId.traces}.focus` });
  if (collector.state.phase === 'listening') {
    actions.push(
      { label: '$(copy) Copy Endpoint', description: collector.state.main.url, command: Command.copyEndpoint },
      { label: '$(play) Send a Sample Trace', command: Command.sendSampleTrace },
      { label: '$(circle-slash) Stop Receiver', command: Command.stopReceiver },
    );
  }
  if (phase === 'off' || phase === 'failed') {
    actions.push({ label: '$(play-circle) Start Receiver', command: Command.startReceiver });
  }
  actions.push(
    { label: '$(terminal) Open Terminal with CLI', command: Command.openTerminal },
    { label: '$(pulse) Why Do I See No Spans?', command: Command.doctor },
    { label: '$(gear) Open Settings', command: Command.openSettings },
    { label: '$(output) Show Log', command: Command.showLog },
    { label: '$(book) Get Started', command: Command.openWalkthrough },
  );
  const picked = await vscode.window.showQuickPick(actions, { title: 'Spanside' });
  if (picked) await vscode.commands.executeCommand(picked.command);
}

function mainEndpoint(collector: CollectorHost): Endpoint {
  const { state } = collector;
  if (state.phase === 'listening') return state.main;
  if (state.phase === 'waiting')
    throw new UserError(`Port ${state.port} is taken and is tried again. Wait some seconds.`);
  throw new CurableError('The receiver is not running.', { title: 'Start Receiver', command: Command.startReceiver });
}

/** Sends the sample as any program would, over the network. Resolves with its trace id once it is stored. */
async function sendSample(
  endpoint: Endpoint,
  token: string | undefined,
  place: SamplePlace | undefined,
  milestones: Milestones,
): Promise<TraceId> {
  const { traceId, body } = sampleTrace(Date.now(), place);
  milestones.sendsSample(traceId as TraceId);
  const response = await fetch(`${endpoint.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { [TOKEN_HEADER]: token }) },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok)
    throw new Error(`The receiver answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
  return traceId as TraceId;
}

/** The line of the cursor in an open file, or of any file that can be seen. */
function openPlace(): SamplePlace | undefined {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  for (const editor of editors) {
    if (editor === undefined || editor.document.uri.scheme !== 'file') continue;
    if (vscode.workspace.getWorkspaceFolder(editor.document.uri) === undefined) continue;
    return { file: editor.document.uri.fsPath, line: editor.selection.active.line + 1 };
  }
  return undefined;
}
