import * as vscode from 'vscode';
import type { ReceiverState } from '../receiver/state.ts';
import { ENDPOINT_VARIABLE, endpointToSet, type Variables } from './endpointVariable.ts';

/**
 * Tells new terminals and tasks where to send. Only where a program would not find the receiver by itself, and never over
 * a value that is there. Not persistent: after a reload the port may be another one.
 */
export class TerminalEnvironment {
  readonly #collection: vscode.GlobalEnvironmentVariableCollection;
  readonly #enabled: () => boolean;

  constructor(collection: vscode.GlobalEnvironmentVariableCollection, enabled: () => boolean) {
    this.#collection = collection;
    this.#enabled = enabled;
    collection.persistent = false;
    collection.description = 'Programs started here send their OpenTelemetry traces to this window.';
  }

  /** Every change makes open terminals ask to be relaunched, so nothing is written that stands already. */
  update(state: ReceiverState): void {
    const endpoint =
      this.#enabled() && vscode.workspace.isTrusted
        ? endpointToSet(state, [process.env, configuredVariables()])
        : undefined;
    const current = this.#collection.get(ENDPOINT_VARIABLE)?.value;
    if (endpoint === current) return;
    if (endpoint === undefined) this.#collection.delete(ENDPOINT_VARIABLE);
    else this.#collection.replace(ENDPOINT_VARIABLE, endpoint);
  }

  dispose(): void {
    this.#collection.clear();
  }
}

/** Variables of `terminal.integrated.env.*` for the machine the programs run on. */
function configuredVariables(): Variables {
  const platform = process.platform === 'win32' ? 'windows' : process.platform === 'darwin' ? 'osx' : 'linux';
  return vscode.workspace.getConfiguration('terminal.integrated.env').get<Variables>(platform) ?? {};
}
