import { Cursor, MAX_DEPTH } from '../cursor.ts';
import { WireType } from '../field.ts';
import { FOREIGN_KEY_FIELD, foreignMember } from '../foreign.ts';
import { MalformedError } from '../malformed.ts';
import { type Message, messageOf } from '../schema.ts';
import { textOf } from '../text.ts';
import { type Edit, lengthBytes } from './edits.ts';
import type { SecretNames } from './keyNames.ts';
import { COUNTED, MASKED_TAG, maskedCountField, readMaskedCount } from './maskedCount.ts';

/** The texts that are looked through, besides the values of attributes. */
const TEXTS: ReadonlySet<string> = new Set(['Span.name', 'Span.Event.name', 'Status.message', 'AnyValue.string_value']);

export interface WalkOptions {
  names: SecretNames;
  /** Offsets where something may be, ascending; `undefined` for everywhere. */
  hits: readonly number[] | undefined;
  /**
   * What is kept of the text at `offset`, and how many values of it were masked. `secret`: it belongs to a name of a
   * credential.
   */
  mask: (text: string, offset: number, secret: boolean) => { text: string; count: number };
}

/** Walks the messages of a request that hold hits, and only these, and plans what is written instead. */
export class Walk {
  readonly edits: Edit[] = [];
  /** Values that were masked. */
  count = 0;
  readonly #bytes: Uint8Array;
  readonly #cursor: Cursor;
  readonly #options: WalkOptions;

  constructor(bytes: Uint8Array, options: WalkOptions) {
    this.#bytes = bytes;
    this.#cursor = new Cursor(bytes);
    this.#options = options;
  }

  /** Throws `MalformedError`. */
  run(message: Message): void {
    this.#message(message, this.#bytes.length, 1, false);
  }

  /** Walks a message up to `end`; answers by how many bytes it grows. The limit of depth bounds the recursion. */
  #message(message: Message, end: number, depth: number, secret: boolean): number {
    const cursor = this.#cursor;
    if (depth > MAX_DEPTH) throw cursor.tooDeep();
    const start = cursor.position;
    const before = this.count;
    const isSecret = secret || (message.name === 'KeyValue' && this.#isSecretEntry(end));
    cursor.position = start;
    let forged = false;
    let growth = 0;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if ((tag & 7) !== WireType.length) {
        cursor.skip(tag, end);
        continue;
      }
      const lengthAt = cursor.position;
      const valueEnd = cursor.enter(end);
      const valueAt = cursor.position;
      if (tag >>> 0 === MASKED_TAG) forged ||= readMaskedCount(this.#bytes, valueAt, valueEnd, end) !== undefined;
      else if (isSecret || this.#hasHit(valueAt, valueEnd)) {
        const slot = this.edits.length;
        // The length stands before what it is the length of, and is known after it.
        this.edits.push({ start: valueAt, end: valueAt, bytes: NOTHING });
        const grown = this.#value(message, tag >>> 3, valueEnd, depth, isSecret);
        if (grown === 0) this.edits[slot] = { start: lengthAt, end: lengthAt, bytes: NOTHING };
        else {
          const bytes = lengthBytes(valueEnd - valueAt + grown);
          this.edits[slot] = { start: lengthAt, end: valueAt, bytes };
          growth += grown + bytes.length - (valueAt - lengthAt);
        }
        if (this.edits.length === slot + 1 && grown === 0) this.edits.pop();
      }
      cursor.position = valueEnd;
    }
    const own = this.count - before;
    if (COUNTED.has(message.name) && (own > 0 || forged)) {
      const bytes = maskedCountField(own);
      this.edits.push({ start: end, end, bytes });
      growth += bytes.length;
    }
    return growth;
  }

  #value(message: Message, number: number, end: number, depth: number, secret: boolean): number {
    const field = message.byNumber.get(number);
    if (number === FOREIGN_KEY_FIELD) return this.#foreign(end);
    if (field?.type === 'message') {
      if (message.name === 'ScopeSpans' && field.message === 'Span') return this.#span(end, depth);
      return this.#message(messageOf(field.message), end, depth + 1, secret);
    }
    if (field?.type === 'string' && TEXTS.has(`${message.name}.${field.protoName}`)) return this.#text(end, secret);
    return 0;
  }

  /**
   * A span. One that is broken and has no ids is refused by itself while the request around it is kept, and with it its
   * bytes: nothing of it stays. With ids the request is refused whole.
   */
  #span(end: number, depth: number): number {
    const start = this.#cursor.position;
    const edits = this.edits.length;
    const { count } = this;
    try {
      return this.#message(messageOf('Span'), end, depth + 1, false);
    } catch (error) {
      if (!(error instanceof MalformedError) || this.#hasIds(start, end)) throw error;
      this.edits.length = edits;
      this.count = count;
      this.edits.push({ start, end, bytes: NOTHING });
      return start - end;
    }
  }

  #hasIds(start: number, end: number): boolean {
    const cursor = new Cursor(this.#bytes, start);
    const found = new Set<number>();
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag !== 10 && tag !== 18) {
        cursor.skip(tag, end);
        continue;
      }
      const idEnd = cursor.enter(end);
      const id = this.#bytes.subarray(cursor.position, idEnd);
      if (id.length === (tag === 10 ? 16 : 8) && id.some(byte => byte !== 0)) found.add(tag);
      else found.delete(tag);
      cursor.position = idEnd;
    }
    return found.size === 2;
  }

  /** Whether the key of the entry names a credential; of a key sent twice either is enough. */
  #isSecretEntry(end: number): boolean {
    const cursor = this.#cursor;
    let secret = false;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag !== 10) {
        cursor.skip(tag, end);
        continue;
      }
      const keyEnd = cursor.enter(end);
      secret ||= this.#options.names.has(textOf(this.#bytes, cursor.position, keyEnd - cursor.position));
      cursor.position = keyEnd;
    }
    return secret;
  }

  #text(end: number, secret: boolean): number {
    const start = this.#cursor.position;
    const text = textOf(this.#bytes, start, end - start);
    const masked = this.#options.mask(text, start, secret);
    if (masked.count === 0) return 0;
    return this.#replace(start, end, masked);
  }

  /** A member that OTLP does not know, as it stood in JSON: what is masked in it must leave it JSON. */
  #foreign(end: number): number {
    const start = this.#cursor.position;
    const bytes = this.#bytes.subarray(start, end);
    if (foreignMember(bytes) === undefined) return 0;
    const masked = this.#options.mask(textOf(this.#bytes, start, end - start), start, false);
    if (masked.count === 0 || foreignMember(Buffer.from(masked.text)) === undefined) return 0;
    return this.#replace(start, end, masked);
  }

  #replace(start: number, end: number, masked: { text: string; count: number }): number {
    const bytes = Buffer.from(masked.text);
    this.count += masked.count;
    this.edits.push({ start, end, bytes });
    return bytes.length - (end - start);
  }

  #hasHit(start: number, end: number): boolean {
    const { hits } = this.#options;
    if (hits === undefined) return true;
    let low = 0;
    let high = hits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hits[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low < hits.length && hits[low]! < end;
  }
}

const NOTHING = new Uint8Array(0);
