import { compile, type SpanTest } from '../../model/search/evaluate.ts';
import type { SpanSet } from '../../model/search/query.ts';
import type { SearchableTrace } from '../../model/search/searchable.ts';
import { belowOf, parentsOf } from './parents.ts';
import type { WireSpan } from './wireSpan.ts';

/** For each span of the trace that was read last 1 where it is in a set. */
type Marks = () => Uint8Array;

/**
 * Tries a search on one trace after the other, of which each has every span id once, no logs, and lies in one segment: it needs
 * one object for all of their spans, and finds parents by the records of the index. Says the same as `prepare` in evaluate.ts.
 */
export class SweepTest {
  readonly #tests: SpanTest[] = [];
  readonly #columns: Uint8Array[] = [];
  readonly #marks: Marks;
  readonly #trace: SearchableTrace;
  readonly #isStructured: boolean;
  #records!: readonly Uint8Array[];
  #count = 0;
  #parents: Int32Array | undefined;

  /** @param trace what is known of all of them */
  constructor(set: SpanSet, trace: SearchableTrace) {
    this.#trace = trace;
    this.#isStructured = isStructured(set);
    this.#marks = this.#prepare(set);
  }

  /**
   * @param records of its spans
   * @param spans the same, in that order; each is asked before the next is taken. `undefined` is one that cannot be read.
   * @throws {MalformedError}
   */
  mayMatch(records: readonly Uint8Array[], count: number, spans: Iterable<WireSpan | undefined>): boolean {
    this.#records = records;
    this.#count = count;
    this.#parents = undefined;
    for (let i = 0; i < this.#tests.length; i++) this.#columns[i] = new Uint8Array(count);
    let index = 0;
    for (const span of spans) {
      // Of a parent whose id is none the index has only a part.
      if (!span || (this.#isStructured && !span.hasPlainParent)) return true;
      for (let i = 0; i < this.#tests.length; i++) if (this.#tests[i]!(span, this.#trace)) this.#columns[i]![index] = 1;
      index++;
    }
    return this.#marks().includes(1);
  }

  #prepare(set: SpanSet): Marks {
    switch (set.type) {
      case 'all':
        return () => new Uint8Array(this.#count).fill(1);
      case 'spans': {
        const column = this.#tests.push(compile(set.condition)) - 1;
        return () => this.#columns[column]!;
      }
      case 'and':
      case 'or': {
        const parts = set.parts.map(part => this.#prepare(part));
        return () => this.#union(parts, set.type === 'and');
      }
      case 'without': {
        const part = this.#prepare(set.part);
        return () => new Uint8Array(this.#count).fill(part().includes(1) ? 0 : 1);
      }
      case 'descendant':
      case 'child': {
        const upper = this.#prepare(set.upper);
        const lower = this.#prepare(set.lower);
        return () => this.#below(upper(), lower(), set.type === 'descendant');
      }
    }
  }

  #union(parts: readonly Marks[], isEachNeeded: boolean): Uint8Array {
    const all = new Uint8Array(this.#count);
    for (const part of parts) {
      const marks = part();
      if (isEachNeeded && !marks.includes(1)) return new Uint8Array(this.#count);
      for (let i = 0; i < marks.length; i++) all[i]! |= marks[i]!;
    }
    return all;
  }

  /** Those of `lower` below one of `upper`. */
  #below(upper: Uint8Array, lower: Uint8Array, isDeep: boolean): Uint8Array {
    const found = new Uint8Array(this.#count);
    if (!upper.includes(1) || !lower.includes(1)) return found;
    this.#parents ??= parentsOf(this.#records, this.#count);
    const parents = this.#parents;
    const below = isDeep ? belowOf(upper, parents) : parents.map(parent => (parent < 0 ? 0 : upper[parent]!));
    for (let i = 0; i < lower.length; i++) found[i] = lower[i]! & below[i]!;
    return found;
  }
}

function isStructured(set: SpanSet): boolean {
  switch (set.type) {
    case 'descendant':
    case 'child':
      return true;
    case 'and':
    case 'or':
      return set.parts.some(isStructured);
    case 'without':
      return isStructured(set.part);
    default:
      return false;
  }
}
