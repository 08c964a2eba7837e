import { bytesOfHex, type TraceId } from '../model/ids.ts';
import { UserError } from '../model/userError.ts';
import type { ReceiverOptions } from '../receiver/receiver.ts';
import type { Acceptance, ReceivedRequest } from '../receiver/sink.ts';
import type { ReceiverState } from '../receiver/state.ts';
import { markIndexDamaged } from '../store/damage.ts';
import { isCorruption } from '../store/sqlite.ts';
import type { WriteResult } from '../store/writeRequest.ts';
import type { StoreWriter } from '../store/writer.ts';
import type { CommitNotice, IngestSettings } from './api.ts';
import { CommitNotices } from './commitNotices.ts';
import { DamageNotes } from './damageNotes.ts';
import { GroupCommit } from './groupCommit.ts';
import { givenUpSlots } from './handover/outbox.ts';
import { Sharing } from './handover/sharing.ts';
import { slotFolders } from './handover/slotFolders.ts';
import { Housekeeper } from './housekeeper.ts';
import { type OpenStore, openStore, openWriter } from './openStore.ts';
import { ReceiverThread } from './receiverThread.ts';
import { removeSetAside } from './setAside.ts';
import { Siblings } from './siblings.ts';

/** What the ingest worker is started with. */
export interface IngestWorkerData {
  /** Folder of the store. */
  storage: string;
  /** Stores of other windows. */
  siblings: string[];
  /** Whether they become part of this one when their windows are gone. */
  mergeSiblings: boolean;
  /** Whether to open the ports at once. */
  listen: boolean;
  receiver: Omit<ReceiverOptions, 'onState'>;
  /** The bundle of the worker that has the sockets. */
  receiveFile: string;
  /** How long to wait for another process to let go of the store, in milliseconds. */
  lockWaitMs: number;
  settings: IngestSettings;
  /** Where windows tell each other of themselves; without it this one has nothing to do with others. */
  windows?: { folder: string };
}

/** What the worker says unasked. */
export type IngestEvent =
  | { type: 'state'; state: ReceiverState }
  | { type: 'commit'; notice: CommitNotice }
  | { type: 'warn'; message: string };

const QUIET_MS = 60_000;
/** A store that could not be opened is tried again. */
const OPEN_AGAIN_MS = 5_000;
/** An index that is found damaged again so soon is not made anew again: that would not help. */
const REPAIR_AGAIN_MS = 60_000;

/** Everything that receives and writes; the sockets are in a thread of their own. */
export class IngestService {
  readonly #data: IngestWorkerData;
  readonly #send: (event: IngestEvent) => void;
  readonly #notices: CommitNotices;
  #store: OpenStore | undefined;
  #group: GroupCommit | undefined;
  #housekeeper: Housekeeper | undefined;
  #receiver: ReceiverThread | undefined;
  #opening: Promise<void> | undefined;
  #openTimer: NodeJS.Timeout | undefined;
  #failure = '';
  #repairedAt = Number.NEGATIVE_INFINITY;
  #stopped = false;
  readonly #damage: DamageNotes;
  readonly #siblings: Siblings;
  readonly #sharing: Sharing;
  /** Opening and closing of the ports, one after the other. */
  #portTurn: Promise<unknown> = Promise.resolve();
  readonly #warned = new Map<string, number>();

  constructor(data: IngestWorkerData, send: (event: IngestEvent) => void) {
    this.#data = data;
    this.#send = send;
    this.#damage = new DamageNotes(this.#warn);
    this.#notices = new CommitNotices(
      () => this.#store?.writer.traceCount ?? 0,
      notice => send({ type: 'commit', notice }),
    );
    this.#sharing = new Sharing({
      data,
      notices: this.#notices,
      damage: this.#damage,
      keep: request => this.#keep(request),
      receiver: () => this.#receiver,
      publish: state => send({ type: 'state', state }),
      warn: this.#warn,
      warnOnce: message => this.#warnOnce(message),
    });
    const { siblings, storage } = data;
    this.#siblings = new Siblings({
      // With what waited in them for other windows.
      folders: [...siblings, ...siblings.flatMap(slotFolders), ...givenUpSlots(storage, Date.now())],
      merges: data.mergeSiblings,
      own: () => this.#store?.writer,
      open: folder => openWriter(folder, this.#warn, this.#damage),
      merged: result => this.#notices.changed(result.traceIds),
      damaged: (folder, segment) => this.#damage.segment(folder, segment),
      warn: message => this.#warnOnce(message),
    });
  }

  readonly handlers = {
    setListening: async (on: boolean) => {
      await this.#openStore();
      await (on ? this.#openPorts() : this.#closePorts());
    },
    deleteTraces: (traceIds: TraceId[]) =>
      this.#apart(async writer => {
        const ids = bytesOf(traceIds);
        await writer.deleteTraces(ids);
        await this.#sharing.each(waiting => waiting.deleteTraces(ids), notRemoved);
        const inUse = await this.#siblings.each(sibling => sibling.deleteTraces(ids), notRemoved);
        this.#notices.changed(traceIds);
        return inUse.length;
      }),
    clear: () =>
      this.#apart(async writer => {
        await writer.clear();
        await this.#sharing.each(waiting => waiting.clear(), notRemoved);
        const inUse = await this.#siblings.each(sibling => sibling.clear(), notRemoved);
        this.#notices.changed([]);
        await this.#removeSetAside(inUse);
        return inUse.length;
      }),
    pinTraces: (traceIds: TraceId[], on: boolean) =>
      this.#apart(async writer => {
        const ids = bytesOf(traceIds);
        writer.pinTraces(ids, on);
        await this.#sharing.each(async waiting => waiting.pinTraces(ids, on), on ? notPinned : notUnpinned);
        await this.#siblings.each(async sibling => sibling.pinTraces(ids, on), on ? notPinned : notUnpinned);
        this.#notices.changed(traceIds);
      }),
    configure: async (settings: IngestSettings) => {
      this.#data.settings = settings;
      this.#sharing.configure();
      this.#housekeeper?.configure(settings.retention);
    },
    /** `undefined` while the ports are closed. */
    recentRequests: () => this.#receiver?.recentRequests(),
    settle: () => {
      this.#group?.settle();
      this.#sharing.settle();
    },
    /** Whoever reads the store found that its index is damaged; resolves when it is made anew. */
    indexDamaged: async (reason: string) => {
      this.#repair(reason);
      await this.#opening;
    },
    segmentDamaged: (folder: string, segment: number) => this.#damage.segment(folder, segment),
    stop: () => this.stop(),
  };

  /** Opens the store, then the ports. Does not throw: what went wrong is the receiver's state. */
  async start(): Promise<void> {
    await this.#openStore();
    if (!this.#store || this.#stopped) return;
    this.#siblings.merge();
    if (this.#data.listen) await this.#openPorts();
  }

  #openStore(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    if (this.#stopped) return;
    try {
      const { storage, lockWaitMs } = this.#data;
      this.#use(await openStore(storage, lockWaitMs, this.#warn, this.#damage));
    } catch (error) {
      this.#openLater(error);
    }
  }

  #use(store: OpenStore): void {
    this.#failure = '';
    this.#store = store;
    const { writer } = store;
    this.#sharing.open();
    this.#housekeeper = new Housekeeper(writer, this.#data.settings.retention, {
      failed: error => this.#trouble(error),
      removed: () => this.#notices.changed([]),
    });
    this.#housekeeper.start();
    this.#group = new GroupCommit(writer, {
      indexed: traceIds => {
        this.#housekeeper?.stored();
        this.#notices.changed(traceIds);
      },
      indexFailed: error => this.#trouble(error),
      // Only opening the store anew tells what the disk has; the worker is started again and does that.
      syncFailed: error => {
        throw error;
      },
    });
  }

  /** The store cannot be opened now. Where that may pass, it is tried again. */
  #openLater(error: unknown): void {
    const message = error instanceof UserError ? error.message : `The store could not be opened: ${textOf(error)}`;
    if (message !== this.#failure) {
      if (this.#receiver) this.#warn(message);
      else this.#send({ type: 'state', state: { phase: 'failed', message } });
    }
    this.#failure = message;
    this.#opening = undefined;
    if (error instanceof UserError || this.#stopped) return;
    this.#openTimer = setTimeout(() => void this.start(), OPEN_AGAIN_MS);
  }

  readonly #warn = (message: string): void => this.#send({ type: 'warn', message });

  /** What went wrong in the background: it is said once, and done again or repaired. */
  #trouble(error: unknown): void {
    if (isCorruption(error)) this.#repair(textOf(error));
    else this.#warnOnce(diskMessage(error));
  }

  /** The index is damaged: it is made anew from what was received. Requests that come meanwhile wait for that. */
  #repair(reason: string): void {
    const store = this.#store;
    if (!store || this.#stopped || Date.now() - this.#repairedAt < REPAIR_AGAIN_MS) return;
    this.#repairedAt = Date.now();
    const [group, housekeeper] = [this.#group, this.#housekeeper];
    this.#store = this.#group = this.#housekeeper = undefined;
    this.#opening = this.#siblings.apart(() => this.#makeAnew(store, reason, [group, housekeeper]));
  }

  async #makeAnew(store: OpenStore, reason: string, users: ({ close(): Promise<void> } | undefined)[]): Promise<void> {
    try {
      // What has been accepted is written into the segments first, and so found there.
      for (const user of users) await user?.close().catch(() => undefined);
      store.writer.close();
      markIndexDamaged(this.#data.storage, reason);
      this.#use({ writer: openWriter(this.#data.storage, this.#warn, this.#damage), lock: store.lock });
      this.#notices.changed([]);
    } catch (error) {
      store.lock.release();
      this.#openLater(error);
    }
  }

  async #opened(): Promise<OpenStore> {
    await this.#openStore();
    if (!this.#store) throw new UserError('The store is not open; the Spanside log says why.');
    return this.#store;
  }

  /** Changes what is stored, while nothing else changes it but what arrives. @throws {UserError} the store is not open. */
  async #apart<T>(work: (writer: StoreWriter) => Promise<T>): Promise<T> {
    for (;;) {
      await this.#opened();
      // When its turn comes the index may be about to be made anew, by what waits behind it.
      const done = await this.#siblings.apart(async () => this.#store && { value: await work(this.#store.writer) });
      if (done) return done.value;
    }
  }

  /** Removes what was set aside because it was damaged, but not of stores that others still write. */
  async #removeSetAside(inUse: readonly string[]): Promise<void> {
    for (const folder of [this.#data.storage, ...this.#data.siblings]) {
      if (inUse.includes(folder)) continue;
      this.#damage.forget(folder);
      try {
        await removeSetAside(folder);
      } catch (error) {
        this.#warn(
          `What was set aside beside ${folder} because it was damaged could not be removed (${textOf(error)}). Remove the folders there whose names begin with that name and "-damaged-".`,
        );
      }
    }
  }

  async #accept(request: ReceivedRequest): Promise<Acceptance> {
    const { rejected, message } = await this.#sharing.accept(request);
    return { rejected, message };
  }

  /** Stores something in this store. */
  async #keep(request: ReceivedRequest): Promise<WriteResult> {
    if (!this.#group) await this.#opening;
    if (!this.#group) throw new Error('the store is not open');
    try {
      const result = await this.#group.add(request);
      this.#notices.stored(request.signal, result.stored);
      return result;
    } catch (error) {
      if (isDiskFailure(error) || isCorruption(error)) this.#trouble(error);
      throw error;
    }
  }

  async #openPorts(): Promise<void> {
    const receiver = await this.#inTurn(async () => {
      if (this.#receiver || this.#stopped) return undefined;
      const data = await this.#sharing.begin();
      if (this.#stopped) return undefined;
      this.#receiver = new ReceiverThread(this.#data.receiveFile, data, {
        accept: request => this.#accept(request),
        refused: refusal => this.#notices.refused(refusal),
        muted: count => this.#notices.muted(count),
        state: state => this.#sharing.stateChanged(state),
        warn: this.#warn,
      });
      return this.#receiver;
    });
    // Apart: it may take as long as a taken port is tried again, and closing must not wait for that.
    await receiver?.start();
  }

  #closePorts(): Promise<void> {
    return this.#inTurn(async () => {
      const receiver = this.#receiver;
      this.#receiver = undefined;
      await receiver?.close();
      this.#sharing.end();
      this.#send({ type: 'state', state: { phase: 'off' } });
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#portTurn.then(work);
    this.#portTurn = done.catch(() => undefined);
    return done;
  }

  /** The same is said again only after a while: a disk that is full is full for many requests. */
  #warnOnce(message: string): void {
    const last = this.#warned.get(message);
    this.#warned.set(message, Date.now());
    if (last !== undefined && Date.now() - last < QUIET_MS) return;
    this.#send({ type: 'warn', message });
  }

  /** Closes the ports, finishes what was accepted, closes the store. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#openTimer);
    const settled = this.#siblings.stop();
    await this.#opening;
    await this.#portTurn;
    await this.#receiver?.close();
    this.#sharing.end();
    // A store must not be closed while something is being removed from it.
    await settled;
    await this.#sharing.close();
    await this.#group?.close();
    await this.#housekeeper?.close();
    this.#notices.flush();
    this.#damage.flush();
    const store = this.#store;
    this.#store = undefined;
    this.#group = undefined;
    store?.writer.close();
    store?.lock.release();
  }
}

function bytesOf(traceIds: readonly TraceId[]): Uint8Array[] {
  return traceIds.flatMap(id => bytesOfHex(id) ?? []);
}

function notRemoved(folder: string, reason: string): string {
  return `The traces of another window in ${folder} could not be removed (${reason}). Try again, or remove them in that window.`;
}

function notPinned(folder: string, reason: string): string {
  return `The traces of another window in ${folder} could not be pinned (${reason}), so they go when they are old. Pin them again, or in that window.`;
}

function notUnpinned(folder: string, reason: string): string {
  return `The traces of another window in ${folder} are still pinned there (${reason}), so they stay when they are old. Unpin them again, or in that window.`;
}

const DISK_FAILURES = /ENOSPC|EDQUOT|EROFS|EIO|no space|disk is full|disk I\/O|readonly database/i;

function isDiskFailure(error: unknown): boolean {
  return error instanceof Error && DISK_FAILURES.test(error.message);
}

function diskMessage(error: Error | unknown): string {
  const text = textOf(error);
  return /ENOSPC|EDQUOT|no space|is full/i.test(text)
    ? 'The disk is full: new telemetry is refused until there is room, and programs are asked to send it again. What was received before is kept.'
    : `Telemetry cannot be stored (${text}): it is refused until that is over, and programs are asked to send it again. What was received before is kept.`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
