import type {
  AttributeScope,
  Condition,
  Field,
  Intrinsic,
  Literal,
  Operator,
  SearchQuery,
  SpanSet,
} from '../../src/model/search/query.ts';
import { type LogRecord, type Resource, type Scope, type Span, serviceOf } from '../../src/model/span.ts';
import type { TraceSummary } from '../../src/model/summary.ts';
import type { AnyValue, Attributes } from '../../src/model/value.ts';

// The judge of the search: says what a query finds as plainly as it can, from decoded spans and without any of the code
// that searches. Slow, and only for traces of a size that a test makes.

/** A trace with everything that is stored of it. */
export interface DecodedTrace {
  summary: TraceSummary;
  spans: readonly Span[];
  logs: readonly LogRecord[];
}

/** A span with the logs that belong to it, or a log that belongs to none. */
interface Item {
  span?: Span;
  logs: LogRecord[];
  resource: Resource;
  scope?: Scope;
  attributes: Attributes;
}

export interface NaiveSearch {
  query: SearchQuery;
  service?: string;
  since?: bigint;
  until?: bigint;
}

/** The traces that a search finds, newest first; of equal starts in the order given. */
export function naiveSearch(search: NaiveSearch, traces: readonly DecodedTrace[]): DecodedTrace[] {
  return traces
    .filter(({ summary }) => search.service === undefined || summary.service === search.service)
    .filter(({ summary }) => isWithin(summary.startTimeUnixNano, search))
    .filter(trace => itemsFound(search.query, trace).length > 0)
    .sort((a, b) => compare(b.summary.startTimeUnixNano, a.summary.startTimeUnixNano));
}

/** The spans of a trace that a query finds: their ids, sorted, '' for each log without a span. */
export function naiveSpans(query: SearchQuery, trace: DecodedTrace): string[] {
  return itemsFound(query, trace)
    .map(({ span }) => span?.spanId ?? '')
    .sort();
}

function itemsFound(query: SearchQuery, trace: DecodedTrace): Item[] {
  if (!isWithin(trace.summary.startTimeUnixNano, query)) return [];
  return [...spansIn(query.spans, itemsOf(trace), trace.summary)];
}

function isWithin(start: bigint, { since, until }: { since?: bigint; until?: bigint }): boolean {
  return (since === undefined || start >= since) && (until === undefined || start <= until);
}

function itemsOf({ spans, logs }: DecodedTrace): Item[] {
  const ids = new Set<string>(spans.map(({ spanId }) => spanId));
  const own = spans.map(span => ({
    span,
    logs: logs.filter(({ spanId }) => spanId === span.spanId),
    resource: span.resource,
    scope: span.scope,
    attributes: span.attributes,
  }));
  const loose = logs
    .filter(({ spanId }) => !ids.has(spanId))
    .map(log => ({ logs: [log], resource: log.resource, attributes: log.attributes }));
  return [...own, ...loose];
}

function spansIn(set: SpanSet, items: readonly Item[], trace: TraceSummary): Set<Item> {
  switch (set.type) {
    case 'all':
      return new Set(items);
    case 'spans':
      return new Set(items.filter(item => holds(set.condition, item, trace)));
    case 'or':
      return new Set(set.parts.flatMap(part => [...spansIn(part, items, trace)]));
    case 'and': {
      const found = set.parts.map(part => spansIn(part, items, trace));
      return found.every(({ size }) => size > 0) ? new Set(found.flatMap(part => [...part])) : new Set();
    }
    case 'without':
      return spansIn(set.part, items, trace).size === 0 ? new Set(items) : new Set();
    case 'child': {
      const upper = spansIn(set.upper, items, trace);
      return new Set(
        [...spansIn(set.lower, items, trace)].filter(item => parentsOf(item, items).some(one => upper.has(one))),
      );
    }
    case 'descendant': {
      const upper = spansIn(set.upper, items, trace);
      return new Set(
        [...spansIn(set.lower, items, trace)].filter(item => ancestorsOf(item, items).some(one => upper.has(one))),
      );
    }
  }
}

function parentsOf({ span }: Item, items: readonly Item[]): Item[] {
  if (!span || span.parentSpanId === '') return [];
  return items.filter(item => item.span?.spanId === span.parentSpanId);
}

function ancestorsOf(item: Item, items: readonly Item[]): Item[] {
  const above = new Set<Item>();
  let next = parentsOf(item, items);
  while (next.length > 0) {
    const fresh = next.filter(one => !above.has(one));
    for (const one of fresh) above.add(one);
    next = fresh.flatMap(one => parentsOf(one, items));
  }
  return [...above];
}

function holds(condition: Condition, item: Item, trace: TraceSummary): boolean {
  switch (condition.type) {
    case 'and':
      return condition.parts.every(part => holds(part, item, trace));
    case 'or':
      return condition.parts.some(part => holds(part, item, trace));
    case 'not':
      return !holds(condition.part, item, trace);
    case 'exists':
      return valuesOf(condition.field, item, trace).length > 0;
    case 'compare':
      return valuesOf(condition.field, item, trace)
        .flatMap(value => (value.type === 'array' ? elementsOf(value) : [value]))
        .some(value => isSo(value, condition.operator, condition.value, condition.fold));
    case 'contains':
      return textsOf(item).some(text => text.toLowerCase().includes(condition.text.toLowerCase()));
    case 'idPrefix':
      return trace.traceId.startsWith(condition.digits) || item.span?.spanId === condition.digits;
  }
}

/** Lists in lists are lists of their elements. */
function elementsOf({ values }: { values: AnyValue[] }): AnyValue[] {
  return values.flatMap(value => (value.type === 'array' ? elementsOf(value) : [value]));
}

function valuesOf(field: Field, item: Item, trace: TraceSummary): AnyValue[] {
  if (field.type === 'intrinsic') return intrinsicOf(field.name, item, trace);
  return field.keys.flatMap(key => attributesOf(field.scope, key, item));
}

function attributesOf(scope: AttributeScope, key: string, item: Item): AnyValue[] {
  const all = (attributes: Attributes = []) => attributes.filter(one => one.key === key).map(({ value }) => value);
  const last = (attributes: Attributes = []) => all(attributes).slice(-1);
  const values: Record<Exclude<AttributeScope, 'any'>, AnyValue[]> = {
    span: last(item.attributes),
    resource: last(item.resource.attributes),
    scope: last(item.scope?.attributes),
    event: item.span?.events.flatMap(({ attributes }) => all(attributes)) ?? [],
    link: item.span?.links.flatMap(({ attributes }) => all(attributes)) ?? [],
  };
  return scope === 'any' ? Object.values(values).flat() : values[scope];
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'];

function intrinsicOf(name: Intrinsic, item: Item, trace: TraceSummary): AnyValue[] {
  const { span } = item;
  // A log without a span has nothing of a span; what is a trace's it has too.
  switch (name) {
    case 'service':
      return text(serviceOf(item.resource));
    case 'traceId':
      return text(trace.traceId);
    case 'rootName':
      return text(trace.name);
    case 'rootService':
      return text(trace.service);
    case 'traceDuration':
      return int(elapsed(trace));
    case 'spanCount':
      return int(BigInt(trace.spanCount));
    case 'name':
      return text(span?.name);
    case 'kind':
      return text(span && KINDS[span.kind]);
    case 'status':
      return text(span && STATUSES[span.status.code]);
    case 'statusMessage':
      return text(span?.status.message);
    case 'duration':
      return span ? int(elapsed(span)) : [];
    case 'spanId':
      return text(span?.spanId);
    case 'parentId':
      return text(span?.parentSpanId);
    case 'scopeName':
      return text(item.scope?.name);
    case 'eventName':
      return span?.events.flatMap(event => text(event.name)) ?? [];
  }
}

function text(value: string | undefined): AnyValue[] {
  return value === undefined || value === '' ? [] : [{ type: 'string', value }];
}

function int(value: bigint): AnyValue[] {
  return [{ type: 'int', value }];
}

function elapsed({
  startTimeUnixNano,
  endTimeUnixNano,
}: {
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
}): bigint {
  if (startTimeUnixNano === 0n || endTimeUnixNano < startTimeUnixNano) return 0n;
  return endTimeUnixNano - startTimeUnixNano;
}

function isSo(value: AnyValue, operator: Operator, literal: Literal, fold: boolean): boolean {
  if (value.type === 'double' && Number.isNaN(value.value)) return false;
  switch (operator) {
    case '=':
    case '=~':
      return isEqual(value, literal, fold);
    case '!=':
    case '!~':
      return !isEqual(value, literal, fold);
    default: {
      const order = orderOf(value, literal, fold);
      if (order === undefined) return false;
      if (operator === '<') return order < 0;
      if (operator === '<=') return order <= 0;
      return operator === '>' ? order > 0 : order >= 0;
    }
  }
}

function isEqual(value: AnyValue, literal: Literal, fold: boolean): boolean {
  const written = writtenAs(value);
  switch (literal.type) {
    case 'text':
      return written !== undefined && folded(written, fold) === folded(literal.value, fold);
    case 'wildcard':
      return written !== undefined && isLike(folded(written, fold), folded(literal.value, fold));
    case 'regex':
      return written !== undefined && new RegExp(`^(?:${literal.value})$`, fold ? 'isu' : 'su').test(written);
    case 'bool':
      if (value.type === 'bool') return value.value === literal.value;
      return value.type === 'string' && folded(value.value, fold) === String(literal.value);
    case 'number':
      if (value.type === 'string' && folded(value.value, fold) === folded(literal.text, fold)) return true;
      return orderOf(value, literal, fold) === 0;
  }
}

/** Text as a person would write the value; `undefined` of bytes, maps and nothing. */
function writtenAs(value: AnyValue): string | undefined {
  if (value.type === 'string') return value.value;
  return value.type === 'int' || value.type === 'double' || value.type === 'bool' ? String(value.value) : undefined;
}

function folded(text: string, fold: boolean): string {
  return fold ? text.toLowerCase() : text;
}

/** Where `pattern` may have `*` for any characters. */
function isLike(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Below, at or above zero; `undefined` where the two cannot be put in an order. */
function orderOf(value: AnyValue, literal: Literal, fold: boolean): number | undefined {
  if (literal.type === 'number') {
    const left = numberOf(value);
    const right = /^[+-]?\d+$/.test(literal.text) ? BigInt(literal.text) : literal.value;
    // Between the two kinds of number JavaScript compares what they are, without rounding.
    return left === undefined ? undefined : left < right ? -1 : left > right ? 1 : 0;
  }
  if (literal.type !== 'text') return undefined;
  const written = value.type === 'bool' ? undefined : writtenAs(value);
  return written === undefined ? undefined : compare(folded(written, fold), folded(literal.value, fold));
}

function numberOf(value: AnyValue): number | bigint | undefined {
  if (value.type === 'int' || value.type === 'double') return value.value;
  if (value.type !== 'string') return undefined;
  if (/^[+-]?\d+$/.test(value.value)) return BigInt(value.value);
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.value) ? Number(value.value) : undefined;
}

/** Everything that a word is looked for in. */
function textsOf({ span, logs, resource, scope, attributes }: Item): string[] {
  return [
    ...(span ? [span.name, span.status.message, ...span.events.map(({ name }) => name)] : []),
    ...(scope ? [scope.name, ...stringsIn(scope.attributes)] : []),
    ...stringsIn(resource.attributes),
    ...stringsIn(attributes),
    ...(span ? [...span.events, ...span.links].flatMap(one => stringsIn(one.attributes)) : []),
    ...logs.flatMap(log => [log.eventName, ...stringsIn(log.body), ...stringsIn(log.attributes)]),
  ];
}

function stringsIn(attributes: Attributes): string[] {
  return attributes.flatMap(({ value }) => stringsOf(value));
}

function stringsOf(value: AnyValue): string[] {
  if (value.type === 'string') return [value.value];
  if (value.type === 'array') return value.values.flatMap(stringsOf);
  return value.type === 'map' ? stringsIn(value.entries) : [];
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
