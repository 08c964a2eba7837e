import * as vscode from 'vscode';
import type { Candidate } from '../model/location.ts';
import { UserError } from '../model/userError.ts';
import { fileInside, realFolders } from './insideFolders.ts';

export interface OpenOptions {
  /** The focus stays where it is: in the inspector, the tree. */
  preserveFocus: boolean;
  column?: vscode.ViewColumn;
}

/**
 * Opens a place in a preview editor, its line in the centre and the caret at its column, else at the line's first
 * character that is not blank. Refuses, with a sentence for people, what is not truly inside a folder of the window.
 */
export async function openCandidate(candidate: Candidate, options: OpenOptions): Promise<vscode.TextEditor> {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter(folder => folder.uri.scheme === 'file')
    .map(folder => folder.uri.fsPath);
  const file = await fileInside(candidate.file, folders, await realFolders(folders));
  if (file === undefined) {
    throw new UserError('This file is not in a folder of this window. Open its folder to go there.');
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const line = Math.min(Math.max(candidate.line, 1), document.lineCount) - 1;
  const { text, firstNonWhitespaceCharacterIndex: first } = document.lineAt(line);
  const column = candidate.column === undefined ? first : Math.min(Math.max(candidate.column, 1) - 1, text.length);
  const caret = new vscode.Range(line, column, line, column);
  const show: vscode.TextDocumentShowOptions = {
    preview: true,
    preserveFocus: options.preserveFocus,
    selection: caret,
  };
  if (options.column !== undefined) show.viewColumn = options.column;
  const editor = await vscode.window.showTextDocument(document, show);
  editor.revealRange(caret, vscode.TextEditorRevealType.InCenter);
  return editor;
}
