import type { PlainValue } from '../plainValue.ts';
import type { Usage } from './genai.ts';
import { member, numberOf, present } from './plain.ts';

/** What providers and libraries call the numbers in an object of usage, the surest first; a dot goes a level down. */
const NAMES: Readonly<Record<keyof Usage, readonly string[]>> = {
  input: [
    'input_tokens',
    'prompt_tokens',
    'inputTokens',
    'promptTokens',
    'promptTokenCount',
    'prompt_token_count',
    'input_token_count',
    'inputTokenCount',
    'inputTokens.total',
    'prompt_eval_count',
  ],
  output: [
    'output_tokens',
    'completion_tokens',
    'outputTokens',
    'completionTokens',
    'candidatesTokenCount',
    'candidates_token_count',
    'output_token_count',
    'outputTokenCount',
    'outputTokens.total',
    'eval_count',
  ],
  total: ['total_tokens', 'totalTokens', 'totalTokenCount', 'total_token_count'],
  cacheRead: [
    'cache_read_input_tokens',
    'prompt_tokens_details.cached_tokens',
    'input_tokens_details.cached_tokens',
    'input_token_details.cache_read',
    'inputTokenDetails.cacheReadTokens',
    'inputTokens.cacheRead',
    'cachedInputTokens',
    'cacheReadInputTokens',
    'cachedContentTokenCount',
    'cached_content_token_count',
    'cachedContentTokens',
    'cache_read_tokens',
    'cached_tokens',
  ],
  cacheWrite: [
    'cache_creation_input_tokens',
    'input_token_details.cache_creation',
    'inputTokenDetails.cacheWriteTokens',
    'inputTokens.cacheWrite',
    'prompt_tokens_details.cache_creation_tokens',
    'cacheWriteInputTokens',
    'cacheCreationInputTokens',
    'cache_write_tokens',
    'cache_creation_tokens',
  ],
  reasoning: [
    'completion_tokens_details.reasoning_tokens',
    'output_tokens_details.reasoning_tokens',
    'output_token_details.reasoning',
    'outputTokenDetails.reasoningTokens',
    'outputTokens.reasoning',
    'reasoningTokens',
    'thoughtsTokenCount',
    'thoughts_token_count',
    'thoughtsTokens',
    'reasoning_tokens',
    'reasoning_output_tokens',
  ],
  audioInput: ['prompt_tokens_details.audio_tokens', 'input_token_details.audio', 'input_audio_tokens'],
  audioOutput: ['completion_tokens_details.audio_tokens', 'output_token_details.audio', 'output_audio_tokens'],
};

const KEYS = Object.keys(NAMES) as (keyof Usage)[];

/**
 * The numbers of an object of usage as a provider or a library has it; `undefined` where it has none. Input and output
 * are made inclusive where the names or the total tell that they are not ({@link inclusive}).
 */
export function readUsage(sent: PlainValue | undefined): Usage | undefined {
  const found = present<Usage>(
    Object.fromEntries(KEYS.map(key => [key, firstOf(sent, NAMES[key])])) as { [K in keyof Usage]: number | undefined },
  );
  if (found.input === undefined && found.output === undefined && found.total === undefined) return undefined;
  // Anthropic's own object: its input is what was neither read from nor written to the cache, and it has no total.
  const isAnthropic = found.total === undefined && member(sent, 'input_tokens') !== undefined && isFlatCache(sent);
  // Gemini's thoughts are beside its candidates.
  const isGemini = member(sent, 'promptTokenCount', 'prompt_token_count') !== undefined && found.total === undefined;
  return inclusive(found, { input: isAnthropic, output: isGemini });
}

function isFlatCache(sent: PlainValue | undefined): boolean {
  return member(sent, 'cache_read_input_tokens', 'cache_creation_input_tokens') !== undefined;
}

function firstOf(sent: PlainValue | undefined, names: readonly string[]): number | undefined {
  for (const name of names) {
    const dot = name.indexOf('.');
    const value = dot < 0 ? member(sent, name) : member(member(sent, name.slice(0, dot)), name.slice(dot + 1));
    const number = numberOf(value);
    if (number !== undefined && number >= 0) return number;
  }
  return undefined;
}

/** Which numbers leave their parts out, where the sender is known to do so. */
export interface Exclusive {
  /** Input without what was read from and written to a cache. */
  input?: boolean;
  /** Output without reasoning. */
  output?: boolean;
}

/**
 * The same usage with cached tokens in the input and reasoning in the output. Where a total was sent it decides: it is
 * the sum of the two, so what is missing from it or too much in it tells how they were counted. Input that is less than
 * what came from the cache leaves it out for certain.
 */
export function inclusive(usage: Usage, known: Exclusive = {}): Usage {
  const { cacheRead = 0, cacheWrite = 0, reasoning = 0, total } = usage;
  const cached = cacheRead + cacheWrite;
  let { input, output } = usage;
  let isInputLess = (known.input ?? false) && cached > 0;
  let isOutputLess = (known.output ?? false) && reasoning > 0;
  let isOutputTwice = false;
  if (input !== undefined && output !== undefined && total !== undefined) {
    const rest = total - input - output;
    // Ambiguous only where the two parts are equal; then what is known of the sender counts.
    if (rest === 0) isInputLess = isOutputLess = false;
    else if (rest === cached + reasoning && cached > 0 && reasoning > 0) isInputLess = isOutputLess = true;
    else if (rest === cached && cached > 0 && !(rest === reasoning && isOutputLess))
      [isInputLess, isOutputLess] = [true, false];
    else if (rest === reasoning && reasoning > 0) [isInputLess, isOutputLess] = [false, true];
    else if (rest === -reasoning && output >= 2 * reasoning) isOutputTwice = true;
  }
  if (input !== undefined && cached > input) isInputLess = true;
  if (output !== undefined && reasoning > output) isOutputLess = true;
  if (input !== undefined && isInputLess) input += cached;
  if (output !== undefined && isOutputLess) output += reasoning;
  if (output !== undefined && isOutputTwice) output -= reasoning;
  const isWhole = input !== undefined && output !== undefined;
  return present<Usage>({ ...usage, input, output, total: isWhole ? input! + output! : total });
}

/** The sum of usages, a number absent where none of them has it. */
export function addUsage(sum: Usage | undefined, more: Usage | undefined): Usage | undefined {
  if (!sum || !more) return sum ?? more;
  const result: Usage = {};
  for (const key of KEYS) {
    const both = [sum[key], more[key]].filter(number => number !== undefined);
    if (both.length > 0) result[key] = both.reduce((a, b) => a + b);
  }
  return result;
}
