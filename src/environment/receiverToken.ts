import type * as vscode from 'vscode';
import { isAcceptableToken, makeToken } from '../receiver/token.ts';

const KEY = 'spanside.receiver.token';

/** The token of this machine's receivers: made once, kept where the editor keeps secrets, the same in every window. */
export class ReceiverToken {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  async get(): Promise<string> {
    const kept = await this.#secrets.get(KEY);
    return kept !== undefined && isAcceptableToken(kept) ? kept : this.renew();
  }

  /** Makes a new one; the one before opens nothing any more. */
  async renew(): Promise<string> {
    const token = makeToken();
    await this.#secrets.store(KEY, token);
    return token;
  }

  /** `listener` is called after it was made or renewed, by any window. */
  onDidChange(listener: () => void): vscode.Disposable {
    return this.#secrets.onDidChange(event => {
      if (event.key === KEY) listener();
    });
  }
}
