import type { SpanId } from '../ids.ts';
import type { Span } from '../span.ts';
import { stringAttribute } from '../value.ts';
import type { GenAi } from './genai.ts';

/**
 * Logfire reports a streamed answer as a record after the call, with the question again: gives the answer to the call. The
 * record is then no call of its own.
 */
export function takeFromStreamRecord(spans: readonly Span[], bySpan: ReadonlyMap<SpanId, GenAi>): void {
  const open = new Map<string, GenAi[]>();
  const questionOf = ({ spanId, parentSpanId }: Span) =>
    `${parentSpanId}\n${JSON.stringify(bySpan.get(spanId)?.input)}`;
  const order = [...spans].sort((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano));
  for (const span of order) {
    const genai = bySpan.get(span.spanId);
    if (genai?.convention !== 'logfire' || genai.kind !== 'chat') continue;
    const isRecord = stringAttribute(span.attributes, 'logfire.span_type') === 'log';
    if (!isRecord) {
      if (!genai.output && !genai.usage) open.set(questionOf(span), [...(open.get(questionOf(span)) ?? []), genai]);
      continue;
    }
    const call = open.get(questionOf(span))?.shift();
    if (!call) continue;
    if (genai.output) call.output = genai.output;
    if (genai.usage) call.usage = genai.usage;
    call.streaming = true;
    genai.kind = 'other';
  }
}

/**
 * Mastra has the messages of a call on the step around it: gives them to the call, where it is the only one of its step
 * and has none itself.
 */
export function takeFromStep(spans: readonly Span[], bySpan: ReadonlyMap<SpanId, GenAi>): void {
  const calls = new Map<string, SpanId[]>();
  for (const { spanId, parentSpanId } of spans) {
    const genai = bySpan.get(spanId);
    if (genai?.kind !== 'chat' || bySpan.get(parentSpanId as SpanId)?.kind !== 'chain') continue;
    calls.set(parentSpanId, [...(calls.get(parentSpanId) ?? []), spanId]);
  }
  for (const [parent, inner] of calls) {
    const [step, call] = [bySpan.get(parent as SpanId)!, bySpan.get(inner[0]!)!];
    if (inner.length > 1 || step.convention !== 'mastra') continue;
    if (!call.input && step.input?.every(message => message.role !== 'input')) call.input = step.input;
    const hasOutput = call.output?.some(message => message.parts.length > 0);
    const said = step.output?.filter(message => message.role === 'assistant');
    if (!hasOutput && said?.length === 1) {
      const reason = call.output?.[0]?.finishReason;
      call.output = [{ ...said[0]!, ...(reason !== undefined && { finishReason: reason }) }];
    }
  }
}
