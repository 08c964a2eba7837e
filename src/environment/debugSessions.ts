import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ReceiverState } from '../receiver/state.ts';
import { envFilesOf, startsProgram, withVariables } from './debugConfiguration.ts';
import { endpointToSet, type Variables, variablesOfEnvFile, variablesToSet } from './endpointVariable.ts';

/**
 * Tells programs that are debugged where to send: the variables of terminals do not reach a debuggee of the internal
 * console. Registered for every debugger, and asked after the variables in the configuration are substituted.
 */
export class DebugEnvironment implements vscode.DebugConfigurationProvider {
  readonly #state: () => ReceiverState;
  /** What the receiver wants to be sent, where it wants one. */
  readonly #token: () => string | undefined;
  readonly #enabled: () => boolean;
  readonly #log: vscode.LogOutputChannel;

  constructor(
    state: () => ReceiverState,
    token: () => string | undefined,
    enabled: () => boolean,
    log: vscode.LogOutputChannel,
  ) {
    this.#state = state;
    this.#token = token;
    this.#enabled = enabled;
    this.#log = log;
  }

  register(): vscode.Disposable {
    return vscode.debug.registerDebugConfigurationProvider('*', this);
  }

  /** Always answers with a configuration: `undefined` would cancel the launch and `null` open launch.json. */
  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    config: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration> {
    try {
      if (!this.#enabled() || !vscode.workspace.isTrusted || !startsProgram(config)) return config;
      const environments = [process.env, ...(await environmentsOf(envFilesOf(config)))];
      return withVariables(config, variablesToSet(this.#state(), this.#token(), environments));
    } catch (error) {
      this.#log.warn(`A debug session was left as it is: ${error instanceof Error ? error.message : error}`);
      return config;
    }
  }
}

/** What programs that are debugged have to be told, where neither a setting nor their configuration is against it. */
export function endpointForDebugging(state: ReceiverState): string | undefined {
  return vscode.workspace.isTrusted ? endpointToSet(state, [process.env]) : undefined;
}

/** A file that is not there sets nothing; the debugger will say so itself. */
function environmentsOf(files: readonly string[]): Promise<Variables[]> {
  return Promise.all(files.map(async file => variablesOfEnvFile(await readFile(file, 'utf8').catch(() => ''))));
}
