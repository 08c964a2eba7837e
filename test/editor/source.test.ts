import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { Command } from '../../src/contributions.ts';
import { activated, configuredPort, eventually, sendOrder, workspaceFolder } from './window.ts';

describe('go to source', () => {
  before(async () => void (await activated()));

  it('opens the line that threw', async () => {
    const file = path.join(workspaceFolder().uri.fsPath, 'order.mjs');
    const lines = readFileSync(file, 'utf8').split('\n');
    const line = lines.findIndex(text => text.includes('throw new RangeError'));
    const span = await sendOrder('order for source', configuredPort());
    const opened = async () => {
      await vscode.commands.executeCommand(Command.goToSource, span);
      return vscode.window.visibleTextEditors.find(editor => editor.document.uri.fsPath === file);
    };
    const editor = await eventually('the file is opened', opened);
    assert.equal(editor.selection.active.line, line);
    assert.ok(editor.visibleRanges.some(range => range.contains(editor.selection.active)));
  });
});
