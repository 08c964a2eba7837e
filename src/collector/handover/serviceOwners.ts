/** Who can be asked for a service. */
export interface Asked {
  record: { id: string };
  knows(service: string): Promise<boolean>;
}

const MOST_NAMES = 1_000;

/** Finds the window whose store alone has a service of some name, and remembers that for a while. */
export class ServiceOwners {
  readonly #isOwn: (service: string) => boolean;
  readonly #others: () => readonly Asked[];
  readonly #holdsMs: number;
  readonly #found = new Map<string, { owner: Promise<string | undefined>; until: number }>();

  /**
   * @param isOwn whether the own store has it: then nobody is asked
   * @param others the windows that can be asked now
   * @param holdsMs how long an answer holds
   */
  constructor(isOwn: (service: string) => boolean, others: () => readonly Asked[], holdsMs: number) {
    this.#isOwn = isOwn;
    this.#others = others;
    this.#holdsMs = holdsMs;
  }

  /** `undefined` where it is this window, or none, or one of several. */
  of(service: string): Promise<string | undefined> {
    const known = this.#found.get(service);
    if (known && known.until > performance.now()) return known.owner;
    const owner = this.#isOwn(service) ? Promise.resolve(undefined) : this.#ask(service);
    this.#found.delete(service);
    this.#found.set(service, { owner, until: performance.now() + this.#holdsMs });
    if (this.#found.size > MOST_NAMES) this.#found.delete(this.#found.keys().next().value ?? '');
    return owner;
  }

  async #ask(service: string): Promise<string | undefined> {
    const asked = this.#others();
    const answers = await Promise.all(asked.map(one => one.knows(service)));
    const knowing = asked.filter((_, i) => answers[i]);
    return knowing.length === 1 ? knowing[0]?.record.id : undefined;
  }

  forget(): void {
    this.#found.clear();
  }
}
