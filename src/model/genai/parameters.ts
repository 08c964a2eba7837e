import type { PlainObject, PlainValue } from '../plainValue.ts';
import { isObject, listOf, structured } from './plain.ts';

/** Parameters of a request by their name here, with what senders call them. */
export const PARAMETERS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    temperature: ['temperature'],
    topP: ['top_p', 'topP'],
    topK: ['top_k', 'topK'],
    maxTokens: [
      'max_tokens',
      'max_completion_tokens',
      'max_output_tokens',
      'maxTokens',
      'maxOutputTokens',
      'max_tokens_to_sample',
      'num_predict',
    ],
    stop: ['stop', 'stop_sequences', 'stopSequences'],
    seed: ['seed'],
    frequencyPenalty: ['frequency_penalty', 'frequencyPenalty'],
    presencePenalty: ['presence_penalty', 'presencePenalty'],
    repetitionPenalty: ['repetition_penalty', 'repetitionPenalty'],
    n: ['n', 'candidate_count', 'candidateCount', 'choice.count'],
    responseFormat: ['response_format', 'responseFormat'],
    serviceTier: ['service_tier', 'serviceTier'],
    reasoningEffort: ['reasoning_effort', 'reasoningEffort'],
    toolChoice: ['tool_choice', 'toolChoice'],
    parallelToolCalls: ['parallel_tool_calls', 'parallelToolCalls'],
    logprobs: ['logprobs'],
    topLogprobs: ['top_logprobs'],
    logitBias: ['logit_bias'],
    dimensions: ['dimensions'],
    encodingFormats: ['encoding_formats', 'encoding_format'],
    maxRetries: ['maxRetries', 'max_retries'],
    thinking: ['thinking'],
  }),
);

/** By what a sender calls it. */
const NAMES: ReadonlyMap<string, string> = new Map(
  [...PARAMETERS].flatMap(([name, sent]) => sent.map(each => [each, name] as const)),
);

/** The parameters in an object, such as a request; what is not one is passed over. `undefined` where there is none. */
export function readParameters(sent: PlainValue | undefined): PlainObject | undefined {
  const value = structured(sent);
  if (!isObject(value)) return undefined;
  const parameters: PlainObject = Object.create(null);
  for (const key of Object.keys(value)) {
    const name = NAMES.get(key);
    const given = value[key];
    if (name === undefined || isUnset(given) || name in parameters) continue;
    parameters[name] = given!;
  }
  return Object.keys(parameters).length > 0 ? parameters : undefined;
}

/** What clients print where the program gave nothing: `NOT_GIVEN` of OpenAI's and Anthropic's, and the like. */
function isUnset(value: PlainValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (typeof value === 'string') return /^(?:NOT_GIVEN|NotGiven|Omit|<openai\.|<anthropic\.|None$)/.test(value);
  return Array.isArray(value) && listOf(value).length === 0;
}
