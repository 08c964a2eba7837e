import type { SpanId } from '../../model/ids.ts';
import type { AttributeScope } from '../../model/search/query.ts';
import type { SearchableSpan } from '../../model/search/searchable.ts';
import type { AnyValue } from '../../model/value.ts';
import { Cursor } from '../../otlp/cursor.ts';
import { parentOf } from '../../otlp/decodeParts.ts';
import { hexAt, textAt } from './byteText.ts';
import { hasKey, keyBytes, stringsIn, valueAt } from './wireAttributes.ts';
import type { WireLog } from './wireLog.ts';
import type { WireShared } from './wireShared.ts';

const NO_LOGS: readonly WireLog[] = [];
const EVENT = 90;
const LINK = 106;

/** A span as a search asks it, read from its bytes as far as it is asked for. May be set to one span after the other. */
export class WireSpan implements SearchableSpan {
  #bytes!: Uint8Array;
  #start = 0;
  #end = 0;
  resource!: WireShared;
  scope!: WireShared;
  logs: readonly WireLog[] = NO_LOGS;
  /** What it is shown as, where it was sent under the id of its caller. */
  as: { spanId: SpanId; parentSpanId: string } | undefined;
  readonly #cursor = new Cursor(new Uint8Array(0));
  /** Whether it may have events or links: until a walk along it has met none. */
  #mayHaveParts = true;
  /** Whether what follows has been read of this span. */
  #hasHead = false;
  #traceIdAt = 0;
  #traceIdEnd = 0;
  #spanIdAt = 0;
  #spanIdEnd = 0;
  #spanId: SpanId | undefined;
  #parentAt = 0;
  #parentEnd = 0;
  #nameAt = 0;
  #nameEnd = 0;
  #kind = 0;
  #startLow = 0;
  #startHigh = 0;
  #endLow = 0;
  #endHigh = 0;
  #status = 0;
  #messageAt = 0;
  #messageEnd = 0;

  /** Sets it to the Span message of `length` bytes from `offset`. */
  set(bytes: Uint8Array, offset: number, length: number, resource: WireShared, scope: WireShared): this {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      (this.#cursor as { bytes: Uint8Array }).bytes = bytes;
    }
    this.#start = offset;
    this.#end = offset + length;
    this.resource = resource;
    this.scope = scope;
    this.logs = NO_LOGS;
    this.as = undefined;
    this.#hasHead = false;
    this.#mayHaveParts = true;
    return this;
  }

  /** In which it lies. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }
  get traceId(): string {
    this.#head();
    return hexAt(this.#bytes, this.#traceIdAt, this.#traceIdEnd);
  }
  get spanId(): SpanId {
    if (this.as) return this.as.spanId;
    this.#head();
    this.#spanId ??= hexAt(this.#bytes, this.#spanIdAt, this.#spanIdEnd) as SpanId;
    return this.#spanId;
  }
  get parentSpanId(): string {
    if (this.as) return this.as.parentSpanId;
    this.#head();
    return this.#parentAt === this.#parentEnd ? '' : parentOf(hexAt(this.#bytes, this.#parentAt, this.#parentEnd));
  }
  /** Whether its parent's id has as many bytes as ids have, or none. */
  get hasPlainParent(): boolean {
    this.#head();
    return this.#parentAt === this.#parentEnd || this.#parentEnd - this.#parentAt === 8;
  }
  get name(): string {
    this.#head();
    return textAt(this.#bytes, this.#nameAt, this.#nameEnd);
  }
  get service(): string {
    return this.resource.service;
  }
  get scopeName(): string {
    return this.scope.name;
  }
  get kind(): number {
    this.#head();
    return this.#kind;
  }
  get status(): number {
    this.#head();
    return this.#status;
  }
  get statusMessage(): string {
    this.#head();
    return textAt(this.#bytes, this.#messageAt, this.#messageEnd);
  }
  get duration(): bigint {
    this.#head();
    if (this.#startLow === 0 && this.#startHigh === 0) return 0n;
    const high = this.#endHigh - this.#startHigh;
    const low = this.#endLow - this.#startLow;
    if (high < 0 || (high === 0 && low < 0)) return 0n;
    // Of less than 104 days a double has every nanosecond.
    return high < 2 ** 21 ? BigInt(high * 2 ** 32 + low) : (BigInt(high) << 32n) + BigInt(low);
  }

  #head(): void {
    if (this.#hasHead) return;
    this.#hasHead = true;
    this.#spanId = undefined;
    this.#traceIdAt =
      this.#traceIdEnd =
      this.#spanIdAt =
      this.#spanIdEnd =
      this.#parentAt =
      this.#parentEnd =
      this.#nameAt =
      this.#nameEnd =
        0;
    this.#messageAt = this.#messageEnd = this.#kind = this.#status = 0;
    this.#startLow = this.#startHigh = this.#endLow = this.#endHigh = 0;
    const cursor = this.#cursor;
    const end = this.#end;
    cursor.position = this.#start;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      switch (tag) {
        case 10:
          this.#traceIdEnd = cursor.enter(end);
          this.#traceIdAt = cursor.position;
          cursor.position = this.#traceIdEnd;
          break;
        case 18:
          this.#spanIdEnd = cursor.enter(end);
          this.#spanIdAt = cursor.position;
          cursor.position = this.#spanIdEnd;
          break;
        case 34:
          this.#parentEnd = cursor.enter(end);
          this.#parentAt = cursor.position;
          cursor.position = this.#parentEnd;
          break;
        case 42:
          this.#nameEnd = cursor.enter(end);
          this.#nameAt = cursor.position;
          cursor.position = this.#nameEnd;
          break;
        case 48:
          this.#kind = cursor.int32(end);
          break;
        case 57:
          this.#startLow = cursor.fixed32(end);
          this.#startHigh = cursor.fixed32(end);
          break;
        case 65:
          this.#endLow = cursor.fixed32(end);
          this.#endHigh = cursor.fixed32(end);
          break;
        case 74:
          cursor.position = cursor.enter(end);
          break;
        case 122:
          this.#readStatus(cursor.enter(end));
          break;
        default:
          cursor.skip(tag, end);
      }
    }
  }

  #readStatus(end: number): void {
    const cursor = this.#cursor;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 24) this.#status = cursor.int32(end);
      else if (tag === 18) {
        this.#messageEnd = cursor.enter(end);
        this.#messageAt = cursor.position;
        cursor.position = this.#messageEnd;
      } else cursor.skip(tag, end);
    }
  }

  values(scope: AttributeScope, key: string): AnyValue[] {
    const values: AnyValue[] = [];
    const isAny = scope === 'any';
    if (isAny || scope === 'span') add(values, this.#own(keyBytes(key)));
    if (isAny || scope === 'resource') add(values, this.resource.value(key));
    if (isAny || scope === 'scope') add(values, this.scope.value(key));
    if (isAny || scope === 'event') this.#ofParts(EVENT, 26, keyBytes(key), values);
    if (isAny || scope === 'link') this.#ofParts(LINK, 34, keyBytes(key), values);
    return values;
  }

  /** The last of its own attributes with this key. */
  #own(key: Uint8Array): AnyValue | undefined {
    const cursor = this.#cursor;
    const end = this.#end;
    let [foundAt, foundEnd] = [-1, 0];
    let hasParts = false;
    cursor.position = this.#start;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag !== 74) {
        hasParts ||= tag === EVENT || tag === LINK;
        cursor.skip(tag, end);
        continue;
      }
      const next = cursor.enter(end);
      const at = cursor.position;
      if (hasKey(cursor, next, key)) [foundAt, foundEnd] = [at, next];
    }
    this.#mayHaveParts = hasParts;
    return foundAt < 0 ? undefined : valueAt(cursor, foundAt, foundEnd);
  }

  /** Adds every value that events or links have under a key. */
  #ofParts(part: number, attribute: number, key: Uint8Array, values: AnyValue[]): void {
    if (!this.#mayHaveParts) return;
    const cursor = this.#cursor;
    const end = this.#end;
    cursor.position = this.#start;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag !== part) {
        cursor.skip(tag, end);
        continue;
      }
      const partEnd = cursor.enter(end);
      while (cursor.position < partEnd) {
        const field = cursor.tag(partEnd);
        if (field !== attribute) {
          cursor.skip(field, partEnd);
          continue;
        }
        const next = cursor.enter(partEnd);
        const at = cursor.position;
        if (hasKey(cursor, next, key)) values.push(valueAt(cursor, at, next));
      }
    }
  }

  eventNames(): string[] {
    const names: string[] = [];
    const cursor = this.#cursor;
    const end = this.#end;
    cursor.position = this.#start;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === EVENT) names.push(this.#eventName(cursor.enter(end)));
      else cursor.skip(tag, end);
    }
    return names;
  }

  #eventName(end: number): string {
    const cursor = this.#cursor;
    let name = '';
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 18) {
        const nameEnd = cursor.enter(end);
        name = textAt(this.#bytes, cursor.position, nameEnd);
        cursor.position = nameEnd;
      } else cursor.skip(tag, end);
    }
    return name;
  }

  *texts(): Generator<string> {
    yield this.name;
    yield this.statusMessage;
    yield* this.eventNames();
    yield* this.resource.texts;
    yield* this.scope.texts;
    for (const [at, end] of this.#attributePlaces()) yield* stringsIn(valueAt(this.#cursor, at, end));
    for (const log of this.logs) yield* log.ownTexts();
  }

  /** Where its attributes, those of its events and of its links stand. */
  #attributePlaces(): [number, number][] {
    const places: [number, number][] = [];
    const cursor = this.#cursor;
    const end = this.#end;
    cursor.position = this.#start;
    while (cursor.position < end) {
      const tag = cursor.tag(end);
      if (tag === 74) {
        const next = cursor.enter(end);
        places.push([cursor.position, next]);
        cursor.position = next;
      } else if (tag === EVENT || tag === LINK) {
        const attribute = tag === EVENT ? 26 : 34;
        const partEnd = cursor.enter(end);
        while (cursor.position < partEnd) {
          const field = cursor.tag(partEnd);
          if (field === attribute) {
            const next = cursor.enter(partEnd);
            places.push([cursor.position, next]);
            cursor.position = next;
          } else cursor.skip(field, partEnd);
        }
      } else cursor.skip(tag, end);
    }
    return places;
  }
}

function add(values: AnyValue[], value: AnyValue | undefined): void {
  if (value) values.push(value);
}
