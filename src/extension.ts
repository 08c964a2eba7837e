// The composition root: builds the parts in order and hands them to each other. Nothing here waits; the collector starts
// in its workers while the window goes on.
// biome-ignore assist/source/organizeImports: it notes the time before the rest is loaded
import { loadStarted } from './environment/loadStarted.ts';
import * as vscode from 'vscode';
import { Command } from './contributions.ts';
import { CollectorHost } from './environment/collectorHost.ts';
import { INGEST_SETTINGS, readIngestSettings, stringsOf } from './environment/ingestSettings.ts';
import { DebugEnvironment } from './environment/debugSessions.ts';
import { ReceiverControl, type ReceiverSettings } from './environment/receiverControl.ts';
import { TerminalEnvironment } from './environment/terminals.ts';
import { watchWorkspaceFiles } from './source/vscodeFiles.ts';
import { onDidChangeSetting, readSetting, registerCommand, setContextKey } from './views/contributed.ts';
import { DisposableStore } from './views/disposables.ts';
import { DoctorPanel } from './views/doctor/panel.ts';
import { InspectorPanels } from './views/inspector/panels.ts';
import { SpanAnswers } from './views/inspector/spanAnswers.ts';
import { SpanDocuments } from './views/inspector/spanDocument.ts';
import { registerMuteCommands } from './views/muteCommands.ts';
import { Milestones } from './views/milestones.ts';
import { Refusals } from './views/refusals.ts';
import { registerFilterCommands } from './views/search/filterCommands.ts';
import { SearchMemory } from './views/search/searchMemory.ts';
import { SiteLens } from './views/siteLens.ts';
import { SourceNavigator } from './views/source/navigator.ts';
import { StatusItem } from './views/statusItem.ts';
import { registerTraceCommands } from './views/traceCommands.ts';
import { TracesView } from './views/traces/treeView.ts';
import { showOnce } from './views/warnings.ts';
import { registerWindowCommands } from './views/windowCommands.ts';

const loadEnded = performance.now();

/** What `deactivate` has to close and to wait for: the editor does not wait for subscriptions. */
let running: { collector: CollectorHost; log: vscode.LogOutputChannel } | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const log = vscode.window.createOutputChannel('Spanside', { log: true });
  const parts = new DisposableStore();
  context.subscriptions.push(parts);
  try {
    wire(context, parts, log);
    const now = performance.now();
    log.info(
      `Activated in ${(now - began).toFixed(1)} ms; loaded in ${(loadEnded - loadStarted).toFixed(1)} ms before that`,
    );
  } catch (error) {
    parts.dispose();
    showFailure(error, log);
  }
}

export async function deactivate(): Promise<void> {
  await running?.collector.dispose();
  // Last, because a channel that is closed throws at whoever still has something to say.
  running?.log.dispose();
}

function wire(context: vscode.ExtensionContext, parts: DisposableStore, log: vscode.LogOutputChannel): void {
  const collector = new CollectorHost();
  running = { collector, log };

  const terminals = parts.add(
    new TerminalEnvironment(context.environmentVariableCollection, () => readSetting('spanside.environment.terminals')),
  );
  const debugging = new DebugEnvironment(
    () => collector.state,
    () => receiver.token,
    () => readSetting('spanside.environment.debugSessions'),
    log,
  );
  const receiver = parts.add(new ReceiverControl(context, collector, readReceiverSettings, log));
  const tellTerminals = () => terminals.update(collector.state, receiver.token);
  parts.add(collector.onDidChangeState(tellTerminals));
  parts.add(vscode.workspace.onDidGrantWorkspaceTrust(tellTerminals));
  parts.add(onDidChangeSetting(['spanside.environment.terminals'], tellTerminals));
  parts.add(debugging.register());

  const { files } = parts.add(watchWorkspaceFiles());
  const answers = new SpanAnswers(collector, files);
  const navigator = new SourceNavigator(answers, files);
  const documents = new SpanDocuments(collector);
  parts.add(documents.register());
  const panels = parts.add(
    new InspectorPanels({ collector, answers, navigator, documents, log, extensionUri: context.extensionUri }),
  );
  parts.add(panels.register());

  const refusals = parts.add(new Refusals(collector, line => log.warn(line)));
  const milestones = parts.add(new Milestones(collector, () => setContextKey('spanside.trace.arrived', true)));
  parts.add(new StatusItem(collector, refusals));
  const memory = new SearchMemory(context.workspaceState);
  const view = parts.add(new TracesView(collector, memory.current, context.workspaceState, log));
  const lens = parts.add(new SiteLens(collector, files, log));
  for (const command of registerTraceCommands({ collector, view, panels, navigator, lens, log })) parts.add(command);
  for (const command of registerFilterCommands({ collector, view, memory, log })) parts.add(command);
  for (const command of registerWindowCommands({ context, collector, receiver, refusals, milestones, log }))
    parts.add(command);
  const doctor = parts.add(new DoctorPanel({ context, collector, receiver, refusals, log }));
  parts.add(doctor.register());
  parts.add(registerCommand(Command.doctor, log, () => doctor.show()));
  for (const command of registerMuteCommands(log)) parts.add(command);
  parts.add(collector.onDidWarn(showOnce(log)));

  const failed = (error: unknown) => showFailure(error, log);
  parts.add(
    onDidChangeSetting(RECEIVER_SETTINGS, () => {
      receiver.settingsChanged().catch(failed);
    }),
  );
  receiver.start().catch(failed);
}

const RECEIVER_SETTINGS = [
  'spanside.receiver.enabled',
  'spanside.receiver.port',
  'spanside.receiver.bindAddress',
  'spanside.receiver.allowedHosts',
  ...INGEST_SETTINGS,
] as const;

function readReceiverSettings(): ReceiverSettings {
  return {
    enabled: readSetting('spanside.receiver.enabled'),
    port: readSetting('spanside.receiver.port'),
    bindAddress: readSetting('spanside.receiver.bindAddress'),
    allowedHosts: stringsOf(readSetting('spanside.receiver.allowedHosts')),
    ingest: readIngestSettings(readSetting),
  };
}

function showFailure(error: unknown, log: vscode.LogOutputChannel): void {
  log.error(error instanceof Error ? error : String(error));
  const showLog = 'Show Log';
  void vscode.window.showErrorMessage('Spanside could not be started.', showLog).then(choice => {
    if (choice === showLog) void vscode.commands.executeCommand(Command.showLog).then(undefined, () => log.show());
  });
}
