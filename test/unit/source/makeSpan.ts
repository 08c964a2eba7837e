import type { SpanId, TraceId } from '../../../src/model/ids.ts';
import type { Span, SpanEvent } from '../../../src/model/span.ts';
import type { AnyValue, KeyValue } from '../../../src/model/value.ts';

export type Plain = Record<string, string | number | bigint>;

function keyValues(plain: Plain): KeyValue[] {
  return Object.entries(plain).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | bigint): AnyValue {
  if (typeof value === 'string') return { type: 'string', value };
  return typeof value === 'bigint' ? { type: 'int', value } : { type: 'double', value };
}

/** A span with these attributes, the stack traces of its exceptions in order, and its resource's attributes. */
export function makeSpan(attributes: Plain, stacks: readonly string[] = [], resource: Plain = {}): Span {
  const events = stacks.map(
    (stack): SpanEvent => ({
      timeUnixNano: 1n,
      name: 'exception',
      attributes: keyValues({ 'exception.type': 'Error', 'exception.stacktrace': stack }),
      droppedAttributesCount: 0,
    }),
  );
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c' as TraceId,
    spanId: 'b7ad6b7169203331' as SpanId,
    parentSpanId: '',
    traceState: '',
    flags: 0,
    name: 'pay',
    kind: 1,
    startTimeUnixNano: 1n,
    endTimeUnixNano: 2n,
    attributes: keyValues(attributes),
    droppedAttributesCount: 0,
    events,
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 0, message: '' },
    resource: { attributes: keyValues(resource), droppedAttributesCount: 0, schemaUrl: '' },
    scope: { name: '', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' },
    maskedValues: 0,
  };
}
