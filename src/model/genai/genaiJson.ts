import type { SpanJson, TraceJson } from '../plainJson.ts';
import type { GenAi, TraceGenAi } from './genai.ts';
import type { UnderstoodTrace } from './trace.ts';

/** {@link GenAi} as JSON: nanoseconds are decimal text, as everywhere in the command line's output. */
export type GenAiJson = Omit<GenAi, 'timeToFirstTokenNano'> & { timeToFirstTokenNano?: string };

export type SpanGenAiJson = SpanJson & { genai?: GenAiJson };
export type TraceGenAiJson = Omit<TraceJson, 'spans'> & { genai?: TraceGenAi; spans: SpanGenAiJson[] };

export function genAiToJson({ timeToFirstTokenNano, ...rest }: GenAi): GenAiJson {
  return timeToFirstTokenNano === undefined ? rest : { ...rest, timeToFirstTokenNano: timeToFirstTokenNano.toString() };
}

/** The trace with `genai` on itself and on each span that has one. Nothing is added where there is nothing to tell. */
export function withGenAi(json: TraceJson, { bySpan, trace }: UnderstoodTrace): TraceGenAiJson {
  const { spans, ...rest } = json;
  const known: ReadonlyMap<string, GenAi> = bySpan;
  return {
    ...rest,
    ...(trace && { genai: trace }),
    spans: spans.map(span => {
      const genai = known.get(span.spanId);
      return genai ? { ...span, genai: genAiToJson(genai) } : span;
    }),
  };
}
