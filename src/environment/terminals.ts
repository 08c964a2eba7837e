import * as vscode from 'vscode';
import type { ReceiverState } from '../receiver/state.ts';
import { ENDPOINT_VARIABLE, endpointToSet, type Variables } from './endpointVariable.ts';
import { platformName, profileEnvironments, taskEnvironments } from './ownEnvironments.ts';

/** Settings that may say where programs of terminals and tasks send. */
const DECIDING = [
  'tasks',
  'terminal.integrated.env',
  'terminal.integrated.profiles',
  'terminal.integrated.automationProfile',
];

/**
 * Tells new terminals and tasks where to send. Only where a program would not find the receiver by itself, and never over
 * a value that is there. Not persistent: after a reload the port may be another one.
 */
export class TerminalEnvironment {
  readonly #collection: vscode.GlobalEnvironmentVariableCollection;
  readonly #enabled: () => boolean;
  readonly #subscriptions: vscode.Disposable[];
  #state: ReceiverState = { phase: 'off' };

  constructor(collection: vscode.GlobalEnvironmentVariableCollection, enabled: () => boolean) {
    this.#collection = collection;
    this.#enabled = enabled;
    collection.persistent = false;
    collection.description = 'Programs started here send their OpenTelemetry traces to this window.';
    this.#subscriptions = [
      vscode.workspace.onDidChangeConfiguration(event => {
        if (DECIDING.some(section => event.affectsConfiguration(section))) this.update(this.#state);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.update(this.#state)),
    ];
  }

  /** Every change makes open terminals ask to be relaunched, so nothing is written that stands already. */
  update(state: ReceiverState): void {
    this.#state = state;
    const endpoint = this.#enabled() ? endpointForTerminals(state) : undefined;
    const current = this.#collection.get(ENDPOINT_VARIABLE)?.value;
    if (endpoint === current) return;
    if (endpoint === undefined) this.#collection.delete(ENDPOINT_VARIABLE);
    else this.#collection.replace(ENDPOINT_VARIABLE, endpoint);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#collection.clear();
  }
}

/**
 * What new terminals and tasks of this window have to be told, where the settings let them be told. The editor applies it
 * over what a task or a profile sets, and to all of them alike: one that has an endpoint of its own keeps the others
 * from being told.
 */
export function endpointForTerminals(state: ReceiverState): string | undefined {
  if (!vscode.workspace.isTrusted || endpointToSet(state, [process.env]) === undefined) return undefined;
  return endpointToSet(state, configuredEnvironments());
}

/** All environments that the user has written for terminals and tasks of the machine the programs run on. */
function configuredEnvironments(): Variables[] {
  const platform = platformName(process.platform);
  const terminal = vscode.workspace.getConfiguration('terminal.integrated');
  const folders = vscode.workspace.workspaceFolders ?? [undefined];
  return [
    terminal.get<Variables>(`env.${platform}`) ?? {},
    ...profileEnvironments(terminal.get(`profiles.${platform}`)),
    ...profileEnvironments([terminal.get(`automationProfile.${platform}`)]),
    ...folders.flatMap(folder => tasksOf(folder)).flatMap(tasks => taskEnvironments(tasks, platform)),
  ];
}

/** The tasks files that count in a folder: its own, that of the workspace and the user's, none of which hides another. */
function tasksOf(folder: vscode.WorkspaceFolder | undefined): object[] {
  const configuration = vscode.workspace.getConfiguration('tasks', folder);
  const keys = ['tasks', 'options', 'windows', 'osx', 'linux'];
  const found = keys.map(key => ({ key, values: configuration.inspect(key) }));
  return (['globalValue', 'workspaceValue', 'workspaceFolderValue'] as const).map(layer =>
    Object.fromEntries(found.map(({ key, values }) => [key, values?.[layer]])),
  );
}
