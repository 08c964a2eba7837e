import { Cursor } from '../otlp/cursor.ts';
import { MalformedError } from '../otlp/malformed.ts';
import type { Alive } from './alive.ts';
import { isFilled } from './filler.ts';
import type { Frame } from './segmentFile.ts';

/** The tags of the list in a request, in its resources and in their scopes, for all signals. */
const LISTS = [10, 18, 18];
const ITEM = 3;
const LOG_TRACE_ID = 74;

/** Finds what is dead in the requests of a segment, from the first to the last. */
export class DeadFinder {
  readonly #alive: Alive;
  readonly #cursor: Cursor;
  #dead: number[] = [];
  /** The next of the offsets that has not been met. */
  #next = 0;
  #missed = false;
  #loose = false;

  constructor(content: Uint8Array, alive: Alive) {
    this.#alive = alive;
    this.#cursor = new Cursor(content);
  }

  /**
   * The largest messages of a request in which nothing stays: start, end, start, end..., ascending.
   * @throws {MalformedError} it is not a message, or not the one that the offsets are of.
   */
  find({ signal, offset, length }: Frame): number[] {
    this.#dead = [];
    this.#missed = false;
    this.#loose = signal === 'logs' && this.#alive.looseLogs;
    const end = offset + length;
    try {
      if (signal === 'metrics') return this.#alive.metrics ? [] : [offset, end];
      this.#keep(offset, end, 0);
    } finally {
      this.#skipTo(end);
    }
    if (this.#missed) throw new MalformedError(`byte ${offset}: the request does not hold what is said to be in it`);
    return this.#dead;
  }

  /** After the last request: whether something stays that was in none. */
  finish(): boolean {
    this.#missed = false;
    this.#skipTo(Number.POSITIVE_INFINITY);
    return this.#missed;
  }

  /** Whether anything in the message stays; else it is added to what is dead, in place of all in it. */
  #keep(start: number, end: number, level: number): boolean {
    const listed = this.#isListed(start);
    if (listed && level === ITEM) return true;
    const before = this.#dead.length;
    if (listed || this.#loose) {
      const kept = this.#keepInside(start, end, level);
      if (kept || listed) return true;
    }
    this.#dead.length = before;
    if (end > start) this.#dead.push(start, end);
    return false;
  }

  #keepInside(start: number, end: number, level: number): boolean {
    const cursor = this.#cursor;
    cursor.position = start;
    // One that was blanked names no trace either.
    if (level === ITEM) return !isFilled(cursor.bytes, start, end) && !this.#hasTrace(end);
    let kept = false;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag !== LISTS[level]) {
        cursor.skip(tag, end);
        continue;
      }
      const childEnd = cursor.enter(end);
      if (this.#keep(cursor.position, childEnd, level + 1)) kept = true;
      cursor.position = childEnd;
    }
    return kept;
  }

  /** Whether a log record names a trace, as `scanLogs` reads it. */
  #hasTrace(end: number): boolean {
    const cursor = this.#cursor;
    let has = false;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag !== LOG_TRACE_ID) {
        cursor.skip(tag, end);
        continue;
      }
      const idEnd = cursor.enter(end);
      const id = cursor.bytes.subarray(cursor.position, idEnd);
      has = id.length === 16 && id.some(byte => byte !== 0);
      cursor.position = idEnd;
    }
    return has;
  }

  /** Messages are met in the order of their offsets, so one look is enough. */
  #isListed(start: number): boolean {
    this.#skipTo(start);
    if (this.#alive.offsets[this.#next] !== start) return false;
    this.#next++;
    return true;
  }

  #skipTo(offset: number): void {
    const { offsets } = this.#alive;
    while (this.#next < offsets.length && offsets[this.#next]! < offset) {
      this.#next++;
      this.#missed = true;
    }
  }
}
