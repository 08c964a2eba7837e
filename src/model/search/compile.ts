import type { AnyValue } from '../value.ts';
import type { AttributeScope, Condition, Field, Intrinsic } from './query.ts';
import type { SearchableSpan, SearchableTrace } from './searchable.ts';
import { type ValueTest, valueTest } from './valueTest.ts';

export type SpanTest = (span: SearchableSpan, trace: SearchableTrace) => boolean;

type Kind<T extends Condition['type']> = Extract<Condition, { type: T }>;

/** Makes a test of a condition once, to ask it of many spans. */
export function compile(condition: Condition): SpanTest {
  switch (condition.type) {
    case 'and': {
      const tests = condition.parts.map(compile);
      return (span, trace) => tests.every(test => test(span, trace));
    }
    case 'or': {
      const tests = condition.parts.map(compile);
      return (span, trace) => tests.some(test => test(span, trace));
    }
    case 'not': {
      const test = compile(condition.part);
      return (span, trace) => !test(span, trace);
    }
    case 'compare':
      return fieldTest(condition.field, valueTest(condition.operator, condition.value, condition.fold));
    case 'exists':
      return fieldTest(condition.field, PRESENT);
    case 'contains':
      return containsTest(condition);
    case 'idPrefix':
      return (span, trace) => trace.traceId.startsWith(condition.digits) || span.spanId === condition.digits;
  }
}

const PRESENT: ValueTest = { ofText: () => true, ofNumber: () => true, ofValue: () => true };

function containsTest({ text }: Kind<'contains'>): SpanTest {
  const wanted = text.toLowerCase();
  return span => {
    for (const one of span.texts()) {
      if (one.toLowerCase().includes(wanted)) return true;
    }
    return false;
  };
}

function fieldTest(field: Field, test: ValueTest): SpanTest {
  if (field.type === 'intrinsic') return intrinsicTest(field.name, test);
  const scopes = field.scope === 'any' ? EVERY_SCOPE : [field.scope];
  const { keys } = field;
  return span => scopes.some(scope => keys.some(key => attributeTest(span, scope, key, test)));
}

const EVERY_SCOPE: readonly AttributeScope[] = ['span', 'resource', 'scope', 'event', 'link'];

/** Of a key that a span, resource or scope was sent with twice the last value counts; there may be many events and links. */
function attributeTest(span: SearchableSpan, scope: AttributeScope, key: string, test: ValueTest): boolean {
  let last: AnyValue | undefined;
  const each = scope === 'event' || scope === 'link';
  for (const value of span.values(scope, key)) {
    if (!each) last = value;
    else if (test.ofValue(value)) return true;
  }
  return last !== undefined && test.ofValue(last);
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'];

function intrinsicTest(name: Intrinsic, test: ValueTest): SpanTest {
  // An empty text is nothing that was said: it is not there.
  const ofText = (text: string | undefined) => text !== undefined && text !== '' && test.ofText(text);
  // A log without a span has no name, kind, status or time of a span, only what any part of a trace has.
  const ofSpan =
    (holds: SpanTest): SpanTest =>
    (span, trace) =>
      span.spanId !== '' && holds(span, trace);
  switch (name) {
    case 'name':
      return ofSpan(span => ofText(span.name));
    case 'service':
      return span => ofText(span.service);
    case 'kind':
      return ofSpan(span => ofText(KINDS[span.kind]));
    case 'status':
      return ofSpan(span => ofText(STATUSES[span.status]));
    case 'statusMessage':
      return ofSpan(span => ofText(span.statusMessage));
    case 'duration':
      return ofSpan(span => test.ofNumber(span.duration));
    case 'spanId':
      return ofSpan(span => ofText(span.spanId));
    case 'parentId':
      return ofSpan(span => ofText(span.parentSpanId));
    case 'scopeName':
      return ofSpan(span => ofText(span.scopeName));
    case 'eventName':
      return ofSpan(span => {
        for (const event of span.eventNames()) if (ofText(event)) return true;
        return false;
      });
    case 'traceId':
      return (_, trace) => ofText(trace.traceId);
    case 'rootName':
      return (_, trace) => ofText(trace.rootName);
    case 'rootService':
      return (_, trace) => ofText(trace.rootService);
    case 'traceDuration':
      return (_, trace) => test.ofNumber(trace.duration);
    case 'spanCount':
      return (_, trace) => test.ofNumber(BigInt(trace.spanCount));
  }
}
