import type { SpanId, TraceId } from '../ids.ts';
import type { AnyValue } from '../value.ts';
import type { AttributeScope } from './query.ts';

/** One span as a search asks it: whoever has it as bytes reads only what is asked for. */
export interface SearchableSpan {
  /** '' of a log without a span. */
  readonly spanId: SpanId | '';
  /** '' of a root and of a log without a span. */
  readonly parentSpanId: string;
  readonly name: string;
  /** `service.name` of its resource; '' where there is none. */
  readonly service: string;
  readonly scopeName: string;
  /** The numbers as sent. */
  readonly kind: number;
  readonly status: number;
  readonly statusMessage: string;
  /** Nanoseconds; 0 where it ended before it began. */
  readonly duration: bigint;
  /** All values sent under `key` there: events and links may have several. Of `any`, those of every place. */
  values(scope: AttributeScope, key: string): Iterable<AnyValue>;
  eventNames(): Iterable<string>;
  /**
   * What a text is looked for in: name, status message, names of events, scope, keys not; every string in the attributes of
   * span, resource, scope, events and links, also within lists and maps; bodies, event names and string attributes of its logs.
   */
  texts(): Iterable<string>;
}

/** A trace as a search asks it. A log record that belongs to no span is a span of its own here: with texts, resource and attributes only. */
export interface SearchableTrace {
  readonly traceId: TraceId;
  /** As in its summary. */
  readonly rootName: string;
  readonly rootService: string;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  /** Nanoseconds. */
  readonly duration: bigint;
  readonly spanCount: number;
  readonly spans: readonly SearchableSpan[];
}
