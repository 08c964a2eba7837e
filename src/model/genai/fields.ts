import { type PlainValue, plainValue } from '../plainValue.ts';
import type { LogRecord, Span } from '../span.ts';
import { type AnyValue, stringAttribute } from '../value.ts';
import { eventsOf, type ModelEvent } from './events.ts';
import { decoded, nameOf, numberOf, parseJson } from './plain.ts';

/** What senders write where they hide a value. None of them is data. */
const HIDDEN = new Set(['<REDACTED>', '[REDACTED]', '__REDACTED__', '<redacted>', '[redacted]']);

/** The event whose attributes stand for those of a span; there may be several, each with a part of them. */
const DETAILS = 'gen_ai.client.inference.operation.details';

/**
 * A span's attributes as plain values, by key; of a key sent twice the last value. What log records and events of the
 * span say under such keys counts as well, behind the span's own. MLflow's values are JSON text of values; they are read
 * as what they say.
 */
export class Fields {
  readonly span: Span;
  /** Reports of messages and the like, from span events and log records, in their order. */
  readonly events: readonly ModelEvent[];
  /** Whether the span is one of MLflow's own. */
  readonly isMlflow: boolean;
  /** Keys of the span whose value the sender hid. */
  readonly hidden = new Set<string>();
  private readonly attributes: ReadonlyMap<string, AnyValue>;
  private readonly values = new Map<string, PlainValue>();

  constructor(span: Span, logs: readonly LogRecord[]) {
    this.span = span;
    this.events = eventsOf(span, logs);
    const attributes = new Map<string, AnyValue>();
    for (const event of this.events) {
      if (event.name !== DETAILS) continue;
      const reported = event.body?.type === 'map' ? [...event.body.entries, ...event.attributes] : event.attributes;
      for (const { key, value } of reported) if (!attributes.has(key)) attributes.set(key, value);
    }
    for (const { key, value } of span.attributes) attributes.set(key, value);
    this.attributes = attributes;
    this.isMlflow = ['mlflow.spanType', 'mlflow.traceRequestId', 'mlflow.spanInputs'].some(key => attributes.has(key));
  }

  keys(): IterableIterator<string> {
    return this.attributes.keys() as IterableIterator<string>;
  }

  has(key: string): boolean {
    return this.attributes.has(key);
  }

  hasPrefix(prefix: string): boolean {
    for (const key of this.attributes.keys()) if (key.startsWith(prefix)) return true;
    return false;
  }

  /** The value as sent; absent where it was hidden by the sender or sent without content. */
  value(key: string): PlainValue | undefined {
    const cached = this.values.get(key);
    if (cached !== undefined) return cached;
    const raw = this.attributes.get(key);
    if (raw === undefined) return undefined;
    const value = this.plain(key, raw);
    if (value === null) return undefined;
    if (typeof value === 'string' && HIDDEN.has(value)) {
      this.hidden.add(key);
      return undefined;
    }
    this.values.set(key, value);
    return value;
  }

  /** The first of `keys` that is a text and not empty, or a number (ids may be sent as one). */
  text(...keys: readonly string[]): string | undefined {
    for (const key of keys) {
      const text = nameOf(this.value(key));
      if (text !== undefined) return text;
    }
    return undefined;
  }

  number(...keys: readonly string[]): number | undefined {
    for (const key of keys) {
      const number = numberOf(this.value(key));
      if (number !== undefined) return number;
    }
    return undefined;
  }

  flag(...keys: readonly string[]): boolean | undefined {
    for (const key of keys) {
      const value = this.value(key);
      if (typeof value === 'boolean') return value;
      if (value === 'true' || value === 'True') return true;
      if (value === 'false' || value === 'False') return false;
    }
    return undefined;
  }

  /** The first of `keys` there is, whose value is known to be JSON text; text that is no JSON as it is. */
  json(...keys: readonly string[]): PlainValue | undefined {
    for (const key of keys) {
      const value = decoded(this.value(key));
      if (value !== undefined && value !== '') return value;
    }
    return undefined;
  }

  /** Texts, sent as a list, as the JSON text of one, or as one text. */
  texts(...keys: readonly string[]): string[] | undefined {
    for (const key of keys) {
      const value = decoded(this.value(key));
      const list = Array.isArray(value) ? value : value === undefined || value === '' ? [] : [value];
      const texts = list.map(item => nameOf(decoded(item))).filter(text => text !== undefined);
      if (texts.length > 0) return texts;
    }
    return undefined;
  }

  /** What follows `prefix` in each key that begins so, with its value, in the order sent. */
  *under(prefix: string): Generator<readonly [rest: string, value: PlainValue]> {
    for (const key of this.attributes.keys()) {
      if (!key.startsWith(prefix) || key.length === prefix.length) continue;
      const value = this.value(key);
      if (value !== undefined) yield [key.slice(prefix.length), value];
    }
  }

  resource(key: string): string | undefined {
    return stringAttribute(this.span.resource.attributes, key);
  }

  private plain(key: string, raw: AnyValue): PlainValue {
    const value = plainValue(raw);
    // Its own tags are the one thing that MLflow sends as they are.
    if (!this.isMlflow || typeof value !== 'string' || key.startsWith('mlflow.traceTag.')) return value;
    return parseJson(value) ?? value;
  }
}
