import { join } from 'node:path';
import * as vscode from 'vscode';
import type { IngestSettings } from '../collector/api.ts';
import { createCollector } from '../collector/collector.ts';
import { DEFAULT_PORTS, hostsFor, isLoopbackHost, LOOPBACK_HOSTS } from '../receiver/addresses.ts';
import type { CollectorHost } from './collectorHost.ts';
import { ReceiverToken } from './receiverToken.ts';
import { portToRemember } from './rememberedPort.ts';
import { removeOldSessions, type StorageFolders, sessionStorage, workspaceStorage } from './storageFolder.ts';
import { registerStore } from './storeRegistry.ts';

const REMEMBERED_PORT = 'receiver.port';

/** What the settings say about receiving. */
export interface ReceiverSettings {
  enabled: boolean;
  port: number;
  /** Where it can be reached; other machines need a token. */
  bindAddress: string;
  /** Names by which senders may call it besides those of this machine. */
  allowedHosts: readonly string[];
  /** What is kept, and what of it is masked. */
  ingest: IngestSettings;
}

/** Starts the collector of this window with its storage, and follows the settings. */
export class ReceiverControl {
  readonly #context: vscode.ExtensionContext;
  readonly #host: CollectorHost;
  readonly #settings: () => ReceiverSettings;
  readonly #kept: ReceiverToken;
  #token: string | undefined;
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
    this.#kept = new ReceiverToken(context.secrets);
    this.#subscriptions = [
      this.#kept.onDidChange(() => void this.#tokenChanged()),
      host.onDidChangeState(() => this.#stateChanged()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#foldersChanged()),
    ];
  }

  /** Starts the collector, or starts it again; a receiver that is turned off leaves the store readable. */
  async start(): Promise<void> {
    const settings = this.#settings();
    const { enabled, port, allowedHosts } = settings;
    this.#last = settings;
    const hosts = this.#hosts(settings);
    const remembered = this.#context.workspaceState.get<number>(REMEMBERED_PORT);
    await this.#host.restart(enabled, async () => {
      this.#storage ??= await this.#findStorage();
      // Cleared first: until it is known, nobody is to be told the one before.
      this.#token = undefined;
      this.#token = hosts.every(isLoopbackHost) ? undefined : await this.#kept.get();
      const script = (name: string) => join(this.#context.extensionPath, 'dist', name);
      return createCollector({
        storageFolder: this.#storage.folder,
        siblings: this.#storage.siblings,
        mergeSiblings: this.#storage.merge,
        ports: port === DEFAULT_PORTS[0] ? [...DEFAULT_PORTS] : [port],
        hosts,
        allowedHosts,
        ...(this.#token !== undefined && { token: this.#token }),
        ...(remembered === undefined ? {} : { remembered }),
        workers: {
          ingest: script('ingest.cjs'),
          receive: script('receive.cjs'),
          query: script('query.cjs'),
          search: script('search.cjs'),
        },
        listen: enabled,
        windows: { folder: join(this.#context.globalStorageUri.fsPath, 'windows') },
        settings: withFolders(settings.ingest),
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
    const now = this.#settings();
    const before = this.#last;
    const fixed = ({ port, bindAddress, allowedHosts }: ReceiverSettings) =>
      JSON.stringify([port, bindAddress, allowedHosts]);
    if (!before || fixed(now) !== fixed(before)) return this.start();
    this.#last = now;
    if (JSON.stringify(now.ingest) !== JSON.stringify(before.ingest))
      await this.#host.configure(withFolders(now.ingest));
    if (now.enabled !== before.enabled) await this.setListening(now.enabled);
  }

  /** What senders have to know, while the receiver is open to other machines. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Programs that have the token of before have to be told anew. The windows hear of it by its place of storage. */
  async renewToken(): Promise<void> {
    await this.#kept.renew();
  }

  async #tokenChanged(): Promise<void> {
    if (this.#token === undefined || (await this.#kept.get()) === this.#token) return;
    await this.start();
  }

  #hosts({ bindAddress }: ReceiverSettings): readonly string[] {
    const hosts = hostsFor(bindAddress);
    if (!hosts) {
      this.#log.warn(
        `spanside.receiver.bindAddress is no address: "${bindAddress}". Receiving from this machine only.`,
      );
    }
    return hosts ?? LOOPBACK_HOSTS;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #stateChanged(): void {
    const { state } = this.#host;
    if (state.phase === 'listening') {
      this.#log.info(`Receiving on ${state.endpoints.map(endpoint => endpoint.url).join(', ')}`);
      if (state.missing) {
        this.#log.warn(`Not receiving on ${state.missing.join(', ')}, which is no address of this machine now.`);
      }
      const { workspaceState } = this.#context;
      const port = portToRemember(this.#settings().port, (state.kept ?? state.main).port);
      if (port !== workspaceState.get(REMEMBERED_PORT)) void workspaceState.update(REMEMBERED_PORT, port);
    } else {
      this.#log.info(
        state.phase === 'failed' ? `The receiver failed: ${state.message}` : `The receiver is ${state.phase}.`,
      );
    }
    void this.#register();
  }

  #foldersChanged(): void {
    void this.#register();
    if (!this.#last) return;
    this.#host.configure(withFolders(this.#last.ingest)).catch(error => {
      this.#log.warn(`Other windows are not told of the folders of this one: ${error}`);
    });
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

/** With the folders of this window, by which other windows know what belongs to it. */
function withFolders(settings: IngestSettings): IngestSettings {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  return { ...settings, workspaceFolders: folders.map(({ uri }) => uri.fsPath) };
}
