import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Command } from '../../src/contributions.ts';
import { activated, configuredPort, eventually, sendOrder } from './window.ts';

describe('the inspector', () => {
  before(async () => void (await activated()));
  afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const panels = () =>
    vscode.window.tabGroups.all
      .flatMap(group => group.tabs)
      .filter(tab => tab.input instanceof vscode.TabInputWebview)
      .map(tab => tab.label);

  it('shows a trace as soon as the program has sent it', async () => {
    const span = await sendOrder('order to inspect', configuredPort());
    await vscode.commands.executeCommand(Command.openTrace, span);
    await eventually('a panel of that name', () => panels().some(label => label.includes('order to inspect')));
  });

  it('is one panel for one trace after another, unless a new one is asked for', async () => {
    const [first, second] = [await sendOrder('one', configuredPort()), await sendOrder('two', configuredPort())];
    await vscode.commands.executeCommand(Command.openTrace, first);
    await eventually('the first', () => panels().includes('one'));
    await vscode.commands.executeCommand(Command.openTrace, second);
    await eventually('the second', () => panels().includes('two'));
    assert.deepEqual(panels(), ['two']);
    await vscode.commands.executeCommand(Command.openTraceInNewPanel, first);
    await eventually('both', () => panels().includes('one'));
    assert.deepEqual(panels().sort(), ['one', 'two']);
  });
});
