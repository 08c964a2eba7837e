import type { AnyValue } from '../../model/value.ts';
import { Cursor } from '../../otlp/cursor.ts';
import { textOf } from '../../otlp/text.ts';
import { hasKey, keyBytes, stringsIn, valueAt } from './wireAttributes.ts';

/** What many spans share, read once: the resource of a ResourceSpans or ResourceLogs message, or the scope of one in it. */
export class WireShared {
  readonly #bytes: Uint8Array;
  /** Start and end of each attribute, alternating. */
  readonly #places: number[] = [];
  readonly #values = new Map<string, AnyValue | undefined>();
  #texts: string[] | undefined;
  /** Of a scope. */
  readonly name: string = '';

  /**
   * @param offset of the message, or of the part of it that {@link sharedPart} gives
   * @param kind whose attributes stand where
   * @throws {MalformedError}
   */
  constructor(bytes: Uint8Array, offset: number, length: number, kind: 'resource' | 'scope') {
    this.#bytes = bytes;
    const [attribute, name] = kind === 'resource' ? [10, -1] : [26, 10];
    const cursor = new Cursor(bytes, offset);
    const end = offset + length;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag !== 10) {
        cursor.skip(tag, end);
        continue;
      }
      const inner = cursor.enter(end);
      while (cursor.position < inner) {
        const field = cursor.tag(inner);
        if (field === attribute || field === name) {
          const fieldEnd = cursor.enter(inner);
          if (field === name) this.name = textOf(bytes, cursor.position, fieldEnd - cursor.position);
          else this.#places.push(cursor.position, fieldEnd);
          cursor.position = fieldEnd;
        } else cursor.skip(field, inner);
      }
    }
  }

  /** The value of `key`, the last where it was sent more than once. */
  value(key: string): AnyValue | undefined {
    const known = this.#values.get(key);
    if (known !== undefined || this.#values.has(key)) return known;
    const found = this.#find(keyBytes(key));
    this.#values.set(key, found);
    return found;
  }

  #find(key: Uint8Array): AnyValue | undefined {
    const cursor = new Cursor(this.#bytes);
    for (let i = this.#places.length - 2; i >= 0; i -= 2) {
      const [start, end] = [this.#places[i]!, this.#places[i + 1]!];
      cursor.position = start;
      if (hasKey(cursor, end, key)) return valueAt(cursor, start, end);
    }
    return undefined;
  }

  /** `service.name`; '' where there is none. */
  get service(): string {
    const value = this.value('service.name');
    return value?.type === 'string' ? value.value : '';
  }

  /** Its name and every string in its attributes. */
  get texts(): readonly string[] {
    this.#texts ??= [...(this.name === '' ? [] : [this.name]), ...this.#strings()];
    return this.#texts;
  }

  *#strings(): Generator<string> {
    const cursor = new Cursor(this.#bytes);
    for (let i = 0; i < this.#places.length; i += 2) {
      yield* stringsIn(valueAt(cursor, this.#places[i]!, this.#places[i + 1]!));
    }
  }

  /** Start and end of each attribute in the bytes, alternating. */
  get places(): readonly number[] {
    return this.#places;
  }
}

/**
 * Offset and length of the fields of a ResourceSpans, ResourceLogs, ScopeSpans or ScopeLogs message in which its resource or
 * scope is: mostly one, but it may come in several, with others between them. The rest of the message need not be read.
 * @throws {MalformedError}
 */
export function sharedPart(bytes: Uint8Array, offset: number, length: number): [offset: number, length: number] {
  const cursor = new Cursor(bytes, offset);
  const end = offset + length;
  let [first, last] = [-1, offset];
  while (cursor.position < end) {
    const at = cursor.position;
    const tag = cursor.tag(end);
    cursor.skip(tag, end);
    if (tag !== 10) continue;
    if (first < 0) first = at;
    last = cursor.position;
  }
  return first < 0 ? [offset, 0] : [first, last - first];
}
