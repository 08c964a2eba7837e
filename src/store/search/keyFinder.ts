import type { Condition } from '../../model/search/query.ts';
import { isReplacing } from './wireAttributes.ts';

/** An attribute that a span, or what it lies in, has to have to satisfy a condition; `undefined` where there is none. */
export function neededKey(condition: Condition): string | undefined {
  switch (condition.type) {
    case 'and':
      for (const part of condition.parts) {
        const key = neededKey(part);
        if (key !== undefined) return key;
      }
      return undefined;
    // One that is not there fails every comparison.
    case 'compare':
    case 'exists': {
      const { field } = condition;
      if (field.type !== 'attribute' || field.keys.length !== 1) return undefined;
      const [key = ''] = field.keys;
      return isReplacing(key) ? undefined : key;
    }
    default:
      return undefined;
  }
}

/** Tells in which messages something may be that is looked for by its bytes: most have not, and need not be looked into. */
export class MessageFinder {
  readonly #find: (from: number) => number;
  /** Where it stands next; infinite where it does not any more. */
  #next: number;

  /** @param find answers where it stands next from a byte on; -1 where it does not */
  constructor(find: (from: number) => number) {
    this.#find = find;
    this.#next = this.#after(0);
  }

  #after(from: number): number {
    const found = this.#find(from);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  }

  /** Whether it stands nowhere any more. */
  get isOver(): boolean {
    return this.#next === Number.POSITIVE_INFINITY;
  }

  /** Whether it may stand from `start` to `end`; to be asked in ascending order. */
  isWithin(start: number, end: number): boolean {
    if (this.#next < start) this.#next = this.#after(start);
    return this.#next < end;
  }
}
