import type { PlainValue } from '../../plainValue.ts';
import { type Family, type Finding, kindNames, sinceStart } from '../family.ts';
import type { Fields } from '../fields.ts';
import type { Usage } from '../genai.ts';
import { decoded, isObject, member, numberOf, present, textOf } from '../plain.ts';
import { readToolDefinitions } from '../toolDefinitions.ts';
import { readUsage } from '../usage.ts';

/** Langfuse's SDKs, and spans of others that carry its attributes. */
export const langfuse: Family = {
  name: 'langfuse',
  isGuest: true,
  detects: fields => fields.hasPrefix('langfuse.'),
  table: {
    kind: {
      key: 'langfuse.observation.type',
      values: kindNames({
        chat: 'generation',
        embedding: 'embedding',
        agent: 'agent',
        tool: 'tool',
        chain: 'chain',
        retrieval: 'retriever',
        guardrail: 'guardrail',
        evaluation: 'evaluator',
        other: 'span event',
      }),
    },
    texts: {
      session: ['langfuse.session.id', 'langfuse.trace.session_id'],
      user: ['langfuse.user.id', 'langfuse.trace.user_id'],
    },
    parameters: { json: ['langfuse.observation.model.parameters'] },
    promptName: ['langfuse.observation.prompt.name'],
    promptVersion: ['langfuse.observation.prompt.version'],
    rawInput: ['langfuse.observation.input', 'langfuse.trace.input'],
    rawOutput: ['langfuse.observation.output', 'langfuse.trace.output'],
    tags: ['langfuse.trace.tags', 'langfuse.tags'],
    metadata: {
      json: ['langfuse.trace.metadata', 'langfuse.observation.metadata'],
      prefixes: ['langfuse.trace.metadata.', 'langfuse.observation.metadata.'],
    },
  },
  read: fields =>
    present<Finding>({
      ...wrapped(fields),
      usage: usageOf(fields.json('langfuse.observation.usage_details')),
      cost: costOf(fields.json('langfuse.observation.cost_details')),
      timeToFirstTokenNano: sinceStart(fields, textOf(fields.json('langfuse.observation.completion_start_time'))),
      error: errorOf(fields),
    }),
};

/**
 * Its wrappers of OpenAI's clients say the model that answered as soon as there is an answer (that for JavaScript does not
 * while streaming), and where they do not know better that everything is a generation. A model named by hand was asked for.
 */
function wrapped(fields: Fields): Finding {
  const model = fields.text('langfuse.observation.model.name');
  const { name } = fields.span;
  const isWrapper = fields.span.scope.name === 'langfuse-sdk' && /^OpenAI[.-]/.test(name);
  const isStreamed = name.startsWith('OpenAI.') && fields.has('langfuse.observation.completion_start_time');
  const isAnswered = fields.has('langfuse.observation.usage_details') && errorOf(fields) === undefined;
  if (!isWrapper || isStreamed || !isAnswered) {
    return present<Finding>({
      requestModel: model,
      kind: name === 'OpenAI.embeddings' && isWrapper ? 'embedding' : undefined,
    });
  }
  const beside = name === 'OpenAI.responses' ? 'langfuse.observation.metadata.' : undefined;
  return present<Finding>({
    responseModel: model,
    system: beside && fields.json(`${beside}instructions`),
    toolDefinitions: beside ? readToolDefinitions(fields.json(`${beside}tools`)) : undefined,
  });
}

function errorOf(fields: Fields): Finding['error'] {
  if (fields.text('langfuse.observation.level') !== 'ERROR') return undefined;
  const message = fields.text('langfuse.observation.status_message');
  return message === undefined ? undefined : { message };
}

/**
 * Details under OpenAI's names are OpenAI's numbers. Under Langfuse's own, `input` leaves out what stands beside it as
 * `input_...`, and so for `output`, unless the total says otherwise.
 */
function usageOf(details: PlainValue | undefined): Usage | undefined {
  if (!isObject(details)) return undefined;
  if (member(details, 'input', 'output') === undefined) return readUsage(unflattened(details));
  const sums = { input: 0, output: 0 };
  for (const key of Object.keys(details)) {
    const [, side] = /^(input|output)_/.exec(key) ?? (/^cache_(?:read|creation)/.test(key) ? ['', 'input'] : []);
    if (side === 'input' || side === 'output') sums[side] += numberOf(details[key]) ?? 0;
  }
  const number = (...keys: string[]) => numberOf(member(details, ...keys));
  const [input, output, total] = [number('input'), number('output'), number('total')];
  const isInclusive = total !== undefined && total === (input ?? 0) + (output ?? 0);
  const whole = (own: number | undefined, rest: number) => (own === undefined || isInclusive ? own : own + rest);
  return present<Usage>({
    input: whole(input, sums.input),
    output: whole(output, sums.output),
    total:
      total ?? (input === undefined || output === undefined ? undefined : input + output + sums.input + sums.output),
    cacheRead: number('input_cached_tokens', 'cache_read_input_tokens', 'input_cache_read', 'input_cached'),
    cacheWrite: number('cache_creation_input_tokens', 'input_cache_creation'),
    reasoning: number('output_reasoning_tokens', 'output_reasoning'),
    audioInput: number('input_audio_tokens', 'input_audio'),
    audioOutput: number('output_audio_tokens', 'output_audio'),
  });
}

/** Its OpenAI wrapper for Python writes the details as `prompt_tokens_details.cached_tokens` or as an object. */
function unflattened(details: PlainValue): PlainValue {
  if (!isObject(details)) return details;
  const result: Record<string, PlainValue> = Object.create(null);
  for (const key of Object.keys(details)) {
    const dot = key.indexOf('.');
    if (dot < 0) {
      result[key] ??= details[key]!;
      continue;
    }
    const outer = key.slice(0, dot);
    if (!isObject(result[outer])) result[outer] = Object.create(null) as PlainValue;
    (result[outer] as Record<string, PlainValue>)[key.slice(dot + 1)] = details[key]!;
  }
  return result;
}

function costOf(details: PlainValue | undefined): Finding['cost'] {
  const value = decoded(details);
  const [total, input, output] = ['total', 'input', 'output'].map(key => numberOf(member(value, key)));
  const cost = present<NonNullable<Finding['cost']>>({ total, input, output });
  return Object.keys(cost).length > 0 ? cost : undefined;
}
