import type { SpanId } from '../ids.ts';
import type { PlainObject, PlainValue } from '../plainValue.ts';
import type { LogRecord, Span } from '../span.ts';
import { stringAttribute } from '../value.ts';
import { complete, modelCalls } from './calls.ts';
import type { GenAi, TraceGenAi } from './genai.ts';
import { normalise } from './normalise.ts';
import { type PriceTable, priced } from './prices.ts';
import { isModelCall } from './sameCall.ts';
import { takeFromStep, takeFromStreamRecord } from './step.ts';
import { totals } from './totals.ts';

/** What was understood of a trace: each span that has something to tell, and the whole. */
export interface UnderstoodTrace {
  bySpan: Map<SpanId, GenAi>;
  /** `undefined` where no span is one of a model program. */
  trace: TraceGenAi | undefined;
}

/**
 * Understands all spans of a trace. `logs` are its log records in any order; each goes to the span that it names.
 * With `prices`, calls that report no cost are given one where the table knows their model. Takes time in the size of
 * what is given.
 */
export function traceGenAi(spans: readonly Span[], logs: readonly LogRecord[], prices?: PriceTable): UnderstoodTrace {
  const logsBySpan = new Map<string, LogRecord[]>();
  for (const log of logs) {
    const list = logsBySpan.get(log.spanId);
    if (list) list.push(log);
    else logsBySpan.set(log.spanId, [log]);
  }
  const bySpan = new Map<SpanId, GenAi>();
  for (const span of latest(spans)) {
    const genai = normalise(span, logsBySpan.get(span.spanId) ?? []);
    if (!genai) continue;
    bySpan.set(span.spanId, genai);
  }
  if (bySpan.size === 0) return { bySpan, trace: undefined };
  takeFromStep(spans, bySpan);
  takeFromStreamRecord(spans, bySpan);
  const found = modelCalls(spans, bySpan);
  for (const call of found.calls) if (call.reports.length > 1) complete(call, bySpan);
  for (const genai of prices ? bySpan.values() : []) {
    const cost = genai.cost ?? (isModelCall(genai) ? priced(genai, prices!) : undefined);
    if (cost) genai.cost = cost;
  }
  return { bySpan, trace: { ...totals(spans, bySpan, found), ...identity(spans, bySpan) } };
}

/**
 * Logfire sends a span when it begins as a span of its own beneath the later one, to show it while it runs. Once the
 * later one is there the first says nothing more.
 */
function latest(spans: readonly Span[]): readonly Span[] {
  const ids = new Set(spans.map(span => span.spanId));
  return spans.filter(span => {
    const isPending = stringAttribute(span.attributes, 'logfire.span_type') === 'pending_span';
    return !isPending || !ids.has(span.parentSpanId as SpanId);
  });
}

/** Marks that LangChain makes for itself among the tags. */
const OWN_TAG = /^(?:seq|graph|map|branch|langsmith|langgraph):/;

/** Whose trace it is: what a root says, else what the first span says that does. */
function identity(spans: readonly Span[], bySpan: ReadonlyMap<SpanId, GenAi>): Partial<TraceGenAi> {
  const ids = new Set(spans.map(span => span.spanId));
  const isRoot = (span: Span) => !ids.has(span.parentSpanId as SpanId);
  const order = [...spans].sort(
    (a, b) => Number(isRoot(b)) - Number(isRoot(a)) || Number(a.startTimeUnixNano - b.startTimeUnixNano),
  );
  const known = order.map(span => bySpan.get(span.spanId)).filter(genai => genai !== undefined);
  const first = <K extends 'session' | 'conversation' | 'user'>(key: K) =>
    known.map(genai => genai[key]).find(value => value !== undefined);
  const elsewhere = (key: string) =>
    order
      .map(span => stringAttribute(span.attributes, key) ?? stringAttribute(span.resource.attributes, key))
      .find(Boolean);
  const tags = [...new Set(known.flatMap(genai => genai.tags ?? []))].filter(tag => !OWN_TAG.test(tag));
  const conversation = first('conversation');
  const session = first('session') ?? elsewhere('session.id') ?? conversation;
  const user = first('user') ?? elsewhere('user.id') ?? elsewhere('enduser.id');
  const metadata = agreed(known);
  return {
    ...(session !== undefined && { session }),
    ...(conversation !== undefined && { conversation }),
    ...(user !== undefined && { user }),
    ...(tags.length > 0 && { tags }),
    ...(metadata && { metadata }),
  };
}

/** What the spans that say something under a name all say alike. */
function agreed(known: readonly GenAi[]): PlainObject | undefined {
  const said = new Map<string, { value: PlainValue; text: string; isAgreed: boolean }>();
  for (const { metadata } of known) {
    for (const key of Object.keys(metadata ?? {})) {
      const value = metadata![key]!;
      const text = JSON.stringify(value);
      const before = said.get(key);
      if (!before) said.set(key, { value, text, isAgreed: true });
      else if (before.text !== text) before.isAgreed = false;
    }
  }
  const metadata: PlainObject = Object.create(null);
  for (const [key, { value, isAgreed }] of said) if (isAgreed) metadata[key] = value;
  return Object.keys(metadata).length > 0 ? metadata : undefined;
}
