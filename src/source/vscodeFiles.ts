import * as vscode from 'vscode';
import { isSkippedFolder } from './skipFolders.ts';
import { WorkspaceFiles } from './workspaceFiles.ts';

/** A checkout or an installation creates thousands of files: one new index is enough. */
const SETTLE_MS = 500;

/** The files of the window's folders, kept up to date while files come and go and folders are added or removed. */
export function watchWorkspaceFiles(): { files: WorkspaceFiles; dispose(): void } {
  const files = new WorkspaceFiles(localFolders());
  let timer: NodeJS.Timeout | undefined;
  const changed = (uri: vscode.Uri): void => {
    // What is not indexed cannot make the index wrong.
    if (timer !== undefined || isSkipped(uri)) return;
    timer = setTimeout(() => {
      timer = undefined;
      files.invalidate();
    }, SETTLE_MS);
  };
  const watcher = vscode.workspace.createFileSystemWatcher('**/*', false, true, false);
  const parts = [
    watcher,
    watcher.onDidCreate(changed),
    watcher.onDidDelete(changed),
    vscode.workspace.onDidChangeWorkspaceFolders(() => files.setFolders(localFolders())),
  ];
  return {
    files,
    dispose() {
      clearTimeout(timer);
      for (const part of parts) part.dispose();
    },
  };
}

/** By the folders below the workspace's only: the workspace itself may lie in a folder called `build`. */
function isSkipped(uri: vscode.Uri): boolean {
  return vscode.workspace.asRelativePath(uri, false).split('/').some(isSkippedFolder);
}

/** Folders on this machine's disk; those of virtual file systems cannot be searched with the file system's calls. */
function localFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(folder => folder.uri.scheme === 'file')
    .map(folder => folder.uri.fsPath);
}
