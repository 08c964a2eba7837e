import type { GenAi, Message } from '../../../../src/model/genai/genai.ts';
import { traceGenAi } from '../../../../src/model/genai/trace.ts';
import type { PlainValue } from '../../../../src/model/plainValue.ts';
import type { Captured } from '../../../capture/captured.ts';
import type { Message as TrueMessage } from '../../../capture/talk.ts';
import type { Call } from '../../../capture/truth.ts';
import { recordedTraces } from './recorded.ts';

/** How what was understood of a recording stands to what the model server saw. */
export interface Comparison {
  /** Fields of calls that are as on the wire. */
  right: number;
  /** Fields that are not there: mostly the telemetry does not carry them. */
  absent: number;
  /** Fields that are there and different, as `call.field`. */
  wrong: string[];
  /** Calls that were counted, embeddings among them, and how many there were. */
  counted: number;
  made: number;
}

interface Found {
  genai: GenAi;
  start: bigint;
}

export function compare({ otlp, truth }: Captured): Comparison {
  const result: Comparison = {
    right: 0,
    absent: 0,
    wrong: [],
    counted: 0,
    made: truth.calls.length + truth.embeddings.length,
  };
  const found: Found[] = [];
  for (const { spans, logs } of recordedTraces(otlp).values()) {
    const { bySpan, trace } = traceGenAi(spans, logs);
    result.counted += trace?.calls ?? 0;
    const doubled = new Set(trace?.doubled?.map(each => each.spanId));
    for (const { spanId, startTimeUnixNano: start } of spans) {
      const genai = bySpan.get(spanId);
      const isCall = genai?.kind === 'chat' || genai?.kind === 'completion';
      if (genai && isCall && !doubled.has(spanId)) found.push({ genai, start });
    }
  }
  found.sort((a, b) => Number(a.start - b.start));
  for (const [at, call] of truth.calls.entries()) compareCall(result, `${at}`, call, take(found, call));
  return result;
}

/** The report of a call: the first of those that are most like it. Calls that failed may have none. */
function take(found: Found[], call: Call): GenAi | undefined {
  const likeness = ({ genai }: Found) =>
    4 * Number(isSame(told(genai.input), told(call.input))) +
    4 * Number(call.output !== undefined && isSame(told(genai.output), told(call.output))) +
    2 * Number(genai.usage?.input === call.usage?.input);
  const best = found.reduce<Found | undefined>((a, b) => (a && likeness(a) >= likeness(b) ? a : b), undefined);
  if (!best || likeness(best) === 0) return undefined;
  found.splice(found.indexOf(best), 1);
  return best.genai;
}

const REASONS = new Map([
  ['end_turn', 'stop'],
  ['tool_use', 'tool_calls'],
]);

function compareCall(result: Comparison, name: string, call: Call, genai: GenAi | undefined): void {
  const check = (field: string, got: unknown, wanted: unknown) => {
    if (wanted === undefined || (wanted === 0 && got === undefined)) return;
    if (isSame(got, wanted)) result.right++;
    else if (got === undefined || (Array.isArray(got) && got.length === 0)) result.absent++;
    else result.wrong.push(`${name}.${field}`);
  };
  const reason = call.output?.at(-1)?.finishReason;
  check('requestModel', genai?.requestModel, call.requestModel);
  check('responseModel', genai?.responseModel, call.responseModel);
  check('input', told(genai?.input), told(call.input));
  check('output', told(genai?.output), call.output && told(call.output));
  check('finishReason', genai?.output?.at(-1)?.finishReason, reason && (REASONS.get(reason) ?? reason));
  check(
    'tools',
    genai?.toolDefinitions?.map(tool => tool.name),
    call.toolDefinitions?.map(tool => tool.name),
  );
  check('streaming', genai?.streaming, call.streaming || undefined);
  check('error', genai?.error && true, call.error && true);
  for (const key of ['input', 'output', 'total', 'cacheRead', 'cacheWrite', 'reasoning'] as const) {
    check(`usage.${key}`, genai?.usage?.[key], call.usage?.[key]);
  }
  const { temperature, max_tokens: maxTokens, max_completion_tokens: most } = call.parameters;
  check('temperature', genai?.parameters?.['temperature'], temperature);
  check('maxTokens', genai?.parameters?.['maxTokens'], maxTokens ?? most);
}

/** Messages as one row of parts with their roles: APIs differ in what they put into one message. */
function told(messages: readonly (Message | TrueMessage)[] = []): unknown[] {
  return messages.flatMap(({ role, parts }) =>
    parts.map(part => {
      if (part.type === 'tool_result') return { role: 'tool', type: part.type, id: part.id, result: part.result };
      return { ...part, role: role === 'developer' ? 'system' : role };
    }),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(canonical(a as PlainValue)) === JSON.stringify(canonical(b as PlainValue));
}

/** JSON text and what it says, numbers and their text, objects in whichever order are one. */
function canonical(value: PlainValue | undefined): unknown {
  if (typeof value === 'string') {
    try {
      return /^\s*(?:[[{"]|-?\d)/.test(value) ? canonical(JSON.parse(value)) : value;
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, canonical(value[key])]),
  );
}
