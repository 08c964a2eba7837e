import type { SpanId } from '../../src/model/ids.ts';
import type { AttributeScope } from '../../src/model/search/query.ts';
import type { SearchableSpan, SearchableTrace } from '../../src/model/search/searchable.ts';
import { type LogRecord, type Span, serviceOf } from '../../src/model/span.ts';
import type { AnyValue, Attributes } from '../../src/model/value.ts';
import type { DecodedTrace } from './naiveSearch.ts';

/** A decoded trace as a search asks it. */
export function searchable({ summary, spans, logs }: DecodedTrace): SearchableTrace {
  const ids = new Set<string>(spans.map(({ spanId }) => spanId));
  const { traceId, name, service, spanCount, startTimeUnixNano: start, endTimeUnixNano: end } = summary;
  return {
    traceId,
    rootName: name,
    rootService: service,
    start,
    duration: start === 0n || end < start ? 0n : end - start,
    spanCount,
    spans: [
      ...spans.map(span =>
        spanOf(
          span,
          logs.filter(({ spanId }) => spanId === span.spanId),
        ),
      ),
      ...logs.filter(({ spanId }) => !ids.has(spanId)).map(logOf),
    ],
  };
}

function spanOf(span: Span, logs: readonly LogRecord[]): SearchableSpan {
  const { startTimeUnixNano: start, endTimeUnixNano: end, events, links } = span;
  const parts = { event: events, link: links };
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    service: serviceOf(span.resource),
    scopeName: span.scope.name,
    kind: span.kind,
    status: span.status.code,
    statusMessage: span.status.message,
    duration: start === 0n || end < start ? 0n : end - start,
    values: (scope, key) => [
      ...allOf({ span: span.attributes, resource: span.resource.attributes, scope: span.scope.attributes }, scope, key),
      ...(['event', 'link'] as const)
        .filter(part => scope === 'any' || scope === part)
        .flatMap(part => parts[part].flatMap(({ attributes }) => attributes))
        .filter(one => one.key === key)
        .map(({ value }) => value),
    ],
    eventNames: () => events.map(({ name }) => name),
    texts: () => [
      ...[span.name, span.status.message, span.scope.name, ...events.map(({ name }) => name)],
      ...[span, span.resource, span.scope, ...events, ...links].flatMap(({ attributes }) => strings(attributes)),
      ...logs.flatMap(textsOfLog),
    ],
  };
}

function logOf(log: LogRecord): SearchableSpan {
  return {
    spanId: '' as SpanId,
    parentSpanId: '',
    name: '',
    service: serviceOf(log.resource),
    scopeName: '',
    kind: -1,
    status: -1,
    statusMessage: '',
    duration: 0n,
    values: (scope, key) => allOf({ span: log.attributes, resource: log.resource.attributes }, scope, key),
    eventNames: () => [],
    texts: () => [...strings(log.resource.attributes), ...textsOfLog(log)],
  };
}

function textsOfLog({ eventName, body, attributes }: LogRecord): string[] {
  return [eventName, ...strings(body), ...strings(attributes)];
}

/** Of a key that was sent twice both values: which of them counts is for the evaluation to say. */
function allOf(places: Partial<Record<AttributeScope, Attributes>>, scope: AttributeScope, key: string): AnyValue[] {
  return Object.entries(places)
    .filter(([place]) => scope === 'any' || scope === place)
    .flatMap(([, attributes]) => attributes.filter(one => one.key === key))
    .map(({ value }) => value);
}

function strings(attributes: Attributes): string[] {
  return attributes.flatMap(({ value }) => stringsOf(value));
}

function stringsOf(value: AnyValue): string[] {
  if (value.type === 'string') return [value.value];
  if (value.type === 'array') return value.values.flatMap(stringsOf);
  return value.type === 'map' ? strings(value.entries) : [];
}
