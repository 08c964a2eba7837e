import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Command } from '../../src/contributions.ts';
import { activated } from './window.ts';

const MUTED = 'spanside.receiver.mutedServices';
const muted = () => vscode.workspace.getConfiguration().get<string[]>(MUTED);

describe('muting a service from its row', () => {
  before(activated);
  after(() => vscode.workspace.getConfiguration().update(MUTED, undefined, vscode.ConfigurationTarget.Global));

  it('adds it to the setting, once', async () => {
    const row = { kind: 'service', id: 'service:noisy', service: { service: 'noisy', traces: 1, errors: 0 } };
    await vscode.commands.executeCommand(Command.muteService, row);
    await vscode.commands.executeCommand(Command.muteService, row);
    assert.deepEqual(muted(), ['noisy']);
  });

  it('leaves a row without a service name alone', async () => {
    const row = { kind: 'service', id: 'service:', service: { service: '', traces: 1, errors: 0 } };
    // Not awaited: the command ends with the message, which stays until somebody closes it.
    void vscode.commands.executeCommand(Command.muteService, row);
    await new Promise(resolve => setTimeout(resolve, 200));
    assert.deepEqual(muted(), ['noisy']);
  });
});
