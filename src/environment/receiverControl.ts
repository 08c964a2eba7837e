import { join } from 'node:path';
import * as vscode from 'vscode';
import { createCollector } from '../collector/collector.ts';
import type { CollectorHost } from './collectorHost.ts';
import { portToRemember } from './rememberedPort.ts';
import { removeOldSessions, type StorageFolders, sessionStorage, workspaceStorage } from './storageFolder.ts';
import { registerStore } from './storeRegistry.ts';

const REMEMBERED_PORT = 'receiver.port';
/** SDKs send here by themselves: OTLP over HTTP, and over gRPC. */
const DEFAULT_PORTS = [4318, 4317];

/** What the settings say about receiving. */
export interface ReceiverSettings {
  enabled: boolean;
  port: number;
}

/** Starts the collector of this window with its storage, and follows the settings. */
export class ReceiverControl {
  readonly #context: vscode.ExtensionContext;
  readonly #host: CollectorHost;
  readonly #settings: () => ReceiverSettings;
  readonly #log: vscode.LogOutputChannel;
  #storage: StorageFolders | undefined;
  #tidied = false;
  #last: ReceiverSettings | undefined;
  readonly #subscriptions: { dispose(): void }[];

  constructor(
    context: vscode.ExtensionContext,
    host: CollectorHost,
    settings: () => ReceiverSettings,
    log: vscode.LogOutputChannel,
  ) {
    this.#context = context;
    this.#host = host;
    this.#settings = settings;
    this.#log = log;
    this.#subscriptions = [
      host.onDidChangeState(() => this.#stateChanged()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#register()),
    ];
  }

  /** Starts the collector, or starts it again; a receiver that is turned off leaves the store readable. */
  async start(): Promise<void> {
    const { enabled, port } = this.#settings();
    this.#last = { enabled, port };
    const remembered = this.#context.workspaceState.get<number>(REMEMBERED_PORT);
    await this.#host.restart(enabled, async () => {
      this.#storage ??= await this.#findStorage();
      const script = (name: string) => join(this.#context.extensionPath, 'dist', name);
      return createCollector({
        storageFolder: this.#storage.folder,
        siblings: this.#storage.siblings,
        mergeSiblings: this.#storage.merge,
        ports: port === DEFAULT_PORTS[0] ? DEFAULT_PORTS : [port],
        ...(remembered === undefined ? {} : { remembered }),
        workers: { ingest: script('ingest.cjs'), query: script('query.cjs') },
        listen: enabled,
      });
    });
    const { folder = '', siblings = [] } = this.#storage ?? {};
    this.#log.info(
      `Spanside ${this.#context.extension.packageJSON.version}, VS Code ${vscode.version}, Node ${process.versions.node}, ` +
        `${process.platform}; storage ${folder}${siblings.length > 0 ? `, also reading ${siblings.join(', ')}` : ''}`,
    );
    await this.#register();
    if (!this.#tidied) await this.#tidy(folder);
  }

  /** Opens or closes the ports until the setting says otherwise. A receiver that failed is started anew. */
  async setListening(on: boolean): Promise<void> {
    if (on && this.#host.state.phase === 'failed') return this.start();
    await this.#host.setListening(on);
  }

  async settingsChanged(): Promise<void> {
    const { enabled, port } = this.#settings();
    if (port !== this.#last?.port) return this.start();
    if (enabled !== this.#last.enabled) await this.setListening(enabled);
    this.#last = { enabled, port };
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #stateChanged(): void {
    const { state } = this.#host;
    if (state.phase === 'listening') {
      this.#log.info(`Receiving on ${state.endpoints.map(endpoint => endpoint.url).join(', ')}`);
      const { workspaceState } = this.#context;
      const port = portToRemember(this.#settings().port, state.main.port);
      if (port !== workspaceState.get(REMEMBERED_PORT)) void workspaceState.update(REMEMBERED_PORT, port);
    } else {
      this.#log.info(
        state.phase === 'failed' ? `The receiver failed: ${state.message}` : `The receiver is ${state.phase}.`,
      );
    }
    void this.#register();
  }

  async #findStorage(): Promise<StorageFolders> {
    const { storageUri, globalStorageUri } = this.#context;
    return storageUri === undefined
      ? sessionStorage(globalStorageUri.fsPath, vscode.env.sessionId, Date.now())
      : workspaceStorage(storageUri.fsPath);
  }

  /** Every window does this: one without a folder may never be opened again. */
  async #tidy(own: string): Promise<void> {
    this.#tidied = true;
    try {
      const removed = await removeOldSessions(this.#context.globalStorageUri.fsPath, own, Date.now());
      if (removed.length > 0) this.#log.info(`Removed stores that are older than a week: ${removed.join(', ')}`);
    } catch (error) {
      this.#log.warn(`Stores that are older than a week could not be removed: ${error}`);
    }
  }

  /** Tells the command line where the store of these folders is. */
  async #register(): Promise<void> {
    const storage = this.#storage?.folder;
    if (storage === undefined) return;
    const { state } = this.#host;
    const endpoint = state.phase === 'listening' ? { endpoint: state.main.url } : {};
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      if (folder.uri.scheme !== 'file') continue;
      await registerStore({ folder: folder.uri.fsPath, storage, ...endpoint }).catch(error => {
        this.#log.warn(`The command line will not find this store: ${error instanceof Error ? error.message : error}`);
      });
    }
  }
}
