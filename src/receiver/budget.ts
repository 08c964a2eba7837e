import { Refused } from './refused.ts';

interface Waiter {
  bytes: number;
  lease: Lease;
  grant(): void;
}

/** What a request takes beside its bytes: streams, headers, promises. Else many empty ones would weigh nothing. */
const REQUEST_BYTES = 8 * 1024;
/** Small budgets, as tests have them, still hold so many requests. */
const LEAST_REQUESTS = 1024;
/** Everybody who waits holds some bytes that are not counted yet. */
const MOST_WAITING = 1024;

/** Bounds the memory of everything in flight: who wants more than there is waits a little, then is refused. */
export class ByteBudget {
  readonly #total: number;
  #free: number;
  readonly #waitMs: number;
  /** Charged to each request on top of its bytes. */
  readonly requestBytes: number;
  readonly #queue: Waiter[] = [];

  constructor(bytes: number, waitMs: number) {
    this.#total = bytes;
    this.#free = bytes;
    this.#waitMs = waitMs;
    this.requestBytes = Math.min(REQUEST_BYTES, Math.floor(bytes / LEAST_REQUESTS));
  }

  get free(): number {
    return this.#free;
  }

  lease(): Lease {
    return new Lease(this);
  }

  /** @throws {Refused} there was no room for `bytes` in time. */
  async take(bytes: number, lease: Lease): Promise<void> {
    if (this.#queue.length === 0 && bytes <= this.#free) {
      this.#free -= bytes;
      return;
    }
    if (this.#queue.length >= MOST_WAITING) throw spent();
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        bytes,
        lease,
        grant: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        reject(spent());
        this.#serve();
      }, this.#waitMs);
      this.#queue.push(waiter);
      this.#unblock();
    });
  }

  give(bytes: number): void {
    this.#free += bytes;
    this.#serve();
  }

  /** First come, first served: a large request is not starved by small ones. */
  #serve(): void {
    for (let next = this.#queue[0]; next && next.bytes <= this.#free; next = this.#queue[0]) {
      this.#queue.shift();
      this.#free -= next.bytes;
      next.grant();
    }
    this.#unblock();
  }

  /**
   * Where everything is held by those who wait for more, none of them would ever be done: the one that has most goes on,
   * over the budget, and it alone.
   */
  #unblock(): void {
    let held = 0;
    let most = -1;
    for (const [i, { lease }] of this.#queue.entries()) {
      held += lease.held;
      if (lease.held > (this.#queue[most]?.lease.held ?? 0)) most = i;
    }
    if (most < 0 || held < this.#total - this.#free) return;
    for (const waiter of this.#queue.splice(most, 1)) {
      this.#free -= waiter.bytes;
      waiter.grant();
    }
  }
}

function spent(): Refused {
  return new Refused(
    503,
    'Too much is being received at once; send it again.',
    'Programs send faster than spans can be stored; they were asked to send again.',
  );
}

/** What one request holds of a budget. */
export class Lease {
  readonly #budget: ByteBudget;
  /** Bytes. */
  held = 0;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** @throws {Refused} there was no room in time. */
  async grow(bytes: number): Promise<void> {
    const taken = this.held === 0 ? bytes + this.#budget.requestBytes : bytes;
    await this.#budget.take(taken, this);
    this.held += taken;
  }

  shrink(bytes: number): void {
    const given = Math.min(bytes, this.held);
    this.held -= given;
    this.#budget.give(given);
  }

  /** Everything that another one holds is held by this one from here on. */
  takeOver(other: Lease): void {
    this.held += other.held;
    other.held = 0;
  }

  release(): void {
    this.shrink(this.held);
  }
}
