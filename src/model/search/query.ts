/**
 * What a search asks for, whichever way it was written: words and `key:value` terms, or the core of TraceQL in braces. See
 * parse.ts for the languages and evaluate.ts for what each part means.
 */

/** Where an attribute stands. `any` is every one of them. */
export type AttributeScope = 'any' | 'span' | 'resource' | 'scope' | 'event' | 'link';

/**
 * What a span has besides its attributes; `traceId` and those from `rootName` on are facts of its trace. One that is an
 * empty text is not there, and a log without a span has only `service` and the facts of its trace.
 */
export type Intrinsic =
  | 'name'
  | 'service'
  | 'kind'
  | 'status'
  | 'statusMessage'
  /** In nanoseconds. */
  | 'duration'
  | 'spanId'
  | 'parentId'
  | 'traceId'
  | 'scopeName'
  | 'eventName'
  | 'rootName'
  | 'rootService'
  /** In nanoseconds. */
  | 'traceDuration'
  /** Spans of the trace. */
  | 'spanCount';

/** Of an attribute several keys may be named, which mean the same; any of them will do. */
export type Field =
  | { type: 'intrinsic'; name: Intrinsic }
  | { type: 'attribute'; scope: AttributeScope; keys: readonly string[] };

/**
 * `=~` is a regular expression that must match all of the value, with `.` for any character; only the first 16,384 characters
 * are tested. `!=` and `!~` hold where a value is there for which `=` or `=~` does not hold. Of a list, any element will do.
 */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~';

/**
 * What is compared with. A number has the text as it was written too, because programs send numbers as text; without a unit
 * it compares exactly, however many digits it has. Durations are nanoseconds. Texts, wildcards (a `*` stands for anything) and
 * regular expressions are compared with numbers and truth values as those are written. Kinds and statuses are texts:
 * `server`, `error`. Nothing holds of NaN.
 */
export type Literal =
  | { type: 'text'; value: string }
  | { type: 'wildcard'; value: string }
  | { type: 'regex'; value: string }
  | { type: 'number'; value: number; text: string }
  | { type: 'bool'; value: boolean };

/** What holds of one span or not. `and` of nothing holds, `or` of nothing does not. */
export type Condition =
  | { type: 'and' | 'or'; parts: readonly Condition[] }
  | { type: 'not'; part: Condition }
  /** `fold`: in any case, by `toLowerCase`. An attribute that is not there fails every comparison, `!=` and `!~` too. */
  | { type: 'compare'; field: Field; operator: Operator; value: Literal; fold: boolean }
  | { type: 'exists'; field: Field }
  /** A text anywhere in it, in any case: in its names, messages, logs and string attributes. */
  | { type: 'contains'; text: string }
  /** The first digits of its trace's id, or its own whole id; lower case. */
  | { type: 'idPrefix'; digits: string };

/**
 * Which spans of a trace match. `and`: those of all parts, where each has some; `or`: those of any part; `descendant` and
 * `child`: those of `lower` below, or directly below, one of `upper` (in a circle of parents each is below all, itself too);
 * `without`: all spans, where the part has none.
 */
export type SpanSet =
  | { type: 'spans'; condition: Condition }
  | { type: 'all' }
  | { type: 'and' | 'or'; parts: readonly SpanSet[] }
  | { type: 'descendant' | 'child'; upper: SpanSet; lower: SpanSet }
  | { type: 'without'; part: SpanSet };

/** A trace matches where `spans` has some and it began within the times. */
export interface SearchQuery {
  spans: SpanSet;
  /** Nanoseconds since 1970, inclusive; from `since:10m` and its like. */
  since?: bigint;
  until?: bigint;
}

/** A mistake in a search. The message is for the person who wrote it and says what to write instead. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
  /** First character of the text that is wrong and the one after its last, counted from 0 in UTF-16 units. */
  readonly position: number;
  readonly end: number;

  constructor(message: string, position: number, end = position + 1) {
    super(message);
    this.position = position;
    this.end = end;
  }
}
