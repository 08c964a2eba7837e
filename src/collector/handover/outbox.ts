import type { ReceivedRequest } from '../../receiver/sink.ts';
import type { WriteResult } from '../../store/writeRequest.ts';
import type { StoreWriter } from '../../store/writer.ts';
import { type Addressee, Slot, type SlotListener, waitingSince } from './slot.ts';
import { slotFolders } from './slotFolders.ts';

/** What nobody has come for so long stays here for good. */
const LONGEST_WAIT_MS = 7 * 24 * 3600 * 1000;

/** Those of them that have waited too long and become part of the store that they lie in. */
export function givenUpSlots(storage: string, now: number): string[] {
  return slotFolders(storage).filter(folder => now - (waitingSince(folder) ?? now) > LONGEST_WAIT_MS);
}

/** What belongs to other windows and could not be handed over yet, by window, on disk. */
export class Outbox {
  readonly #slots: Slot[];

  /** @param storage the folder of the own store, whose lock is held */
  constructor(storage: string, listener: SlotListener, now = Date.now()) {
    const givenUp = givenUpSlots(storage, now);
    this.#slots = slotFolders(storage)
      .filter(folder => !givenUp.includes(folder))
      .map(folder => new Slot(folder, listener));
  }

  /** Whether anything waits for this window. */
  has(addressee: Addressee): boolean {
    return this.#slotOf(addressee) !== undefined;
  }

  /**
   * Keeps something until its window answers; resolves when it is on disk.
   * @returns `undefined` where there is no room for it: it should stay in the own store
   * @throws the disk failed
   */
  async keep(addressee: Addressee, request: ReceivedRequest): Promise<WriteResult | undefined> {
    const slot = this.#slotOf(addressee) ?? this.#slots.find(one => one.target === undefined && !one.isFull);
    return slot && !slot.isFull ? slot.add(addressee, request) : undefined;
  }

  /** Hands over what waits for a window; see {@link Slot.move}. */
  async move(addressee: Addressee, send: (request: ReceivedRequest) => Promise<unknown>): Promise<void> {
    await this.#slotOf(addressee)?.move(send);
  }

  /** Does something with everything that waits. */
  async each(
    work: (writer: StoreWriter) => Promise<void>,
    failed: (folder: string, error: unknown) => void,
  ): Promise<void> {
    for (const slot of this.#slots) await slot.change(work).catch(error => failed(slot.folder, error));
  }

  /** Makes everything that was kept to be found. */
  settle(): void {
    for (const slot of this.#slots) slot.settle();
  }

  async close(): Promise<void> {
    await Promise.all(this.#slots.map(slot => slot.close()));
  }

  #slotOf({ storage, folders }: Addressee): Slot | undefined {
    const isSame = (others: string[]) =>
      others.length > 0 && others.length === folders.length && others.every(one => folders.includes(one));
    return this.#slots.find(({ target }) => target && (target.storage === storage || isSame(target.folders)));
  }
}
