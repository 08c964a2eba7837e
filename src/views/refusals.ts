import type { CollectorApi } from '../collector/api.ts';
import { oneLine } from '../model/text.ts';
import { plural } from './traces/labels.ts';

const AGAIN_MS = 10_000;
const REASON_LENGTH = 1000;

/** What the receiver turned away: told to the log as it happens, and known as unseen until somebody has looked. */
export class Refusals {
  readonly #collector: Pick<CollectorApi, 'counts' | 'onDidCommit' | 'onDidChangeState'>;
  readonly #log: (line: string) => void;
  readonly #subscriptions: { dispose(): void }[];
  readonly #listeners = new Set<() => void>();
  #known = 0;
  #seen = 0;
  #logged = 0;
  #reason = '';
  #writtenAt = 0;

  constructor(
    collector: Pick<CollectorApi, 'counts' | 'onDidCommit' | 'onDidChangeState'>,
    log: (line: string) => void,
  ) {
    this.#collector = collector;
    this.#log = log;
    this.#subscriptions = [
      collector.onDidCommit(() => this.#update()),
      collector.onDidChangeState(() => this.#update()),
    ];
  }

  get count(): number {
    return this.#collector.counts.refused;
  }

  /** The last one in words for people, with the cure. */
  get last(): string | undefined {
    return this.#collector.counts.lastRefusal?.reason;
  }

  /** Whether there are some that nobody has looked at. */
  get unseen(): boolean {
    return this.count > this.#seen;
  }

  /** The user has seen what there is. */
  looked(): void {
    this.#seen = this.count;
    this.#tell();
  }

  onDidChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#listeners.clear();
  }

  #update(): void {
    const { count } = this;
    // Another collector counts from nothing.
    if (count < this.#known) this.#seen = this.#logged = 0;
    if (count === this.#known) return;
    this.#known = count;
    if (count > 0) this.#write();
    this.#tell();
  }

  /** A program that is refused goes on trying: the same words come again only after a while, with how many there were. */
  #write(): void {
    // A reason may quote what the request said.
    const reason = oneLine(this.last ?? 'A request was refused.', REASON_LENGTH);
    const now = performance.now();
    if (reason === this.#reason && now - this.#writtenAt < AGAIN_MS) return;
    const more = this.count - this.#logged;
    // Of many within one notice only the last is known in words.
    this.#log(more > 1 ? `${plural(more, 'request')} refused. Last: ${reason}` : reason);
    this.#logged = this.count;
    this.#reason = reason;
    this.#writtenAt = now;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
