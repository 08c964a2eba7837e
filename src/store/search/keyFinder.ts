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

/** Tells which messages a key may be in, by its bytes: most have not, and need not be looked into. */
export class KeyFinder {
  readonly #bytes: Buffer;
  readonly #key: Uint8Array;
  /** Where the key stands next; beyond the last of the bytes where it does not. */
  #next: number;

  /** Of what stands from `start` to `end`. */
  constructor(bytes: Uint8Array, start: number, end: number, key: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, end);
    this.#key = key;
    this.#next = this.#find(start);
  }

  #find(from: number): number {
    const found = this.#bytes.indexOf(this.#key, from);
    return found < 0 ? this.#bytes.length : found;
  }

  /** Whether it stands nowhere any more. */
  get isOver(): boolean {
    return this.#next >= this.#bytes.length;
  }

  /** Whether it may stand from `start` to `end`; to be asked in ascending order. */
  isWithin(start: number, end: number): boolean {
    if (this.#next < start) this.#next = this.#find(start);
    return this.#next < end;
  }
}
