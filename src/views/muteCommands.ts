import * as vscode from 'vscode';
import { Command } from '../contributions.ts';
import { stringsOf } from '../environment/ingestSettings.ts';
import { UserError } from '../model/userError.ts';
import { readSetting, registerCommand } from './contributed.ts';
import { plain } from './plain.ts';
import { plural } from './traces/labels.ts';
import { serviceOf, type TreeNode } from './traces/nodes.ts';

const MUTED = 'spanside.receiver.mutedServices';

/** Commands that drop the telemetry of a noisy service at the door, and take it again. */
export function registerMuteCommands(log: vscode.LogOutputChannel): vscode.Disposable[] {
  return [
    registerCommand(Command.muteService, log, async (node?: TreeNode) => {
      const service = node === undefined ? await askForService() : serviceOf(node);
      if (service === undefined) return;
      if (service === '') throw new UserError('This row has no service name. Only services with a name can be muted.');
      const muted = stringsOf(readSetting(MUTED));
      if (!muted.includes(service)) await setMuted([...muted, service]);
      const name = plain(service, 100);
      vscode.window.setStatusBarMessage(`$(mute) ${name} is muted: nothing more of it is kept`, 5000);
    }),
    registerCommand(Command.unmuteServices, log, async () => {
      const muted = stringsOf(readSetting(MUTED));
      if (muted.length === 0) throw new UserError('No service is muted.');
      const items = muted.map(service => ({ label: plain(service, 200), service }));
      const title = 'Unmute Services';
      const picked = await vscode.window.showQuickPick(items, { title, canPickMany: true });
      if (!picked || picked.length === 0) return;
      const heard = new Set(picked.map(({ service }) => service));
      await setMuted(muted.filter(service => !heard.has(service)));
      vscode.window.setStatusBarMessage(`$(unmute) ${plural(heard.size, 'service')} unmuted`, 5000);
    }),
  ];
}

function askForService(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: 'Mute Service',
    prompt: 'The whole service.name whose spans, logs and metrics are not to be kept any more.',
    validateInput: text => (text === '' ? 'A service needs a name.' : undefined),
  });
}

/** Writes the setting where it is set already: a list of the workspace replaces that of the user. */
async function setMuted(services: string[]): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const inWorkspace = configuration.inspect(MUTED)?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update(MUTED, services, target);
}
