import * as vscode from 'vscode';
import { writeShims } from './cliShim.ts';

/** Opens a terminal in which `spanside` is the command line of this version of the extension. */
export async function openCliTerminal(context: vscode.ExtensionContext): Promise<vscode.Terminal> {
  const bin = await writeShims(vscode.Uri.joinPath(context.globalStorageUri, 'bin').fsPath, {
    runtime: process.execPath,
    script: context.asAbsolutePath('dist/cli.js'),
  });
  const separator = process.platform === 'win32' ? ';' : ':';
  const terminal = vscode.window.createTerminal({
    name: 'Spanside',
    iconPath: new vscode.ThemeIcon('list-tree'),
    env: { PATH: `${bin}${separator}${process.env['PATH'] ?? ''}` },
    message: 'Try "spanside traces" or "spanside --help".',
  });
  terminal.show();
  return terminal;
}
