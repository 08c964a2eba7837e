import { damagedFolder, keepDamagedSegment } from '../store/damage.ts';

/** So long is waited for more of the same, so that one sentence says it all. */
const TOGETHER_MS = 500;

/** Keeps a copy of every segment that is found damaged, and says it once. */
export class DamageNotes {
  readonly #warn: (message: string) => void;
  /** By store. */
  readonly #found = new Map<string, number[]>();
  #timer: NodeJS.Timeout | undefined;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** A segment of a store is damaged or missing. */
  segment(folder: string, id: number): void {
    try {
      if (!keepDamagedSegment(folder, id)) return;
    } catch {
      // There is no room for a copy; the segment stays where it is, so it is said all the same.
    }
    const found = this.#found.get(folder) ?? [];
    if (found.includes(id)) return;
    this.#found.set(folder, [...found, id]);
    this.#timer ??= setTimeout(() => this.flush(), TOGETHER_MS);
  }

  /** What was found in a store is removed: there is nothing to say any more. */
  forget(folder: string): void {
    this.#found.delete(folder);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [folder, ids] of this.#found) {
      const which =
        ids.length === 1
          ? `One file of the stored traces (segment ${ids[0]}) is`
          : `${ids.length} files of the stored traces (segments ${listed(ids)}) are`;
      this.#warn(
        `${which} damaged or missing. What is left of ${ids.length === 1 ? 'it' : 'them'} was copied to ${damagedFolder(folder)}. All that can be read is shown, and a trace says how many of its spans are not among that. Look after the disk: it may be failing.`,
      );
    }
    this.#found.clear();
  }
}

const MOST_LISTED = 8;

function listed(ids: readonly number[]): string {
  const first = ids.slice(0, MOST_LISTED).join(', ');
  return ids.length > MOST_LISTED ? `${first} and others` : first;
}
