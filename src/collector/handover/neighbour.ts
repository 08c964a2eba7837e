import { MalformedError } from '../../otlp/malformed.ts';
import type { ReceivedRequest } from '../../receiver/sink.ts';
import type { WriteResult } from '../../store/writeRequest.ts';
import { MOST_BODY } from './frames.ts';
import type { Outbox } from './outbox.ts';
import { WindowConnection } from './windowConnection.ts';
import type { WindowRecord } from './windowRecord.ts';

export interface NeighbourTimes {
  /** How long a sender waits for another window. */
  giveMs: number;
  /** How long something that is moved may take. */
  moveMs: number;
  /** Until a move that failed is tried again; every time twice as long. */
  againMs: number;
  longestMs: number;
}

export const NEIGHBOUR_TIMES: NeighbourTimes = { giveMs: 1_000, moveMs: 5_000, againMs: 250, longestMs: 30_000 };

export interface NeighbourListener {
  /** So many spans, log records or data points are in its store now. */
  handedOver(count: number): void;
  /** It is gone, or was never there. */
  lost(neighbour: Neighbour): void;
}

/** Another window: it is given what belongs to it, at once or when it answers again. */
export class Neighbour {
  record: WindowRecord;
  /** Whether its process has ended, or stopped receiving. */
  isGone = false;
  readonly #connection: WindowConnection;
  readonly #outbox: Outbox;
  readonly #listener: NeighbourListener;
  readonly #times: NeighbourTimes;
  /** It did not answer in time: until it does again, nobody waits for it. */
  #isBehind = false;
  #isMoving = false;
  #timer: NodeJS.Timeout | undefined;
  #again: number;

  constructor(
    record: WindowRecord,
    own: Pick<WindowRecord, 'id'>,
    outbox: Outbox,
    listener: NeighbourListener,
    times: NeighbourTimes,
  ) {
    this.record = record;
    this.#outbox = outbox;
    this.#listener = listener;
    this.#times = times;
    this.#again = times.againMs;
    this.#connection = new WindowConnection(record, own, () => {
      this.isGone = true;
      clearTimeout(this.#timer);
      listener.lost(this);
    });
    void this.#connection.opened.then(() => this.#move());
  }

  /** Resolves when it is known whether the window can be reached. */
  get opened(): Promise<boolean> {
    return this.#connection.opened;
  }

  /** Whether nobody listens where it should, although another process may have its number by now. */
  get isDead(): boolean {
    return this.#connection.isRefused;
  }

  /**
   * Resolves when the other window has it on disk, or when it is kept here until that one answers.
   * @returns `undefined` where neither is possible: it should stay in the own store
   * @throws {MalformedError} it is no such message
   * @throws the disk failed
   */
  async give(request: ReceivedRequest): Promise<WriteResult | undefined> {
    if (request.body.length > MOST_BODY) return undefined;
    if (!this.#isBehind && (await this.#connection.opened) && !this.isGone) {
      try {
        const result = await this.#connection.store(request, this.#times.giveMs);
        this.#listener.handedOver(result.stored);
        return result;
      } catch (error) {
        if (error instanceof MalformedError) throw error;
        this.#isBehind = true;
      }
    }
    const kept = await this.#outbox.keep(this.record, request);
    this.#moveLater();
    return kept;
  }

  /** Whether its store has a service of this name. */
  async knows(service: string): Promise<boolean> {
    await this.#connection.opened;
    return this.#connection.knows(service, this.#times.giveMs);
  }

  tellChanged(): void {
    this.#connection.tellChanged();
  }

  #moveLater(): void {
    if (this.isGone || this.#isMoving) return;
    this.#timer ??= setTimeout(() => void this.#move(), this.#again);
  }

  async #move(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isMoving || !this.#connection.isOpen) return;
    this.#isMoving = true;
    try {
      await this.#outbox.move(this.record, async request => {
        const { stored } = await this.#connection.store(request, this.#times.moveMs);
        this.#isBehind = false;
        this.#again = this.#times.againMs;
        this.#listener.handedOver(stored);
      });
      this.#isBehind = false;
    } catch {
      // What was not moved waits on, and is shown here meanwhile.
      this.#again = Math.min(this.#again * 2, this.#times.longestMs);
    }
    this.#isMoving = false;
    if (this.#isBehind || this.#outbox.has(this.record)) this.#moveLater();
  }

  close(): void {
    this.isGone = true;
    clearTimeout(this.#timer);
    this.#connection.close();
  }
}
