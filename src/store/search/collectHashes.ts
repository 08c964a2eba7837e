import { Cursor } from '../../otlp/cursor.ts';
import { textOf } from '../../otlp/text.ts';
import type { HashSet } from './bloom.ts';
import {
  canonical,
  hashOfBytes,
  hashOfDigits,
  hashOfPresence,
  hashOfText,
  numericForm,
  PLACES,
  seedOfKey,
} from './hashes.ts';

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'];
/** Keys of attributes inside messages, as the search looks at them: lists, not maps. */
const MOST_DEPTH = 100;

const hashesOf = (place: number, words: readonly string[]) => words.map(word => hashOfText(place, word));
const KIND_HASHES = hashesOf(PLACES.kind, KINDS);
const STATUS_HASHES = hashesOf(PLACES.status, STATUSES);

/** Hands the hashes of all that a search may ask of spans and log records to a set. */
export class HashCollector {
  readonly #cursor: Cursor;
  readonly #bytes: Uint8Array;
  readonly #set: HashSet;
  /** Of the span that was read last, as two 32-bit words: nanoseconds since 1970. */
  startLow = 0;
  startHigh = 0;
  /** Nanoseconds; 0 where it ended before it began. */
  duration = 0;

  constructor(bytes: Uint8Array, set: HashSet) {
    this.#bytes = bytes;
    this.#cursor = new Cursor(bytes);
    this.#set = set;
  }

  /** Reads a Span message. @throws {MalformedError} */
  span(offset: number, length: number): void {
    const cursor = this.#cursor;
    const end = offset + length;
    cursor.position = offset;
    let kind = 0;
    let status = 0;
    let endLow = 0;
    let endHigh = 0;
    this.startLow = this.startHigh = 0;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      switch (tag) {
        case 42:
          this.#text(PLACES.name, cursor.enter(end));
          break;
        case 48:
          kind = cursor.int32(end);
          break;
        case 57:
          this.startLow = cursor.fixed32(end);
          this.startHigh = cursor.fixed32(end);
          break;
        case 65:
          endLow = cursor.fixed32(end);
          endHigh = cursor.fixed32(end);
          break;
        case 74:
          this.#attribute(cursor.enter(end));
          break;
        case 90:
          this.#part(cursor.enter(end), 26, 18);
          break;
        case 106:
          this.#part(cursor.enter(end), 34, -1);
          break;
        case 122:
          status = this.#status(cursor.enter(end), status);
          break;
        default:
          cursor.skip(tag, end);
      }
    }
    this.#add(KIND_HASHES[kind]);
    this.#add(STATUS_HASHES[status]);
    const { startLow, startHigh } = this;
    const elapsed = (endHigh - startHigh) * 2 ** 32 + (endLow - startLow);
    this.duration = (startLow === 0 && startHigh === 0) || elapsed < 0 ? 0 : elapsed;
  }

  /** Reads a LogRecord message: as a search may take it for a span of its own. @throws {MalformedError} */
  log(offset: number, length: number): void {
    const cursor = this.#cursor;
    const end = offset + length;
    cursor.position = offset;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 50) this.#attribute(cursor.enter(end));
      else cursor.skip(tag, end);
    }
  }

  /** Reads attributes that many spans share: start and end of each, alternating. @throws {MalformedError} */
  shared(places: readonly number[]): void {
    for (let i = 0; i < places.length; i += 2) {
      this.#cursor.position = places[i]!;
      this.#attribute(places[i + 1]!);
    }
  }

  text(place: number, text: string): void {
    if (text !== '') this.#set.add(hashOfText(place, text));
  }

  #add(hash: number | undefined): void {
    if (hash !== undefined) this.#set.add(hash);
  }

  #text(place: number, end: number): void {
    const cursor = this.#cursor;
    this.#set.add(hashOfBytes(place, this.#bytes, cursor.position, end));
    cursor.position = end;
  }

  #status(end: number, before: number): number {
    const cursor = this.#cursor;
    let code = before;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 24) code = cursor.int32(end);
      else if (tag === 18) this.#text(PLACES.statusMessage, cursor.enter(end));
      else cursor.skip(tag, end);
    }
    return code;
  }

  /** An event or a link. */
  #part(end: number, attribute: number, name: number): void {
    const cursor = this.#cursor;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === attribute) this.#attribute(cursor.enter(end));
      else if (tag === name) this.#text(PLACES.eventName, cursor.enter(end));
      else cursor.skip(tag, end);
    }
  }

  #attribute(end: number): void {
    const cursor = this.#cursor;
    let seed = seedOfKey(this.#bytes, 0, 0);
    let [valueAt, valueEnd] = [-1, 0];
    let parts: number[] | undefined;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 10) {
        const keyEnd = cursor.enter(end);
        seed = seedOfKey(this.#bytes, cursor.position, keyEnd);
        cursor.position = keyEnd;
      } else if (tag === 18) {
        const next = cursor.enter(end);
        // Of a value that comes in parts every one counts, under whatever key comes last.
        if (valueAt >= 0) parts = [...(parts ?? []), valueAt, valueEnd];
        [valueAt, valueEnd] = [cursor.position, next];
        cursor.position = next;
      } else cursor.skip(tag, end);
    }
    this.#set.add(hashOfPresence(seed));
    if (valueAt >= 0) this.#value(seed, valueAt, valueEnd, 0);
    for (let i = 0; parts && i < parts.length; i += 2) this.#value(seed, parts[i]!, parts[i + 1]!, 0);
    cursor.position = end;
  }

  #value(seed: number, start: number, end: number, depth: number): void {
    const cursor = this.#cursor;
    cursor.position = start;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      switch (tag) {
        case 10:
          this.#string(seed, cursor.enter(end));
          break;
        case 16:
          this.#set.add(hashOfText(seed, String(cursor.uint64(end) !== 0n)));
          break;
        case 24:
          this.#int(seed, end);
          break;
        case 33:
          this.#double(seed, cursor.double(end));
          break;
        case 42:
          this.#list(seed, cursor.enter(end), depth + 1);
          break;
        default:
          cursor.skip(tag, end);
      }
    }
  }

  #list(seed: number, end: number, depth: number): void {
    const cursor = this.#cursor;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag !== 10) cursor.skip(tag, end);
      else {
        const next = cursor.enter(end);
        if (depth < MOST_DEPTH) this.#value(seed, cursor.position, next, depth);
        cursor.position = next;
      }
    }
  }

  #string(seed: number, end: number): void {
    const cursor = this.#cursor;
    const start = cursor.position;
    this.#set.add(hashOfBytes(seed, this.#bytes, start, end));
    cursor.position = end;
    // Also what begins with a letter can be text only.
    if (this.#bytes[start]! > 0x39 || start === end) return;
    const form = numericForm(textOf(this.#bytes, start, end - start));
    if (form !== undefined) this.#set.add(hashOfText(seed, form));
  }

  #int(seed: number, end: number): void {
    const cursor = this.#cursor;
    const start = cursor.position;
    const value = cursor.int32(end);
    // Of four bytes at most that is all of it.
    if (cursor.position - start <= 4) this.#set.add(hashOfDigits(seed, value));
    else {
      cursor.position = start;
      this.#set.add(hashOfText(seed, String(BigInt.asIntN(64, cursor.uint64(end)))));
    }
  }

  #double(seed: number, value: number): void {
    const text = String(value);
    this.#set.add(hashOfText(seed, text));
    if (!Number.isInteger(value)) return;
    const form = canonical(value);
    if (form !== text) this.#set.add(hashOfText(seed, form));
  }
}
