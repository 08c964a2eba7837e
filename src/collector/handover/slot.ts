import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TraceId } from '../../model/ids.ts';
import { MalformedError } from '../../otlp/malformed.ts';
import type { ReceivedRequest } from '../../receiver/sink.ts';
import { examine } from '../../store/damage.ts';
import { StoreReader } from '../../store/reader.ts';
import type { WriteResult } from '../../store/writeRequest.ts';
import type { StoreWriter } from '../../store/writer.ts';
import type { DamageNotes } from '../damageNotes.ts';
import { GroupCommit } from '../groupCommit.ts';
import { removeStore } from '../mergeSibling.ts';
import { type OpenStore, openStore } from '../openStore.ts';
import { writeDurably } from './writeDurably.ts';

/** The workspace that something waits for: that of a window by its store, or by its folders where that has another now. */
export interface Addressee {
  storage: string;
  folders: string[];
}

export interface SlotListener {
  /** These traces can be found now, or have gone. */
  changed(traceIds: readonly TraceId[]): void;
  warn(message: string): void;
  damage: DamageNotes;
}

interface Target extends Addressee {
  /** When the first of it was put here, milliseconds since 1970. */
  since: number;
}

const TARGET_FILE = 'target.json';
/** More than this is not kept for a window that does not come. */
const MOST_BYTES = 256 * 1024 * 1024;

/** A folder with a store of its own for what waits to be moved to one other window. It is read like any store meanwhile. */
export class Slot {
  readonly folder: string;
  readonly #listener: SlotListener;
  #target: Target | undefined;
  /** Whether the disk has the target. */
  #isNamed: boolean;
  #open: { store: OpenStore; group: GroupCommit } | undefined;
  #opening: Promise<unknown> = Promise.resolve();
  /** Moves and deletions, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #adding = 0;
  #added = 0;
  #bytes = 0;
  #closed = false;
  /** What was moved could not be removed: it is looked at anew by the next start. */
  #isBroken = false;

  constructor(folder: string, listener: SlotListener) {
    this.folder = folder;
    this.#listener = listener;
    // A file alone is what was left when the store became part of another.
    this.#target = hasStore(folder) ? readTarget(folder) : undefined;
    this.#isNamed = this.#target !== undefined;
  }

  /** For whom it is; `undefined` while it is empty. */
  get target(): Target | undefined {
    return this.#target;
  }

  /** Whether it takes no more. */
  get isFull(): boolean {
    return this.#bytes > MOST_BYTES || this.#isBroken;
  }

  /** Resolves when it is on disk. @throws the disk failed, or the message is malformed */
  async add(addressee: Addressee, request: ReceivedRequest): Promise<WriteResult> {
    this.#adding++;
    this.#added++;
    // From here on it is taken, so that nobody else's parts come into it.
    this.#target ??= { storage: addressee.storage, folders: addressee.folders, since: Date.now() };
    try {
      const { group } = await this.#opened();
      this.#bytes += request.body.length;
      return await group.add(request);
    } finally {
      this.#adding--;
    }
  }

  /** Opens the store unless it is open, when what was there before is removed. */
  async #opened(): Promise<{ store: OpenStore; group: GroupCommit }> {
    const opening = this.#opening.then(async () => {
      if (this.#closed) throw new Error('the store is closed');
      if (this.#open) return this.#open;
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      if (!this.#isNamed) writeDurably(join(this.folder, TARGET_FILE), JSON.stringify(this.#target));
      this.#isNamed = true;
      this.#open = await this.#openStore();
      return this.#open;
    });
    this.#opening = opening.catch(() => undefined);
    return opening;
  }

  async #openStore(): Promise<{ store: OpenStore; group: GroupCommit }> {
    const { warn, damage, changed } = this.#listener;
    // All of it was moved, and only the removal was missing.
    if (isMoved(this.folder)) await removeStore(this.folder);
    const store = await openStore(this.folder, 0, warn, damage);
    await store.writer.tidy();
    const group = new GroupCommit(store.writer, {
      indexed: changed,
      indexFailed: error => warn(`What waits for another window cannot be listed (${error.message}); it is kept.`),
      // Only opening the store anew tells what the disk has; the worker is started again and does that.
      syncFailed: error => {
        throw error;
      },
    });
    return { store, group };
  }

  /**
   * Hands everything over and then removes the store; what is added meanwhile too. Where it breaks off, what was handed
   * over is so once more the next time, and the other store knows it by its ids or hashes.
   * @throws whatever `send` throws
   */
  move(send: (request: ReceivedRequest) => Promise<unknown>): Promise<void> {
    return this.#apart(async () => {
      if (!this.#target) return;
      const { group, store } = await this.#opened();
      const sent = new Map<number, number>();
      for (;;) {
        const added = this.#added;
        group.settle();
        if ((await this.#sendFrom(sent, send)) > 0 || this.#adding > 0 || this.#added !== added) {
          if (this.#closed) return;
          await new Promise(resolve => setImmediate(resolve));
          continue;
        }
        // What the index lacks was not read either.
        if (store.writer.pendingItems > 0) throw new Error('the index cannot be written');
        break;
      }
      await this.#remove();
    });
  }

  async #sendFrom(sent: Map<number, number>, send: (request: ReceivedRequest) => Promise<unknown>): Promise<number> {
    const reader = new StoreReader(this.folder);
    let count = 0;
    try {
      for (const { id, bytes } of reader.segments()) {
        const from = sent.get(id) ?? 0;
        if (from >= bytes) continue;
        const content = reader.segment(id, bytes).subarray(0, bytes);
        for (const { signal, receivedAt, offset, length } of examine(content, from).frames) {
          await this.#sendOne({ signal, receivedAt, body: content.subarray(offset, offset + length) }, send);
          sent.set(id, offset + length);
          count++;
        }
        sent.set(id, bytes);
      }
    } finally {
      reader.close();
    }
    return count;
  }

  async #sendOne(request: ReceivedRequest, send: (request: ReceivedRequest) => Promise<unknown>): Promise<void> {
    try {
      await send(request);
    } catch (error) {
      // It was read here before it was kept; a window that cannot read it never will, and must not block the others.
      if (!(error instanceof MalformedError)) throw error;
      this.#listener.warn(`A request could not be moved to another window, which refused it: ${error.message}`);
    }
  }

  /** Empties the slot. Called when nothing is being added; what is added from here on waits. */
  #remove(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    this.#target = undefined;
    this.#isNamed = false;
    this.#bytes = 0;
    const removal = this.#opening.then(async () => {
      if (!open) return;
      const { writer, lock } = open.store;
      try {
        await open.group.close();
        writer.markMerged();
        writer.close();
        await removeStore(this.folder);
      } finally {
        lock.release();
      }
      await rm(this.folder, { recursive: true, force: true });
      this.#listener.changed([]);
    });
    this.#opening = removal.catch(() => {
      this.#isBroken = true;
      throw new Error('what was moved could not be removed');
    });
    // Whoever adds hears of it.
    this.#opening.catch(() => undefined);
    return removal;
  }

  /** Does something with what waits here, if anything does, while it is not being moved. */
  change(work: (writer: StoreWriter) => Promise<void>): Promise<void> {
    return this.#apart(async () => {
      if (!this.#target) return;
      const { store } = await this.#opened();
      await work(store.writer);
    });
  }

  #apart<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  settle(): void {
    this.#open?.group.settle();
  }

  /** Finishes what was begun and closes the store; what waits goes on to wait. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#turn;
    await this.#opening.catch(() => undefined);
    const open = this.#open;
    this.#open = undefined;
    await open?.group.close();
    open?.store.writer.close();
    open?.store.lock.release();
  }
}

function readTarget(folder: string): Target | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, TARGET_FILE), 'utf8'));
    const { storage, folders, since } = value as Partial<Target>;
    if (typeof storage !== 'string' || typeof since !== 'number' || !Array.isArray(folders)) return undefined;
    return { storage, folders: folders.filter(one => typeof one === 'string'), since };
  } catch {
    return undefined;
  }
}

/**
 * When the first of what waits in a slot came, milliseconds since 1970; `undefined` where nothing waits. Of what waits for
 * nobody knows whom, the beginning of time.
 */
export function waitingSince(folder: string): number | undefined {
  return hasStore(folder) ? (readTarget(folder)?.since ?? 0) : undefined;
}

function hasStore(folder: string): boolean {
  return StoreReader.exists(folder) || existsSync(join(folder, 'segments'));
}

function isMoved(folder: string): boolean {
  if (!StoreReader.exists(folder)) return false;
  let reader: StoreReader | undefined;
  try {
    reader = new StoreReader(folder);
    return reader.isMerged();
  } catch {
    // Damaged, or of another version: opening it for writing says so, or repairs it.
    return false;
  } finally {
    reader?.close();
  }
}
