import { StoreReader } from '../../store/reader.ts';

/** The newest traces are those whose services are known. */
const NEWEST = 1_000;
/** So long an answer may be old, in milliseconds. */
const HOLDS_MS = 2_000;

/** The services of the newest traces of a store, read when somebody asks. */
export class KnownServices {
  readonly #folder: string;
  #services: ReadonlySet<string> = new Set();
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether a service of this name is among them; not, where the store cannot be read. */
  has(service: string): boolean {
    const now = performance.now();
    if (now - this.#readAt > HOLDS_MS) {
      this.#services = servicesIn(this.#folder);
      this.#readAt = now;
    }
    return this.#services.has(service);
  }
}

function servicesIn(folder: string): ReadonlySet<string> {
  const services = new Set<string>();
  let reader: StoreReader | undefined;
  try {
    reader = new StoreReader(folder);
    let count = 0;
    for (const { summary } of reader.summaries()) {
      for (const service of summary.services) services.add(service);
      if (++count >= NEWEST) break;
    }
  } catch {
    // Not there yet, or damaged: that is found and said by others.
  } finally {
    reader?.close();
  }
  return services;
}
