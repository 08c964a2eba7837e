import type { SpanId } from '../ids.ts';
import type { Span } from '../span.ts';
import { modelCalls } from './calls.ts';
import type { GenAi, Message, Part } from './genai.ts';
import { ToolResults, type ToolSpan, ToolSpans, type ToolUse } from './toolUses.ts';
import { Transcripts } from './transcript.ts';

/** One model call of a trace, as a reader follows it: what was said before is only counted. */
export interface Turn {
  spanId: SpanId;
  genai: GenAi;
  /** Numbers the talks of a trace from 0: a call belongs to the talk of the call whose messages it repeats. */
  talk: number;
  /** The call whose messages come again, and how many of them do; absent for the first call of a talk. */
  context?: { previous: SpanId; count: number };
  /** Messages that the previous call did not have, without the results of tools that the previous calls asked for. */
  added: Message[];
  output: Message[];
  /** The calls of tools in `output`, in their order. */
  tools: ToolUse[];
}

interface Draft extends Turn {
  start: bigint;
}

/**
 * The model calls of a trace as talks, in the order of their starts, each call once. `bySpan` is what
 * `traceGenAi` understood of `spans`. Takes time in the size of what is given.
 */
export function conversation(spans: readonly Span[], bySpan: ReadonlyMap<SpanId, GenAi>): Turn[] {
  const starts = new Map(spans.map(span => [span.spanId, span.startTimeUnixNano]));
  const talked = modelCalls(spans, bySpan).calls.filter(({ spanId }) => bySpan.get(spanId)!.kind !== 'embedding');
  const order = talked
    .map(({ spanId }) => ({ spanId, start: starts.get(spanId)! }))
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const tools = new ToolSpans(toolSpans(spans, bySpan));
  const transcripts = new Transcripts<Draft>();
  const turns: Draft[] = [];
  let talks = 0;
  for (const { spanId, start } of order) {
    const genai = bySpan.get(spanId)!;
    const input = genai.input ?? [];
    const { count, place } = transcripts.known(input);
    // A system prompt alone is shared by talks that have nothing else in common.
    const previous = place && input.slice(0, count).some(message => message.role !== 'system') ? place.call : undefined;
    const turn: Draft = {
      spanId,
      genai,
      start,
      talk: previous?.talk ?? talks++,
      ...(previous && { context: { previous: previous.spanId, count } }),
      added: previous ? withoutAnswer(input.slice(count), previous, place!.isAnswered) : [...input],
      output: genai.output ?? [],
      tools: callsOf(genai.output ?? []).map(call => ({ call })),
    };
    if (previous) turn.added = answerCalls(previous, turn.added);
    for (const use of turn.tools) runCall(use, tools, start);
    transcripts.add(turn, input, turn.output);
    turns.push(turn);
  }
  return turns.map(({ start: _, ...turn }) => turn);
}

/** The answer comes again in the next call, where a sender writes it another way than as it was given. */
function withoutAnswer(added: Message[], previous: Draft, isAnswered: boolean): Message[] {
  const [first] = added;
  if (isAnswered || first?.role !== 'assistant') return added;
  const asked = callsOf([first]);
  const isSame =
    asked.length > 0
      ? asked.every((call, at) => call.name === previous.tools[at]?.call.name)
      : textOf(first) === previous.output.map(textOf).join('\n');
  return isSame ? added.slice(1) : added;
}

/** Gives the results among the messages to the calls of the turn before; what is left are the messages without them. */
function answerCalls(previous: Draft, added: readonly Message[]): Message[] {
  const open = previous.tools.filter(use => use.result === undefined);
  const parts = added.flatMap(message => message.parts).filter(part => part.type === 'tool_result');
  if (open.length === 0 || parts.length === 0) return [...added];
  const results = new ToolResults(parts);
  for (const use of open) {
    const result = results.take(use.call);
    if (result) use.result = result.result ?? null;
  }
  const rest = new Set<Part>(results.rest);
  return added
    .map(message => ({
      ...message,
      parts: message.parts.filter(part => part.type !== 'tool_result' || rest.has(part)),
    }))
    .filter((message, at) => message.parts.length > 0 || added[at]!.parts.length === 0);
}

function runCall(use: ToolUse, tools: ToolSpans, since: bigint): void {
  const span = tools.take(use.call, since);
  if (!span) return;
  use.spanId = span.spanId;
  if (span.genai.error) use.error = span.genai.error;
}

function callsOf(messages: readonly Message[]) {
  return messages.flatMap(message => message.parts).filter(part => part.type === 'tool_call');
}

function textOf(message: Message): string {
  return message.parts.flatMap(part => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function toolSpans(spans: readonly Span[], bySpan: ReadonlyMap<SpanId, GenAi>): ToolSpan[] {
  return spans
    .flatMap(({ spanId, startTimeUnixNano }) => {
      const genai = bySpan.get(spanId);
      return genai?.kind === 'tool' ? [{ spanId, genai, startTimeUnixNano }] : [];
    })
    .sort((a, b) =>
      a.startTimeUnixNano < b.startTimeUnixNano ? -1 : a.startTimeUnixNano > b.startTimeUnixNano ? 1 : 0,
    );
}
