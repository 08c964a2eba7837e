import * as vscode from 'vscode';
import { oneLine, safeLines } from '../model/text.ts';

/** Shows a warning of the collector the first time it comes; after that it is only in the log. */
export function showOnce(log: vscode.LogOutputChannel): (message: string) => void {
  const shown = new Set<string>();
  return message => {
    log.warn(safeLines(message));
    if (shown.has(message)) return;
    shown.add(message);
    const showLog = 'Show Log';
    void vscode.window.showWarningMessage(`Spanside: ${oneLine(message, 300)}`, showLog).then(choice => {
      if (choice === showLog) log.show();
    });
  };
}
