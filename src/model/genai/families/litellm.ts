import type { Family, Finding } from '../family.ts';
import type { Fields } from '../fields.ts';
import { flatList } from '../flat.ts';
import type { Message } from '../genai.ts';
import { readToolCall } from '../parts.ts';
import { isObject, member, present } from '../plain.ts';
import { parsePythonRepr } from '../pythonRepr.ts';
import { readUsage } from '../usage.ts';

/** LiteLLM's own callback: the conventions in several generations at once, and requests as the provider got them. */
export const litellm: Family = {
  name: 'litellm',
  detects: fields =>
    /^litellm\b/.test(fields.span.scope.name) || fields.span.name === 'litellm_request' || fields.hasPrefix('litellm.'),
  table: {
    texts: { user: ['llm.user', 'metadata.user_api_key_user_id'] },
    cost: {
      total: ['gen_ai.cost.total_cost', 'litellm.response_cost'],
      input: ['gen_ai.cost.input_cost'],
      output: ['gen_ai.cost.output_cost'],
    },
    streaming: ['llm.is_streaming'],
  },
  read: fields => {
    const printed = fields.text('metadata.usage_object');
    return present<Finding>({
      kind: kindOf(fields),
      usage: printed === undefined ? undefined : readUsage(parsePythonRepr(printed)),
      output: callsOf(fields),
    });
  },
};

function kindOf(fields: Fields): Finding['kind'] {
  // The request as the provider got it, beneath the span of the call: not another call.
  if (fields.span.name === 'raw_gen_ai_request') return 'other';
  // Its function for chats is called so.
  return /^a?completion$/.test(fields.text('llm.request.type') ?? '') ? 'chat' : undefined;
}

/** The calls of tools of one answer stand as a completion each, and the message that should have them is empty. */
function callsOf(fields: Fields): Message[] | undefined {
  const calls = (flatList(fields, 'gen_ai.completion')?.items ?? [])
    .map(item => member(item, 'function_call'))
    .filter(isObject);
  return calls.length === 0 ? undefined : [{ role: 'assistant', parts: calls.map(readToolCall) }];
}
