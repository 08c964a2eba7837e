import { DEFAULT_PORTS } from '../../receiver/addresses.ts';
import type { ReceivedRequest } from '../../receiver/sink.ts';
import type { ReceiverState } from '../../receiver/state.ts';
import type { WriteResult } from '../../store/writeRequest.ts';
import type { StoreWriter } from '../../store/writer.ts';
import type { IngestSettings } from '../api.ts';
import type { CommitNotices } from '../commitNotices.ts';
import type { DamageNotes } from '../damageNotes.ts';
import { Door } from '../door.ts';
import type { IngestWorkerData } from '../ingestService.ts';
import type { ReceiverThread } from '../receiverThread.ts';
import type { ReceiveWorkerData } from '../receiveService.ts';
import { KnownServices } from './knownServices.ts';
import { Outbox } from './outbox.ts';
import { Windows } from './windows.ts';

export interface SharingOptions {
  data: Pick<IngestWorkerData, 'storage' | 'windows' | 'receiver' | 'settings'>;
  notices: CommitNotices;
  damage: DamageNotes;
  /** Stores a request in the own store. */
  keep(request: ReceivedRequest): Promise<WriteResult>;
  /** The thread of the sockets, while there is one. */
  receiver(): ReceiverThread | undefined;
  /** How the receiver stands, with what is known of other windows. */
  publish(state: ReceiverState): void;
  warn(message: string): void;
  /** The same, for what may happen with every request. */
  warnOnce(message: string): void;
}

/** What one window's ingest has to do with the other windows, where it has anything to do with them. */
export class Sharing {
  readonly #options: SharingOptions;
  readonly #services: KnownServices;
  /** What other windows hand over has passed their doors, and passes the one of this. */
  readonly #door: Door;
  /** Takes out what is muted here, from when on the sockets leave it in because it may be another window's. */
  #muting: Door | undefined;
  #outbox: Outbox | undefined;
  #windows: Windows | undefined;
  #state: ReceiverState = { phase: 'off' };

  constructor(options: SharingOptions) {
    this.#options = options;
    this.#services = new KnownServices(options.data.storage);
    this.#door = new Door(options.data.settings, options.warn);
  }

  /** To be called when the own store is open: what waits for other windows lies in it. */
  open(): void {
    const { data, notices, damage, warnOnce } = this.#options;
    this.#outbox ??= new Outbox(data.storage, {
      changed: traceIds => notices.changed(traceIds),
      warn: warnOnce,
      damage,
    });
  }

  /** Stores what the own sockets received: here, or where it belongs. */
  accept(request: ReceivedRequest): Promise<WriteResult> {
    return this.#windows?.sharesPorts ? this.#windows.accept(request) : this.#keep(request);
  }

  /** Finds the other windows; answers what the sockets are to be opened with. */
  async begin(): Promise<ReceiveWorkerData> {
    const { data } = this.#options;
    this.#windows = this.#makeWindows();
    await this.#windows?.start();
    // Another window keeps its port, unlike one that reloads.
    const patience = this.#windows?.isPortHeld ? { retryForMs: 0 } : {};
    return { receiver: { ...data.receiver, ...patience }, settings: this.#forSockets() };
  }

  /** To be called when the sockets are closed and nothing is being accepted any more. */
  end(): void {
    this.#windows?.stop();
    this.#windows = undefined;
  }

  /** The state of the sockets has changed. */
  stateChanged(state: ReceiverState): void {
    this.#windows?.portsChanged(state);
    this.#publish(state);
  }

  /** From the next request on; `data.settings` are the new ones already. */
  configure(): void {
    const { data, receiver } = this.#options;
    receiver()?.configure(this.#forSockets());
    this.#muting?.configure(onlyMuting(data.settings));
    this.#door.configure(data.settings);
    this.#windows?.foldersChanged(data.settings.workspaceFolders ?? []);
  }

  /** Does something with what waits for other windows; `failed` makes the sentence that says that it could not be done. */
  async each(
    work: (writer: StoreWriter) => Promise<void>,
    failed: (folder: string, reason: string) => string,
  ): Promise<void> {
    await this.#outbox?.each(work, (folder, error) =>
      this.#options.warn(failed(folder, error instanceof Error ? error.message : String(error))),
    );
  }

  /** Makes everything that waits to be found. */
  settle(): void {
    this.#outbox?.settle();
  }

  async close(): Promise<void> {
    await this.#outbox?.close();
  }

  #makeWindows(): Windows | undefined {
    const { data, notices, receiver, warn } = this.#options;
    if (!data.windows || !this.#outbox) return undefined;
    return new Windows({
      folder: data.windows.folder,
      storage: data.storage,
      folders: data.settings.workspaceFolders ?? [],
      wanted: data.receiver.ports ?? DEFAULT_PORTS,
      outbox: this.#outbox,
      keep: request => this.#keep(request),
      take: request => this.#pass(this.#door, request),
      sharing: () => this.#muteHere(),
      knows: service => this.#services.has(service),
      handedOver: count => notices.handedOver(count),
      portsFree: () => receiver()?.takeOver(),
      portHeld: () => {
        receiver()?.fallBack();
        if (this.#state.phase === 'listening' && !this.#state.byWindow) this.#publish(this.#state);
      },
      warn,
    });
  }

  #publish(state: ReceiverState): void {
    const byWindow = this.#windows?.isPortHeld ?? false;
    this.#state = state.phase === 'listening' && byWindow ? { ...state, byWindow } : state;
    this.#options.publish(this.#state);
  }

  /** Stores what was received here and is not another window's. */
  #keep(request: ReceivedRequest): Promise<WriteResult> {
    return this.#muting ? this.#pass(this.#muting, request) : this.#options.keep(request);
  }

  /** What this window mutes is not muted for another: the sockets leave it to this thread, for good. */
  #muteHere(): void {
    if (this.#muting) return;
    const { data, receiver } = this.#options;
    this.#muting = new Door(onlyMuting(data.settings));
    receiver()?.configure(this.#forSockets());
  }

  #forSockets(): IngestSettings {
    const { settings } = this.#options.data;
    return this.#muting ? { ...settings, mutedServices: [] } : settings;
  }

  /** Stores what comes through a door. */
  async #pass(door: Door, request: ReceivedRequest): Promise<WriteResult> {
    const { body, muted } = door.pass(request);
    if (muted > 0) this.#options.notices.muted(muted);
    return body ? this.#options.keep({ ...request, body }) : { stored: 0, rejected: 0, message: '' };
  }
}

/** Where what is to be masked has been masked before. */
function onlyMuting({ redaction, mutedServices }: IngestSettings): Pick<IngestSettings, 'redaction' | 'mutedServices'> {
  return { redaction: { ...redaction, enabled: false }, mutedServices };
}
