import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { MalformedError } from '../../otlp/malformed.ts';
import { scanLogs } from '../../otlp/scanLogs.ts';
import { countMetricPoints } from '../../otlp/scanMetrics.ts';
import { ScanMemory, scanTraces } from '../../otlp/scanTraces.ts';
import type { ReceivedRequest } from '../../receiver/sink.ts';
import type { ReceiverState } from '../../receiver/state.ts';
import type { WriteResult } from '../../store/writeRequest.ts';
import { WorkspaceFolders } from './folders.ts';
import { NEIGHBOUR_TIMES, Neighbour, type NeighbourTimes } from './neighbour.ts';
import type { Outbox } from './outbox.ts';
import { Router } from './router.ts';
import { ServiceOwners } from './serviceOwners.ts';
import {
  isAlive,
  makePrivate,
  newWindowId,
  readRecords,
  removeRecord,
  socketPaths,
  type WindowRecord,
  writeRecord,
} from './windowRecord.ts';
import { WindowServer } from './windowServer.ts';

export interface WindowsOptions {
  /** Where windows tell each other of themselves. */
  folder: string;
  /** The folder of the own store. */
  storage: string;
  /** Workspace folders. */
  folders: readonly string[];
  /** Ports this window would listen on, were they free. */
  wanted: readonly number[];
  outbox: Outbox;
  /** Stores in the own store what was received here. */
  keep(request: ReceivedRequest): Promise<WriteResult>;
  /** Stores in the own store what another window received. */
  take(request: ReceivedRequest): Promise<WriteResult>;
  /** Whether the own store has a service of this name. */
  knows(service: string): boolean;
  handedOver(count: number): void;
  /** From here on something may arrive that belongs to another window. */
  sharing?(): void;
  /** The window that listened on wanted ports does so no more. */
  portsFree(): void;
  /** Another window listens on the wanted port: to wait for it is of no use. */
  portHeld(): void;
  warn(message: string): void;
  times?: Partial<WindowsTimes>;
}

export interface WindowsTimes extends NeighbourTimes {
  /** How long a window that has gone is remembered, because it may only be reloading. */
  lingerMs: number;
  /** How long an answer about a service's name holds. */
  nameMs: number;
}

const TIMES: WindowsTimes = { ...NEIGHBOUR_TIMES, lingerMs: 60_000, nameMs: 10_000 };
const START_MS = 300;

/**
 * The other windows of this user. What arrives here because this window has the default ports, but belongs to the
 * workspace of another, is handed over to that one. While there is no other window, nothing is looked at.
 */
export class Windows {
  readonly #options: WindowsOptions;
  readonly #times: WindowsTimes;
  readonly #own: WindowRecord;
  readonly #router: Router;
  readonly #neighbours = new Map<string, Neighbour>();
  readonly #lingering = new Map<string, NodeJS.Timeout>();
  readonly #owners: ServiceOwners;
  readonly #memory = new ScanMemory();
  #server: WindowServer | undefined;
  #known = '';
  /** Whether something may arrive here that belongs to another window. */
  sharesPorts = false;
  #stopped = false;

  constructor(options: WindowsOptions) {
    this.#options = options;
    this.#times = { ...TIMES, ...options.times };
    const live = () => [...this.#neighbours.values()].filter(({ isGone }) => !isGone);
    this.#owners = new ServiceOwners(options.knows, live, this.#times.nameMs);
    this.#router = new Router(service => this.#owners.of(service));
    this.#own = {
      id: newWindowId(),
      pid: process.pid,
      socket: '',
      secret: randomBytes(24).toString('hex'),
      storage: options.storage,
      folders: withReal(options.folders),
      ports: [],
      wanted: options.wanted.filter(port => port !== 0),
    };
  }

  /** Shows this window to the others and finds them. Does not throw: without it, everything stays in this window. */
  async start(): Promise<void> {
    const { folder, warn } = this.#options;
    try {
      makePrivate(folder);
      await this.#listen();
      if (this.#stopped) return this.stop();
      this.#removeFormer();
      this.#write();
      this.#look();
    } catch (error) {
      warn(
        `Other windows cannot be told of (${textOf(error)}): what belongs to their workspaces and is sent to this window stays here.`,
      );
      return;
    }
    const late = new Promise(resolve => setTimeout(resolve, START_MS).unref());
    await Promise.race([Promise.all([...this.#neighbours.values()].map(({ opened }) => opened)), late]);
  }

  async #listen(): Promise<void> {
    const { folder, take, knows } = this.#options;
    let failure: unknown;
    for (const path of socketPaths(folder, this.#own.id)) {
      try {
        const socket = path();
        const server = new WindowServer({
          socket,
          secret: this.#own.secret,
          store: take,
          knows,
          changed: id => this.#heardOf(id),
        });
        await server.start();
        this.#own.socket = socket;
        this.#server = server;
        return;
      } catch (error) {
        // Not every file system has sockets.
        failure = error;
      }
    }
    throw failure;
  }

  /** Whoever had this store before is gone: its lock is held here. */
  #removeFormer(): void {
    const { folder, storage } = this.#options;
    for (const record of readRecords(folder)) if (record.storage === storage) removeRecord(folder, record);
  }

  /** Whether another window has the port that this one wants most. */
  get isPortHeld(): boolean {
    const [main] = this.#own.wanted;
    return [...this.#neighbours.values()].some(
      ({ isGone, record }) => !isGone && main !== undefined && record.ports.includes(main),
    );
  }

  /** The ports of this window have changed; when they are closed, nothing more is handed to it. */
  portsChanged(state: ReceiverState): void {
    if (state.phase === 'off') {
      this.#release();
      return;
    }
    const ports = state.phase === 'listening' ? [...new Set(state.endpoints.map(({ port }) => port))] : [];
    if (ports.join() === this.#own.ports.join()) return;
    this.#own.ports = ports;
    this.#tell();
    this.#rebuild();
  }

  foldersChanged(folders: readonly string[]): void {
    const known = withReal(folders);
    if (known.join('\n') === this.#own.folders.join('\n')) return;
    this.#own.folders = known;
    this.#tell();
    this.#rebuild();
  }

  #tell(): void {
    if (!this.#server || this.#stopped) return;
    this.#write();
    for (const neighbour of this.#neighbours.values()) neighbour.tellChanged();
  }

  #write(): void {
    try {
      writeRecord(this.#options.folder, this.#own);
    } catch (error) {
      this.#options.warn(`Other windows cannot be told of this one (${textOf(error)}).`);
    }
  }

  /**
   * Stores a request: each resource in the store of its window.
   * @throws as the own store does: {@link MalformedError}, or it cannot be stored now
   */
  async accept(request: ReceivedRequest): Promise<WriteResult> {
    const { signal, body } = request;
    let parts: Awaited<ReturnType<Router['split']>>;
    try {
      parts = await this.#router.split(signal, body);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      // The store says better what is wrong.
      return this.#options.keep(request);
    }
    // All or nothing is malformed: before anything of it is stored somewhere.
    if (parts.length > 1) this.#check(request);
    const results = await Promise.allSettled(
      parts.map(part => this.#acceptPart(part.window, { ...request, body: part.body })),
    );
    const sum: WriteResult = { stored: 0, rejected: 0, message: '' };
    for (const result of results) {
      // The memory of the body goes back with the answer, so all of them are waited for first.
      if (result.status === 'rejected') throw result.reason;
      sum.stored += result.value.stored;
      sum.rejected += result.value.rejected;
      sum.message ||= result.value.message;
    }
    return sum;
  }

  async #acceptPart(window: string | undefined, part: ReceivedRequest): Promise<WriteResult> {
    const neighbour = window === undefined ? undefined : this.#neighbours.get(window);
    return (await neighbour?.give(part)) ?? this.#options.keep(part);
  }

  #check({ signal, body }: ReceivedRequest): void {
    if (signal === 'traces') scanTraces(body, this.#memory);
    else if (signal === 'logs') scanLogs(body);
    else countMetricPoints(body);
  }

  #heardOf(id: string): void {
    if (this.#stopped) return;
    this.#look();
    if (this.#neighbours.has(id) && this.isPortHeld) this.#options.portHeld();
  }

  /** Reads who is there, and connects to those that were not known. */
  #look(): void {
    let records: WindowRecord[];
    try {
      records = readRecords(this.#options.folder).filter(({ id }) => id !== this.#own.id);
    } catch (error) {
      this.#options.warn(`Other windows cannot be found (${textOf(error)}).`);
      return;
    }
    for (const record of records) {
      const known = this.#neighbours.get(record.id);
      if (known) known.record = record;
      else this.#meet(record);
    }
    this.#rebuild();
  }

  #meet(record: WindowRecord): void {
    // The workspace has its next window: the one before need not be remembered.
    for (const former of [...this.#neighbours.values()]) {
      if (former.isGone && former.record.storage === record.storage) this.#forget(former);
    }
    const { outbox, handedOver } = this.#options;
    const listener = { handedOver, lost: (neighbour: Neighbour) => this.#lost(neighbour) };
    this.#neighbours.set(record.id, new Neighbour(record, this.#own, outbox, listener, this.#times));
  }

  #lost(neighbour: Neighbour): void {
    if (this.#stopped) return;
    const { id, ports } = neighbour.record;
    const timer = setTimeout(() => {
      this.#forget(neighbour);
      // Its record is there where only the connection broke: then it is met again.
      this.#look();
    }, this.#times.lingerMs);
    timer.unref();
    this.#lingering.set(id, timer);
    // Another one of the same workspace counts rather than this.
    if (this.#hasSuccessor(neighbour)) this.#forget(neighbour);
    this.#owners.forget();
    this.#rebuild();
    if (ports.some(port => this.#own.wanted.includes(port))) this.#options.portsFree();
  }

  #hasSuccessor({ record: { id, storage } }: Neighbour): boolean {
    return [...this.#neighbours.values()].some(
      ({ isGone, record }) => !isGone && record.storage === storage && record.id !== id,
    );
  }

  #forget({ record, isDead }: Neighbour): void {
    clearTimeout(this.#lingering.get(record.id));
    this.#lingering.delete(record.id);
    this.#neighbours.delete(record.id);
    // One whose process was killed could not do this itself.
    if (isDead || !isAlive(record.pid)) removeRecord(this.#options.folder, record);
  }

  #rebuild(): void {
    const others = [...this.#neighbours.values()].map(({ record }) => record);
    const shares = others.some(({ wanted }) => wanted.some(port => this.#own.ports.includes(port)));
    if (shares && !this.sharesPorts) this.#options.sharing?.();
    this.sharesPorts = shares;
    const all = [
      ...this.#own.folders.map(path => ({ path, window: undefined })),
      ...others
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .flatMap(({ id, folders }) => folders.map(path => ({ path, window: id }))),
    ];
    const known = JSON.stringify(all);
    if (known === this.#known) return;
    this.#known = known;
    this.#owners.forget();
    this.#router.use(new WorkspaceFolders(all));
  }

  /** The ports are closed: others may take them, and nothing more is handed to this window. */
  #release(): void {
    this.#own.ports = [];
    this.sharesPorts = false;
    if (!this.#server) return;
    removeRecord(this.#options.folder, this.#own);
    this.#server.close();
    this.#server = undefined;
  }

  /** To be called when nothing is being accepted any more. */
  stop(): void {
    this.#stopped = true;
    this.#release();
    for (const timer of this.#lingering.values()) clearTimeout(timer);
    for (const neighbour of this.#neighbours.values()) neighbour.close();
    this.#neighbours.clear();
  }
}

/** Folders as they are spelled, and where symbolic links lead; programs report either. */
function withReal(folders: readonly string[]): string[] {
  const real = folders.map(folder => {
    try {
      return realpathSync.native(folder);
    } catch {
      return folder;
    }
  });
  return [...new Set([...folders, ...real])];
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
