import * as vscode from 'vscode';
import { Command } from '../contributions.ts';
import { oneLine, safeError } from '../model/text.ts';
import { UserError } from '../model/userError.ts';
import { plain } from './plain.ts';

/** A command that helps with an error, offered as a button. */
export interface Cure {
  title: string;
  command: string;
}

/** A UserError with a way out. */
export class CurableError extends UserError {
  override readonly name = 'CurableError';
  readonly cure: Cure;

  constructor(message: string, cure: Cure) {
    super(message);
    this.cure = cure;
  }
}

/** A UserError that is no failure: what was asked for is not there. Told without alarm. */
export class Hint extends UserError {
  override readonly name = 'Hint';
  /** Whether the same is said where the user looks, so that a few seconds in the status bar are enough. */
  readonly shown: boolean;

  constructor(message: string, shown: boolean) {
    super(message);
    this.shown = shown;
  }
}

const HINT_MS = 6000;
/** A message may quote what a program reported. */
const MESSAGE_LENGTH = 1000;
const SHOW_LOG: Cure = { title: 'Show Log', command: Command.showLog };

/** Shows what a command the user ran has thrown: a UserError as it is, anything else with the way to the log. */
export function reportFailure(error: unknown, log: vscode.LogOutputChannel, what: string): void {
  if (error instanceof Hint) {
    showHint(error);
    return;
  }
  const known = error instanceof UserError;
  if (!known) log.error(`${what}: ${safeError(error)}`);
  const cure = error instanceof CurableError ? error.cure : known ? undefined : SHOW_LOG;
  const message = known ? oneLine(error.message, MESSAGE_LENGTH) : 'Spanside could not do that. The log says why.';
  void vscode.window.showErrorMessage(message, ...(cure ? [cure.title] : [])).then(choice => {
    if (choice !== undefined && cure) void vscode.commands.executeCommand(cure.command);
  });
}

function showHint({ message, shown }: Hint): void {
  if (shown) vscode.window.setStatusBarMessage(`$(info) ${plain(message, 300)}`, HINT_MS);
  else void vscode.window.showInformationMessage(oneLine(message, MESSAGE_LENGTH));
}
