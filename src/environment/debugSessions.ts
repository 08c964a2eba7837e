import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ReceiverState } from '../receiver/state.ts';
import { envFilesOf, startsProgram, withEndpoint } from './debugConfiguration.ts';
import { endpointToSet, envFileDecides } from './endpointVariable.ts';

/**
 * Tells programs that are debugged where to send: the variables of terminals do not reach a debuggee of the internal
 * console. Registered for every debugger, and asked after the variables in the configuration are substituted.
 */
export class DebugEnvironment implements vscode.DebugConfigurationProvider {
  readonly #state: () => ReceiverState;
  readonly #enabled: () => boolean;
  readonly #log: vscode.LogOutputChannel;

  constructor(state: () => ReceiverState, enabled: () => boolean, log: vscode.LogOutputChannel) {
    this.#state = state;
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
      if (!this.#enabled() || !startsProgram(config)) return config;
      const endpoint = endpointForDebugging(this.#state());
      if (endpoint === undefined || (await someFileDecides(envFilesOf(config)))) return config;
      return withEndpoint(config, endpoint);
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

/** A file that is not there decides nothing; the debugger will say so itself. */
async function someFileDecides(files: readonly string[]): Promise<boolean> {
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (envFileDecides(text)) return true;
  }
  return false;
}
