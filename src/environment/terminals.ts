import * as vscode from 'vscode';
import type { ReceiverState } from '../receiver/state.ts';
import { ENDPOINT_VARIABLE, HEADERS_VARIABLE, type Variables, variablesToSet } from './endpointVariable.ts';
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
  #token: string | undefined;

  constructor(collection: vscode.GlobalEnvironmentVariableCollection, enabled: () => boolean) {
    this.#collection = collection;
    this.#enabled = enabled;
    collection.persistent = false;
    collection.description = 'Programs started here send their OpenTelemetry traces to this window.';
    this.#subscriptions = [
      vscode.workspace.onDidChangeConfiguration(event => {
        if (DECIDING.some(section => event.affectsConfiguration(section))) this.update(this.#state, this.#token);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.update(this.#state, this.#token)),
    ];
  }

  /** Every change makes open terminals ask to be relaunched, so nothing is written that stands already. */
  update(state: ReceiverState, token: string | undefined): void {
    this.#state = state;
    this.#token = token;
    const wanted = this.#enabled() ? variablesForTerminals(state, token) : undefined;
    for (const name of [ENDPOINT_VARIABLE, HEADERS_VARIABLE]) {
      const value = wanted?.get(name);
      if (value === this.#collection.get(name)?.value) continue;
      if (value === undefined) this.#collection.delete(name);
      else this.#collection.replace(name, value);
    }
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
  return variablesForTerminals(state, undefined).get(ENDPOINT_VARIABLE);
}

function variablesForTerminals(state: ReceiverState, token: string | undefined): ReadonlyMap<string, string> {
  const none = new Map<string, string>();
  // Where nothing is wanted the user's settings and tasks need not be read.
  if (!vscode.workspace.isTrusted || variablesToSet(state, token, [process.env]).size === 0) return none;
  return variablesToSet(state, token, [process.env, ...configuredEnvironments()]);
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
