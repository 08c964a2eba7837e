// Typed ways to the contributed ids: a wrong id or a wrong type of setting does not compile.
import * as vscode from 'vscode';
import {
  type Command,
  type ContextKeyTypes,
  type InternalCommand,
  type SettingTypes,
  settingDefaults,
} from '../contributions.ts';
import { reportFailure } from './failure.ts';

/** Registers a command. What it throws is shown as `reportFailure` says, and never reaches the caller. */
export function registerCommand<A extends unknown[]>(
  id: Command | InternalCommand,
  log: vscode.LogOutputChannel,
  run: (...args: A) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      return await run(...(args as A));
    } catch (error) {
      reportFailure(error, log, id);
    }
  });
}

export function runCommand(id: Command | InternalCommand, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(id, ...args);
}

/** The setting, or its default where a settings file holds a value of another type. */
export function readSetting<K extends keyof SettingTypes>(key: K): SettingTypes[K] {
  const value: unknown = vscode.workspace.getConfiguration().get(key);
  const fallback = settingDefaults[key];
  return typeof value === typeof fallback ? (value as SettingTypes[K]) : fallback;
}

export function onDidChangeSetting(keys: readonly (keyof SettingTypes)[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(event => {
    if (keys.some(key => event.affectsConfiguration(key))) listener();
  });
}

export function setContextKey<K extends keyof ContextKeyTypes>(key: K, value: ContextKeyTypes[K]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
