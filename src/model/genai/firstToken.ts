import type { Span } from '../span.ts';

/** Events that mark the first piece of a streamed answer. */
const FIRST = new Set([
  'First Token Stream Event',
  'gen_ai.content.completion.chunk',
  'llm.content.completion.chunk',
  'mlflow.chunk.item.0',
  'ai.stream.firstChunk',
  'first_token',
]);

/** Nanoseconds from the start of the span to the first event that says a piece of the answer came. */
export function firstToken(span: Span): bigint | undefined {
  let first: bigint | undefined;
  for (const { name, timeUnixNano } of span.events) {
    if (!FIRST.has(name) || timeUnixNano < span.startTimeUnixNano) continue;
    if (first === undefined || timeUnixNano < first) first = timeUnixNano;
  }
  return first === undefined ? undefined : first - span.startTimeUnixNano;
}
