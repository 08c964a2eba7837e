import type { SpanId } from '../../model/ids.ts';
import type { AttributeScope } from '../../model/search/query.ts';
import type { SearchableSpan } from '../../model/search/searchable.ts';
import { type AnyValue, attribute } from '../../model/value.ts';
import { decodeLogRecord } from '../../otlp/decode.ts';
import { stringsIn } from './wireAttributes.ts';
import type { WireShared } from './wireShared.ts';

const NO_RESOURCE = { attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
const NO_SCOPE = { ...NO_RESOURCE, name: '', version: '' };

/** A log record as a search asks it: as a part of its span, or where it has none as one of its own. */
export class WireLog implements SearchableSpan {
  readonly spanId = '' as SpanId;
  readonly parentSpanId = '';
  readonly name = '';
  readonly scopeName = '';
  /** Neither a kind nor a status of spans. */
  readonly kind = -1;
  readonly status = -1;
  readonly statusMessage = '';
  readonly duration = 0n;
  readonly #bytes: Uint8Array;
  readonly #offset: number;
  readonly #length: number;
  readonly #resource: WireShared;

  /** The LogRecord message of `length` bytes from `offset`. */
  constructor(bytes: Uint8Array, offset: number, length: number, resource: WireShared) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#length = length;
    this.#resource = resource;
  }

  get service(): string {
    return this.#resource.service;
  }

  #decoded() {
    return decodeLogRecord(this.#bytes, this.#offset, this.#length, NO_RESOURCE, NO_SCOPE);
  }

  get traceId(): string {
    return this.#decoded().traceId;
  }

  values(scope: AttributeScope, key: string): AnyValue[] {
    const values: AnyValue[] = [];
    const own = scope === 'any' || scope === 'span' ? attribute(this.#decoded().attributes, key) : undefined;
    if (own) values.push(own);
    const shared = scope === 'any' || scope === 'resource' ? this.#resource.value(key) : undefined;
    if (shared) values.push(shared);
    return values;
  }

  eventNames(): string[] {
    return [];
  }

  *texts(): Generator<string> {
    yield* this.#resource.texts;
    yield* this.ownTexts();
  }

  /** Without those of its resource. */
  *ownTexts(): Generator<string> {
    const { eventName, body, attributes } = this.#decoded();
    yield eventName;
    for (const { value } of [...body, ...attributes]) yield* stringsIn(value);
  }
}
