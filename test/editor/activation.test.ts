import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Command } from '../../src/contributions.ts';
import { activated, answersOn, configuredPort, eventually } from './window.ts';

describe('activation', () => {
  it('activates and listens within a second', async () => {
    await activated();
    await eventually('the endpoint answers', () => answersOn(configuredPort()), 1000);
  });

  it('registers every command it contributes', async () => {
    await activated();
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      Object.values(Command).filter(command => !registered.has(command)),
      [],
    );
  });
});
