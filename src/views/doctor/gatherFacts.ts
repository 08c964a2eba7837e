import path from 'node:path';
import * as vscode from 'vscode';
import type { CollectorHost } from '../../environment/collectorHost.ts';
import { ENDPOINT_VARIABLE, HEADERS_VARIABLE } from '../../environment/endpointVariable.ts';
import { platformName } from '../../environment/ownEnvironments.ts';
import type { ReceiverControl } from '../../environment/receiverControl.ts';
import { findHolder, type PortHolder } from '../../receiver/portHolder.ts';
import { readSetting } from '../contributed.ts';
import { assembleEnvironments, type EnvironmentSources, envFilesNamed } from './environments.ts';
import type { DoctorFacts, Environment, VirtualEnvironment, WorkspaceFacts } from './facts.ts';
import { environmentOfProcess } from './processEnvironment.ts';
import { readStart } from './readStart.ts';
import { type ScannedWorkspace, scanWorkspace } from './scanWorkspace.ts';
import { readVirtualEnvironment } from './virtualEnvironment.ts';

export interface FactParts {
  context: vscode.ExtensionContext;
  collector: CollectorHost;
  receiver: ReceiverControl;
}

/** What takes a while to find out, and changes seldom. */
interface SlowFacts {
  environments: Environment[];
  workspace: WorkspaceFacts;
  holders: PortHolder[];
}

const ANSWER_MS = 2_000;

/** Finds out what the doctor looks at. */
export class FactSource {
  readonly #parts: FactParts;
  #slow: Promise<SlowFacts> | undefined;

  constructor(parts: FactParts) {
    this.#parts = parts;
  }

  /** @param anew whether files, terminals and processes are looked at again */
  async gather(anew: boolean): Promise<DoctorFacts> {
    const { collector, receiver, context } = this.#parts;
    if (anew || !this.#slow) this.#slow = this.#look();
    // Nothing is asked that has to look into the store: this comes every second, also while much arrives.
    const [slow, requests] = await Promise.all([this.#slow, orNothing(collector.recentRequests())]);
    const { state, counts } = collector;
    return {
      versions: `Spanside ${context.extension.packageJSON.version}, VS Code ${vscode.version}, ${process.platform}${vscode.env.remoteName ? `, remote (${vscode.env.remoteName})` : ''}`,
      receiver: {
        state,
        counts,
        wanted: readSetting('spanside.receiver.port'),
        enabled: readSetting('spanside.receiver.enabled'),
        isTrusted: vscode.workspace.isTrusted,
        holders: slow.holders,
        wantsToken: receiver.token !== undefined,
        injected: injectedBy(context),
      },
      ...(requests && { requests }),
      environments: slow.environments,
      workspace: slow.workspace,
    };
  }

  async #look(): Promise<SlowFacts> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const [workspace, activated, open, holders] = await Promise.all([
      scanWorkspace(folders.map(({ uri }) => uri.fsPath)),
      activatedEnvironment(),
      openTerminals(),
      Promise.all(this.#takenPorts().map(port => findHolder(port))),
    ]);
    const platform = platformName(process.platform);
    const terminal = vscode.workspace.getConfiguration('terminal.integrated');
    const started = folders.map(folder => ({
      folder: folder.uri.fsPath,
      launch: vscode.workspace.getConfiguration('launch', folder).get('configurations'),
      tasks: tasksOf(folder),
    }));
    // They may lie anywhere, also on another machine that would be told who this user is.
    const named = vscode.workspace.isTrusted ? envFilesNamed({ folders: started, platform }) : [];
    const environments = assembleEnvironments({
      platform,
      editor: process.env,
      terminals: terminal.get(`env.${platform}`),
      profiles: terminal.get(`profiles.${platform}`),
      folders: started,
      files: await withNamedFiles(workspace, named),
      open,
    });
    const known = workspace.virtualEnvironments.some(({ folder }) => folder === activated?.folder);
    if (activated && !known) workspace.virtualEnvironments.push(activated);
    return { environments, workspace, holders };
  }

  #takenPorts(): number[] {
    const { state } = this.#parts.collector;
    if (state.phase === 'waiting') return [state.port];
    if (state.phase === 'listening') return state.taken;
    return state.phase === 'failed' ? [readSetting('spanside.receiver.port')] : [];
  }
}

/** An answer that comes soon: what fails, or still starts, must not keep the rest from being shown. */
async function orNothing<T>(answer: PromiseLike<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), ANSWER_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** The Python environment that the editor was started in, which need not lie in the workspace. */
async function activatedEnvironment(): Promise<VirtualEnvironment | undefined> {
  const folder = process.env['VIRTUAL_ENV'];
  return folder ? readVirtualEnvironment(path.normalize(folder), path.basename(folder)) : undefined;
}

function tasksOf(folder: vscode.WorkspaceFolder): object {
  const configuration = vscode.workspace.getConfiguration('tasks', folder);
  const keys = ['tasks', 'options', 'windows', 'osx', 'linux'];
  return Object.fromEntries(keys.map(key => [key, configuration.get(key)]));
}

function injectedBy({ environmentVariableCollection }: vscode.ExtensionContext): Map<string, string> {
  return new Map(
    [ENDPOINT_VARIABLE, HEADERS_VARIABLE].flatMap(name => {
      const value = environmentVariableCollection.get(name)?.value;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

async function openTerminals(): Promise<EnvironmentSources['open']> {
  return Promise.all(
    vscode.window.terminals.map(async terminal => {
      // One that is shown later has no process until then.
      const pid = await orNothing(terminal.processId);
      return { name: terminal.name, env: pid === undefined ? undefined : await environmentOfProcess(pid) };
    }),
  );
}

/** The env files of the workspace, and those that configurations name. */
async function withNamedFiles(
  { envFiles }: ScannedWorkspace,
  named: readonly string[],
): Promise<EnvironmentSources['files']> {
  const known = new Set(envFiles.map(({ file }) => path.normalize(file)));
  const others = [...new Set(named.map(file => path.normalize(file)))].filter(file => !known.has(file));
  const read = others.map(async file => {
    return { file, name: path.basename(file), text: (await readStart(file)) ?? '' };
  });
  return [...envFiles, ...(await Promise.all(read))];
}
